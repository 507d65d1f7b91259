/** All that an owner of machines and bastions tries here, with the rights of an owner: each move as the steps that it is made of. */
import { hours, minutes, seconds, type Milliseconds } from "../../../src/core/domain/time.ts";
import type { Fate, Habit } from "../azure.ts";
import { cellNames } from "../cells.ts";
import { ordinaryMachines } from "../places.ts";
import type { Step } from "../steps.ts";

/** Whose move it is, and with what. */
export interface Own {
  readonly who: number;
  readonly bastion: number;
  readonly vm: number;
}

type Way = (own: Own) => readonly Step[];

const heard = (delay: number): Fate => ({ kind: "once", delay: seconds(delay) });
const unheard: Fate = { kind: "lost", delay: 0 };
/** Harmless, and nobody's. */
const harmless = 20;
/** Somebody else's machine, beside which a move is made. */
const [neighbour, another, third, fourth] = ordinaryMachines;

type Creating = Extract<Step, { readonly do: "create" }>;
const opens = (
  wait: Milliseconds,
  { who, bastion, vm }: Own,
  more: Partial<Omit<Creating, "do" | "after">> = {},
): Step => ({
  ...{ after: wait, do: "create", who, bastion, vms: [vm], date: "iso", lag: seconds(1), fate: heard(2) },
  ...{ nativeExpiry: undefined, ...more },
});

type Deeds = "delete" | "recreate" | "read" | "refused";
const does = (wait: Milliseconds, what: Deeds, own: Own, fate = heard(2)): Step => ({
  ...{ after: wait, do: what, ...own, which: 0, fate },
});

const begins = (wait: Milliseconds, habit: Habit, { bastion }: Own, length: Milliseconds): Step => ({
  ...{ after: wait, do: "habit", habit, bastion, length },
});

const tags = (wait: Milliseconds, { vm }: Own, env: string): Step => ({ after: wait, do: "tag", vm, env });

const asks = (wait: Milliseconds, action: "extend" | "give-time", { who, bastion, vm }: Own): Step => ({
  ...{ after: wait, do: "order", action, bastion, vm, which: 0, by: minutes(300) },
  as: who === 0 ? "jane" : who === 1 ? "bob" : undefined,
});

const many = (count: number, steps: (n: number) => readonly Step[]): readonly Step[] =>
  Array.from({ length: count }, (_, n) => steps(n)).flat();

const elsewhere = (own: Own, n: number): Own => ({ ...own, bastion: own.bastion + n });
const beside = (own: Own, vm: number): Own => ({ ...own, who: own.who + 1, vm });

const toggling =
  (first: string, ...later: readonly string[]): Way =>
  (own) => [tags(0, own, first), opens(seconds(5), own), ...later.map((env) => tags(minutes(4), own, env))];

const reopening =
  (rounds: number, open: Milliseconds, shut: Milliseconds, bastions = 1): Way =>
  (own) =>
    many(rounds, (n) => [
      opens(shut, elsewhere(own, n % bastions)),
      does(open, "delete", elsewhere(own, n % bastions)),
    ]);

const moving = (wait: Milliseconds, { vm }: Own, to: { group?: string; name?: string }): Step => ({
  ...{ after: wait, do: "move", vm, to },
});

/** What an owner with something to hide may do, each in several ways. */
const moves = {
  "toggles tags": [
    toggling("prod", "dev", "prod"),
    toggling("test", "prod", "dev"),
    toggling("dev", "prod", "test"),
    (own) => [
      ...[begins(0, "deletes refused", own, minutes(40)), tags(0, own, "prod"), opens(seconds(5), own)],
      begins(minutes(4), "tags fail", own, minutes(30)),
    ],
    (own) => [begins(0, "tags fail", own, minutes(10)), tags(0, own, "prod"), opens(minutes(1), own)],
  ],
  renames: [
    (own) => [opens(0, own), moving(minutes(4), own, { name: `vm-${own.vm}-old` })],
    /** By a letter that looks like another the second bastion has the name of the first. */
    (own) => [opens(0, { ...own, bastion: 0 }), opens(minutes(1), { ...own, bastion: 1 })],
    (own) => [
      ...[opens(0, own), does(seconds(5), "refused", own), begins(seconds(5), "casing", own, minutes(30))],
    ],
    /** The machine is deleted and built again: its link has no URL any more. */
    (own) => [opens(0, own), begins(minutes(3), "without url", own, minutes(40)), opens(minutes(1), own)],
  ],
  moves: [
    (own) => [opens(0, own), moving(minutes(4), own, { group: "rg-other" })],
    (own) => [
      ...[opens(0, own), moving(minutes(15), own, { group: "rg-other" }), opens(minutes(10), own)],
      ...[moving(minutes(15), own, { group: "rg-third" }), opens(minutes(10), own)],
    ],
    (own) => [
      opens(0, own),
      { after: minutes(6), do: "scope", watched: false },
      { after: minutes(20), do: "scope", watched: true },
    ],
    (own) => [
      ...[opens(0, own), moving(minutes(4), own, { name: "vm-9" })],
      ...[moving(minutes(4), own, {}), moving(minutes(4), own, { name: "vm-9" })],
    ],
  ],
  "re-creates": [
    reopening(5, minutes(24), minutes(1), 2),
    reopening(5, minutes(8), seconds(20), 2),
    (own) => many(3, () => [opens(minutes(13), own)]),
    (own) => [opens(0, own), does(minutes(6), "delete", own), does(minutes(2), "recreate", own)],
    (own) => [
      ...reopening(3, minutes(14), seconds(20))(own),
      opens(0, own),
      asks(minutes(1), "give-time", own),
    ],
  ],
  "plants decoys": [
    /** With one call, of which only the harmless link is left when somebody looks. */
    (own) => [
      ...[opens(0, own, { vms: [own.vm, harmless], fate: heard(30) }), does(seconds(10), "delete", own)],
    ],
    /** A known link goes together with one that nobody saw. */
    (own) => [
      ...[opens(0, own, { vms: [harmless] }), opens(minutes(6), own, { lag: seconds(12) })],
      ...[does(seconds(5), "delete", own, unheard), does(seconds(1), "delete", { ...own, vm: harmless })],
    ],
    (own) => [
      opens(0, own, { vms: [harmless], fate: heard(20) }),
      ...[opens(seconds(1), own, { fate: heard(20) }), does(seconds(9), "delete", own, heard(40))],
    ],
    (own) => [opens(0, own, { fate: unheard }), does(seconds(30), "delete", own)],
  ],
  floods: [
    /** What is harmless falls due, and then what is not has to go. */
    ({ bastion, ...own }) => [
      { after: 0, do: "storm", bastion, size: 23, fate: heard(2) },
      ...many(2, () => [opens(minutes(12), { ...own, bastion, vm: 0 })]),
    ],
    (own) => [opens(0, own), ...many(25, () => [does(seconds(1), "read", own)])],
    (own) => [opens(0, own), ...many(25, () => [does(seconds(1), "refused", own)])],
    ({ bastion, ...own }) => [
      opens(0, { ...own, bastion }),
      ...many(20, (): readonly Step[] => [{ after: seconds(2), do: "ask", what: "scan", bastion, times: 5 }]),
    ],
  ],
  locks: [
    (own) => [opens(0, own), begins(minutes(1), "deletes refused", own, minutes(40))],
    (own) => [begins(0, "tokens deaf", own, minutes(3)), opens(seconds(5), own), opens(minutes(9), own)],
    (own) => [opens(0, own), begins(minutes(1), "deletes ignored", own, minutes(30))],
    /** Deletes the link after the watchdog was refused, heard and unheard. */
    (own) => [
      ...[opens(0, own), begins(minutes(1), "deletes refused", own, minutes(60))],
      does(minutes(20), "delete", own),
    ],
    (own) => [
      ...[opens(0, own), begins(minutes(1), "deletes refused", own, minutes(60))],
      does(minutes(20), "delete", own, unheard),
    ],
  ],
  "keeps hosts busy": [
    (own) => [begins(0, "busy", own, minutes(15)), opens(minutes(6), own, { fate: unheard })],
    (own) => [opens(0, own), begins(minutes(2), "busy", own, minutes(25))],
    (own) => [opens(0, own), ...many(4, () => [begins(minutes(4), "busy", own, minutes(3))])],
    (own) => [opens(0, own), begins(minutes(2), "forbidden", own, minutes(40))],
    (own) => [opens(0, own, { lag: seconds(60) }), begins(seconds(2), "busy", own, minutes(25))],
  ],
  "switches the feature": [
    (own) => [opens(0, own), begins(minutes(5), "feature off", own, minutes(12))],
    (own) => [opens(0, own), ...many(3, () => [begins(minutes(6), "feature off", own, minutes(3))])],
    /** A group by the name of Azure's words for it, which refusals quote. */
    (own) => [opens(0, own), begins(minutes(4), "refusing", own, minutes(10))],
    (own) => [begins(0, "feature off", own, minutes(8)), opens(minutes(3), own, { fate: heard(200) })],
  ],
  "edits cells": cellNames.map((cell): Way => ({ bastion, ...own }) => [
    opens(0, { ...own, bastion }),
    ...many(3, (): readonly Step[] => [{ after: minutes(3), do: "cell", bastion, cell, ahead: hours(900) }]),
  ]),
  "creates beside others": [
    (own) => [opens(0, beside(own, neighbour)), opens(seconds(3), own), asks(minutes(4), "extend", own)],
    (own) => [
      ...[opens(0, beside(own, neighbour)), opens(seconds(8), own, { fate: heard(40) })],
      asks(minutes(5), "extend", own),
    ],
    (own) => [
      ...[opens(0, beside(own, another)), opens(seconds(11), own, { fate: heard(240) })],
      asks(minutes(3), "extend", own),
    ],
    (own) => [
      ...[opens(0, own, { fate: heard(400) }), opens(seconds(2), beside(own, third))],
      asks(minutes(2), "extend", own),
    ],
    (own) => [
      opens(0, own, { lag: seconds(60), fate: heard(5) }),
      opens(seconds(40), beside(own, neighbour), { fate: heard(30) }),
    ],
  ],
  "opens in one call with others": [
    (own) => [opens(0, own, { vms: [own.vm, 0, neighbour] })],
    (own) => [
      ...[opens(0, own, { vms: [own.vm, harmless], fate: unheard }), does(minutes(8), "delete", own)],
    ],
    (own) => [
      opens(0, own, { vms: [harmless, own.vm], date: "none" }),
      opens(minutes(11), own, { vms: [own.vm, fourth] }),
    ],
  ],
} as const satisfies Record<string, readonly Way[]>;

export type MoveName = keyof typeof moves;
export const moveNames = Object.keys(moves) as MoveName[];

/** The steps of a move, in one of its ways. */
export function stepsOf(move: MoveName, way: number, own: Own): readonly Step[] {
  const ways: readonly Way[] = moves[move];
  return ways[way % ways.length]?.(own) ?? [];
}
