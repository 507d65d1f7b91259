import { describe, expect, it } from "vitest";
import type { Caller, Signal } from "../../../../../src/core/domain/attribution/signal.ts";
import { isHeardAgain } from "../../../../../src/core/domain/decide/signals/reads.ts";
import {
  judgeDeletes,
  unseenTime,
} from "../../../../../src/core/domain/decide/signals/unexplained-deletes.ts";
import type { PastLink, TrackedLink } from "../../../../../src/core/domain/links/link.ts";
import {
  after,
  hours,
  instant,
  minutes,
  seconds,
  type Milliseconds,
} from "../../../../../src/core/domain/time.ts";
import { at } from "../../../../memory/clock.ts";
import { aLink, anId, aSignal, jane } from "../../../../memory/samples.ts";
import { situation, type Given } from "../situations.ts";

const now = at("2026-11-21T12:00:00Z");
const ago = (length: Milliseconds) => after(now, -length);
const person = (name: string): Caller => ({ ...jane, kind: "user", objectId: name, userPrincipalName: name });
/** Heard of two minutes ago, two seconds after it had ended. */
const byBob = (changes: Partial<Signal> = {}): Signal =>
  aSignal("d", {
    ...{ operation: "delete", caller: person("bob"), receivedAt: ago(minutes(2)) },
    ...{ occurredAt: ago(minutes(2) + seconds(2)) },
    ...changes,
  });
/** Made an hour before it was deleted, and last listed then. */
const gone = (changes: Partial<PastLink> = {}): PastLink => ({
  ...{ linkId: anId("p"), life: 1, vmKey: "vm", openedAt: ago(hours(1)), closedAt: ago(minutes(1)) },
  ...{ closedBy: "deleted-by-other", madeAfter: ago(hours(1)), creates: [], told: [] },
  ...{ lastListedAt: ago(minutes(3)) },
  ...changes,
});
const judge = (
  signals: readonly Signal[],
  more: {
    readonly open?: readonly TrackedLink[];
    readonly past?: readonly PastLink[];
    readonly told?: readonly Signal[];
    readonly given?: Partial<Given>;
    readonly isPart?: boolean;
  } = {},
) => {
  const { open = [], past = [], told = [], given = {}, isPart } = more;
  const where = situation({ now, ...given, watched: { signals } });
  const found = judgeDeletes({ open, past, told }, { ...where, ...(isPart && { isPart }) });
  return { ...found, judged: [...found.judged].map(([{ eventId }, why]) => [eventId, why ?? "explained"]) };
};
const unexplained = [["d", "no-link"]];

describe("A delete by somebody else", () => {
  it("that took away no link that was known is told, with who did it", () => {
    expect(judge([byBob()])).toMatchObject({
      judged: unexplained,
      alerts: [
        {
          ...{
            kind: "deleted-unseen",
            severity: "medium",
            at: now,
            actors: { deleter: { caller: person("bob") } },
          },
          notes: [{ kind: "deletes-unexplained", noLink: 1, beforeFirstList: 0 }],
        },
      ],
    });
  });

  it("is high where a rule in force forbids links", () => {
    const severity = (rule: object) =>
      judge([byBob()], { given: { policy: { rules: [{ name: "r", ...rule }, { name: "rest" }] } } }).alerts[0]
        ?.severity;
    expect(severity({ match: { vm: "**" }, allow: false })).toBe("high");
    expect(severity({ match: { vm: "**" }, allow: false, validUntil: "2026-11-21T12:00Z" })).toBe("medium");
  });

  it("is explained by a link that is gone, once", () => {
    const step = judge([byBob()], { past: [gone()] });
    expect([step.judged, step.alerts, step.looks]).toStrictEqual([[["d", "explained"]], [], []]);
    expect(step.past).toStrictEqual([{ ...gone(), explains: true }]);
  });

  it.each<[string, Partial<PastLink>, boolean]>([
    ["was gone an hour ago", { closedAt: ago(hours(1)) }, false],
    [
      "went within the hour",
      { closedAt: ago(hours(1) - 1), lastListedAt: undefined, madeAfter: undefined },
      false,
    ],
    ["explained another", { explains: true }, false],
    ["was made two seconds later", { madeAfter: ago(minutes(2)), lastListedAt: undefined }, true],
    ["was made after that", { madeAfter: ago(minutes(2) - 1), lastListedAt: undefined }, false],
    ["was listed a minute and a half later", { lastListedAt: ago(seconds(32)) }, true],
    ["was listed after that", { lastListedAt: ago(seconds(32) - 1) }, false],
    [
      "was gone a minute and a half before",
      { closedAt: ago(minutes(3) + seconds(32)), lastListedAt: undefined },
      true,
    ],
    ["was gone before that", { closedAt: ago(minutes(3) + seconds(33)), lastListedAt: undefined }, false],
    ["nobody knows when it was made", { madeAfter: undefined, lastListedAt: undefined }, true],
  ])("is explained by a link that %s or not: %#", (_, changes, isExplained) => {
    expect(judge([byBob()], { past: [gone(changes)] }).judged).toStrictEqual(
      isExplained ? [["d", "explained"]] : unexplained,
    );
  });

  it("is explained by a create that was told as gone before", () => {
    const create = (changes: Partial<Signal> = {}) =>
      aSignal("c", { occurredAt: byBob().occurredAt, ...changes });
    const host = { toldCreates: ["c"] };
    expect(judge([create(), byBob()], { given: { host } }).judged).toStrictEqual([["d", "explained"]]);
    expect(judge([create(), byBob()]).judged).toStrictEqual(unexplained);
    const later = create({ occurredAt: after(byBob().occurredAt, 1) });
    expect(judge([later, byBob()], { given: { host } }).judged).toStrictEqual(unexplained);
  });

  it("may have taken away what nobody saw, while no complete list had held a link that was made before", () => {
    const { occurredAt } = byBob();
    const link = (from: number, until: number | undefined) =>
      aLink("o", {
        createdAt: after(occurredAt, from),
        wholeAt: until === undefined ? undefined : after(occurredAt, until),
      });
    const why = (one: TrackedLink) => judge([byBob()], { open: [one], past: [gone()] });
    expect(why(link(0, 1)).judged).toStrictEqual([["d", "before-first-list"]]);
    expect(why(link(0, 1)).alerts[0]?.notes).toStrictEqual([
      { kind: "deletes-unexplained", noLink: 0, beforeFirstList: 1 },
    ]);
    expect(why(link(0, undefined)).judged).toStrictEqual([["d", "before-first-list"]]);
    expect(why(link(1, 2)).judged).toStrictEqual([["d", "explained"]]);
    expect(why(link(-1, 0)).judged).toStrictEqual([["d", "explained"]]);
    const unseen = { from: occurredAt, until: after(occurredAt, 1) };
    expect(judge([byBob()], { past: [gone({ unseen })] }).judged).toStrictEqual([["d", "before-first-list"]]);
  });

  it("waits for two minutes, and for a complete list that began after it", () => {
    const young = byBob({ receivedAt: ago(minutes(2) - 1) });
    const step = judge([young]);
    expect([step.judged, step.alerts, step.looks]).toStrictEqual([[], [], [after(now, 1)]]);
    expect(judge([young], { past: [gone()] }).looks).toStrictEqual([]);
    const { occurredAt } = byBob();
    const broken = (checkedAt: typeof now) =>
      judge([byBob()], { given: { complete: false, host: { checkedAt } } }).judged;
    expect(broken(after(occurredAt, -1))).toStrictEqual([]);
    expect(broken(occurredAt)).toStrictEqual(unexplained);
    const unreadable = (kind: "gone" | "forbidden") =>
      judge([byBob()], { given: { observation: { kind: "unreadable", answer: { kind, why: "x" } } } }).judged;
    expect([unreadable("forbidden"), unreadable("gone")]).toStrictEqual([[], unexplained]);
  });

  it("is not judged where people are told of it anyway, nor by a part of the links", () => {
    const one = byBob();
    const [told, part] = [judge([one], { told: [one] }), judge([one], { isPart: true, past: [gone()] })];
    expect([told.judged, told.looks, part.judged, part.looks]).toStrictEqual([[], [], [], []]);
    expect(part.past).toStrictEqual([gone()]);
  });

  it("is told once an hour of one caller, and of another at once", () => {
    const told = (caller: string, length: Milliseconds) =>
      judge([byBob()], { given: { host: { toldDeleters: [{ caller, at: ago(length) }] } } }).alerts.length;
    expect([told("bob", hours(1) - 1), told("bob", hours(1)), told("eve", 0)]).toStrictEqual([0, 1, 1]);
  });

  it("that others contend with is told as anybody's of them, and one alert tells all of one caller", () => {
    const byEve = byBob({ eventId: "e", caller: person("eve") });
    const step = judge([byBob(), byEve], { past: [gone()] });
    expect(step.judged).toStrictEqual([
      ["d", "explained"],
      ["e", "no-link"],
    ]);
    expect(step.alerts).toMatchObject([{ actors: { deleter: { kind: "ambiguous", candidates: [{}, {}] } } }]);
    const two = judge([byBob(), byBob({ eventId: "e" })]);
    expect(two.alerts.map(({ notes }) => notes)).toStrictEqual([
      [{ kind: "deletes-unexplained", noLink: 2, beforeFirstList: 0 }],
    ]);
  });

  it("is judged thirty at a look", () => {
    const many = Array.from({ length: 40 }, (_, n) => byBob({ eventId: `d${n}` }));
    expect(judge(many).judged).toHaveLength(30);
  });
});

describe("The time in which nobody saw what was beside a link", () => {
  const [createdAt, wholeAt] = [ago(minutes(9)), ago(minutes(8))];
  it.each<[string, Partial<TrackedLink>, object | undefined]>([
    ["is until the first complete list", {}, { from: createdAt, until: wholeAt }],
    ["has no end before that", { wholeAt: undefined }, { from: createdAt, until: instant(Infinity) }],
    [
      "begins with the last list without it, where it has no date",
      { createdAtSource: "first-seen", absentAt: ago(hours(1)) },
      { from: ago(hours(1)), until: wholeAt },
    ],
    ["is not known without such a list", { createdAtSource: "first-seen" }, undefined],
    ["is none of one that came back", { life: 2 }, undefined],
    ["is none of one that is older than the watchdog", { preexisting: true }, undefined],
  ])("%s", (_, changes, time) => {
    expect(unseenTime(aLink("a", { createdAt, wholeAt, ...changes }))).toStrictEqual(time);
  });
});

it("A signal that shares its row is heard of again where it changes the host, or is a read that nobody was told of", () => {
  const heard = (operation: Signal["operation"], changes: Partial<Signal> = {}, caller = "eve") =>
    isHeardAgain(byBob({ operation, shares: "row", ...changes }), { toldReaders: [{ caller, at: now }] });
  expect([
    heard("host-write"),
    heard("read"),
    heard("read", {}, "bob"),
    heard("create-failed"),
  ]).toStrictEqual([...[true, true, false, false]]);
  expect(heard("host-write", { shares: undefined })).toBe(false);
});
