import { minutes, seconds } from "../../src/core/domain/time.ts";
import type { History } from "./histories.ts";
import type { Step } from "./steps.ts";

/** One of everything, without any chance in it: for breaking at every single call. */
const once = { kind: "once", delay: seconds(2) } as const;
const jane = { bastion: 0, who: 0, fate: once };
const create = (vm: number): Step => ({
  ...{
    after: seconds(20),
    do: "create",
    ...jane,
    vms: [vm],
    date: "iso",
    lag: seconds(1),
    nativeExpiry: undefined,
  },
});

const quiet = {
  seed: 7,
  bastions: 1,
  workers: 2,
  channels: 2,
  faultRate: 0,
  slow: false,
  mode: "enforce",
} as const;

/** A link is created, alerted, warned and revoked; its VM gets another, which somebody deletes; a third goes before anybody looks. */
export const oneOfEverything: History = {
  ...quiet,
  policy: 4,
  steps: [
    { after: seconds(10), do: "wait" },
    create(1),
    { after: minutes(12), do: "wait" },
    create(1),
    { after: minutes(1), do: "delete", ...jane, who: 1, which: 0 },
    create(2),
    { after: 0, do: "delete", ...jane, which: 0 },
    { after: seconds(30), do: "wait" },
  ],
};

/** Event Grid brings one link, and of the next neither its create nor its delete. For whoever reads the Activity Log as well. */
const nothingComes = { kind: "lost", delay: 0 } as const;
export const cutOff: History = {
  ...quiet,
  policy: 4,
  steps: [
    { after: minutes(4), do: "wait" },
    create(1),
    { after: minutes(20), do: "wait" },
    { ...create(2), fate: nothingComes } as Step,
    { after: seconds(40), do: "delete", ...jane, which: 0, vm: 2, fate: nothingComes },
    { after: minutes(40), do: "wait" },
  ],
};

/** Azure takes deletes and does nothing; meanwhile the watchdog is told to only observe: what it asked for before is not asked again. */
export const secondThoughts: History = {
  ...quiet,
  policy: 4,
  steps: [
    { after: seconds(10), do: "wait" },
    create(1),
    { after: minutes(5), do: "habit", habit: "deletes ignored", bastion: 0, length: minutes(60) },
    { after: minutes(5) + seconds(20), do: "mode", mode: "observe" },
    { after: minutes(20), do: "wait" },
  ],
};

/** Azure refuses every delete; then somebody else deletes the link, and another goes unseen. */
export const refused: History = {
  ...quiet,
  policy: 4,
  steps: [
    { after: seconds(10), do: "wait" },
    create(1),
    create(2),
    { after: minutes(5), do: "habit", habit: "deletes refused", bastion: 0, length: minutes(60) },
    { after: minutes(12), do: "delete", ...jane, which: 0 },
    { after: minutes(4), do: "delete", ...jane, fate: { kind: "lost", delay: 0 }, which: 0 },
    { after: minutes(20), do: "wait" },
  ],
};

/** A rule by tag forbids the link; Azure does not delete it, and then nobody can read the tag. */
export const untagged: History = {
  ...quiet,
  policy: 4,
  steps: [
    { after: seconds(5), do: "tag", vm: 1, env: "prod" },
    { after: seconds(5), do: "habit", habit: "deletes ignored", bastion: 0, length: minutes(60) },
    create(1),
    { after: minutes(7), do: "habit", habit: "tags fail", bastion: 0, length: minutes(40) },
    { after: minutes(60), do: "wait" },
  ],
};

/** The bastion leaves the scope with a link that was warned of and falls due meanwhile, and comes back. */
export const betweenScopes: History = {
  ...quiet,
  policy: 4,
  steps: [
    { after: seconds(10), do: "wait" },
    create(1),
    { after: minutes(9), do: "scope", watched: false },
    { after: minutes(40), do: "scope", watched: true },
    { after: minutes(30), do: "wait" },
  ],
};

/** Azure takes 35 seconds for every list, and a lot happens meanwhile. */
export const slowAzure: History = {
  ...quiet,
  workers: 3,
  policy: 0,
  steps: [
    { after: seconds(10), do: "wait" },
    { after: seconds(50), do: "habit", habit: "slow", bastion: 0, length: minutes(60) },
    ...[1, 2, 3, 4].map(create),
    { after: minutes(20), do: "wait" },
  ],
};

/**
 * Half of the links are listed without their URL, some tokens do nothing, the list is refused for no known reason, a bastion has a twin by a letter
 * that looks alike, and events tell of one that never was.
 */
export const oddAzure: History = {
  ...quiet,
  bastions: 2,
  policy: 0,
  steps: [
    { after: seconds(10), do: "wait" },
    { after: seconds(10), do: "refused", ...jane, which: 0 },
    ...[1, 2, 3].map(create),
    { after: minutes(2), do: "habit", habit: "without url", bastion: 0, length: minutes(60) },
    ...[4, 5, 6].map(create),
    { ...create(7), bastion: 1 } as Step,
    { after: minutes(12), do: "habit", habit: "refusing", bastion: 0, length: minutes(8) },
    { after: minutes(50), do: "habit", habit: "tokens deaf", bastion: 0, length: minutes(2) },
    create(8),
    { after: minutes(25), do: "wait" },
    create(8),
    { after: minutes(20), do: "wait" },
  ],
};

/** 250 links in one call: a decision of several transactions. */
export const storm: History = {
  ...quiet,
  policy: 4,
  mode: "observe",
  steps: [
    { after: seconds(10), do: "wait" },
    { after: seconds(5), do: "storm", bastion: 0, size: 250, fate: once },
    { after: seconds(20), do: "wait" },
  ],
};

const inTime = {
  who: 0,
  date: "iso",
  lag: 0,
  nativeExpiry: undefined,
  fate: { kind: "once", delay: 0 },
} as const;

/** What owners may do with the rights they have: a tag that goes, one that comes, and a new bastion that is kept busy. */
export const owners: History = {
  ...{ seed: 5, bastions: 2, workers: 1, channels: 1, faultRate: 0, slow: false, policy: 5, mode: "enforce" },
  steps: [
    { after: 0, do: "habit", habit: "busy", bastion: 1, length: seconds(900) },
    { after: seconds(1), do: "tag", vm: 1, env: "test" },
    { after: 0, do: "tag", vm: 2, env: "prod" },
    { after: seconds(9), do: "create", bastion: 0, vms: [1, 2], ...inTime },
    { after: seconds(390), do: "create", bastion: 1, vms: [3], ...inTime, fate: { kind: "lost", delay: 0 } },
    { after: seconds(220), do: "tag", vm: 2, env: "dev" },
    { after: seconds(600), do: "tag", vm: 1, env: "prod" },
    { after: seconds(900), do: "wait" },
  ],
};

/** A VM is opened again and again, on two bastions in turn, by whoever deletes each link in time. */
export const spentLifetime: History = {
  ...{ seed: 5, bastions: 2, workers: 1, channels: 1, faultRate: 0, slow: false, policy: 0, mode: "enforce" },
  steps: [
    { after: seconds(10), do: "wait" },
    ...[0, 1, 0, 1, 0, 1].flatMap((bastion): Step[] => [
      { after: minutes(1), do: "create", bastion, vms: [1], ...inTime },
      { after: minutes(24), do: "delete", bastion, which: 0, who: 0, fate: inTime.fate },
    ]),
    { after: minutes(10), do: "wait" },
  ],
};

/** An exception ends half an hour on, and what it allowed is forbidden then. */
export const ruleEnds: History = {
  ...{ seed: 5, bastions: 1, workers: 1, channels: 1, faultRate: 0, slow: false, policy: 9, mode: "enforce" },
  steps: [
    { after: seconds(10), do: "wait" },
    { after: minutes(1), do: "create", bastion: 0, vms: [1], ...inTime },
    { after: minutes(26), do: "create", bastion: 0, vms: [2], ...inTime },
    { after: minutes(10), do: "wait" },
  ],
};

/** More harmless links fall due at once than may go in an hour, and then one that is forbidden. */
export const fullBreaker: History = {
  ...{ seed: 5, bastions: 1, workers: 1, channels: 1, faultRate: 0, slow: false, policy: 6, mode: "enforce" },
  steps: [
    { after: seconds(10), do: "wait" },
    { after: seconds(5), do: "storm", bastion: 0, size: 23, fate: inTime.fate },
    { after: minutes(12), do: "create", bastion: 0, vms: [0], ...inTime },
    { after: minutes(10), do: "wait" },
  ],
};

const by = (who: number, delay: number, vm: number): Step => ({
  ...{ after: seconds(5), do: "create", bastion: 0, vms: [vm], ...inTime },
  ...{ who, fate: { kind: "once", delay: seconds(delay) } },
});

/** Only Jane may open links. Her event is late, so is somebody else's, and a third never comes. */
export const lateNames: History = {
  ...quiet,
  policy: 7,
  steps: [
    { after: seconds(10), do: "wait" },
    by(0, 180, 1),
    { after: minutes(12), do: "wait" },
    by(1, 200, 2),
    { after: minutes(12), do: "wait" },
    { ...by(1, 0, 3), fate: { kind: "lost", delay: 0 } } as Step,
    { after: minutes(25), do: "wait" },
  ],
};

/** Jane may not open links. She extends her own before anybody hears that it is hers; beside it one whose tags shorten its life. */
export const ownTime: History = {
  ...quiet,
  policy: 8,
  steps: [
    { after: seconds(10), do: "tag", vm: 2, env: "prod" },
    by(0, 600, 1),
    { after: minutes(7), do: "order", action: "extend", bastion: 0, which: 0, by: minutes(300), as: "jane" },
    { after: minutes(60), do: "wait" },
    by(1, 1, 2),
    { after: minutes(60), do: "wait" },
  ],
};

/** The same where everybody may: the extension ends with her name. */
export const ownTimeAllowed: History = { ...ownTime, policy: 5 };

/** The feature of a bastion is switched off for a while with a link on it that is half through its time, and on again. */
export const switchedOff: History = {
  ...{ seed: 5, bastions: 1, workers: 1, channels: 1, faultRate: 0, slow: false, policy: 0, mode: "enforce" },
  steps: [
    { after: seconds(10), do: "wait" },
    { after: seconds(5), do: "create", bastion: 0, vms: [1], ...inTime },
    { after: minutes(12), do: "habit", habit: "feature off", bastion: 0, length: minutes(12) },
    { after: minutes(40), do: "wait" },
  ],
};

const heardAfter = (delay: number) => ({ kind: "once", delay: seconds(delay) }) as const;

/** Several people create at a time: one is heard of first, one late, one before the list has the link, one whose link is gone by then; and one on a busy host. */
export const together: History = {
  ...{ seed: 8, bastions: 1, workers: 1, channels: 1, faultRate: 0, slow: false, policy: 0, mode: "enforce" },
  steps: [
    { after: seconds(30), do: "create", bastion: 0, vms: [0], ...inTime, lag: seconds(1) },
    { after: seconds(2), do: "create", bastion: 0, vms: [1], ...inTime, who: 1, fate: heardAfter(40) },
    { after: seconds(200), do: "create", bastion: 0, vms: [2], ...inTime, who: 1 },
    { after: seconds(1), do: "create", bastion: 0, vms: [3], ...inTime, who: 2, fate: heardAfter(3) },
    { after: seconds(300), do: "create", bastion: 0, vms: [0], ...inTime, who: 0, lag: seconds(60) },
    { after: seconds(300), do: "create", bastion: 0, vms: [1], ...inTime, who: 3 },
    { after: seconds(2), do: "wait" },
  ],
};

/** Teams takes nothing for twenty minutes; more links are made right after that, before the next try of what waits. */
export const channelBack: History = {
  ...{ seed: 8, bastions: 1, workers: 2, channels: 1, faultRate: 0, slow: false, policy: 8, mode: "enforce" },
  steps: [
    { after: seconds(30), do: "mood", channel: 0, mood: "unavailable", length: minutes(20) },
    { after: seconds(10), do: "create", bastion: 0, vms: [0], ...inTime },
    { after: minutes(20), do: "create", bastion: 0, vms: [1], ...inTime },
    { after: seconds(20), do: "create", bastion: 0, vms: [2], ...inTime },
    { after: seconds(20), do: "create", bastion: 0, vms: [3], ...inTime },
    { after: minutes(10), do: "wait" },
  ],
};

/** Somebody scans and opens pages as fast as they can, in an estate of 220 bastions, while a link that is forbidden comes and goes. */
export const askers: History = {
  ...{ ...quiet, workers: 3, channels: 1 },
  policy: 4,
  crowd: 220,
  steps: [
    { after: minutes(1), do: "tag", vm: 1, env: "prod" },
    ...Array.from({ length: 8 }, (): Step[] => [
      { after: seconds(2), do: "ask", what: "scan", bastion: 0, times: 3 },
      { after: seconds(2), do: "ask", what: "page", bastion: 0, times: 3 },
    ]).flat(),
    create(1),
    ...Array.from({ length: 6 }, (): Step => ({
      after: seconds(7),
      do: "ask",
      what: "scan",
      bastion: 0,
      times: 3,
    })),
    { after: minutes(5), do: "wait" },
  ],
};

/** Omar, who has a link of his own, reads the URL of Jane's; then the bastion refuses to be read, while both fall due. */
export const unheard: History = {
  ...quiet,
  policy: 4,
  steps: [
    { after: seconds(10), do: "wait" },
    create(1),
    { ...create(2), who: 1 } as Step,
    { after: minutes(1), do: "read", ...jane, who: 1, which: 0 },
    { after: minutes(2), do: "habit", habit: "forbidden", bastion: 0, length: minutes(40) },
    { after: minutes(60), do: "wait" },
  ],
};
