import { fc } from "../fast-check.ts";
import { hours, minutes, seconds, type Milliseconds } from "../../src/core/domain/time.ts";
import { unfolded, type Scheme } from "./adversary/schemes.ts";
import { dates, habits, type DateForm, type Fate } from "./azure.ts";
import { moods } from "./channels.ts";
import type { FaultPlan } from "./faults.ts";
import type { Order } from "./operator.ts";
import { allBastions, crowdOf, people, policies } from "./places.ts";
import { quieten } from "./quieten.ts";
import { meddle } from "./forger.ts";
import { seededRandom } from "./random.ts";
import { happen, type Step } from "./steps.ts";
import type { Storehouse } from "./storehouse.ts";
import type { Remains, Truth } from "./truth.ts";
import { world, type WorldOptions } from "./world.ts";

/** A beginning, what happens, and the seed of everything left to chance. */
export interface History {
  readonly seed: number;
  readonly bastions: number;
  readonly workers: number;
  readonly channels: number;
  readonly faultRate: number;
  readonly slow: boolean;
  readonly policy: number;
  readonly mode: "enforce" | "observe";
  readonly steps: readonly Step[];
  /** What owners with something to hide are up to meanwhile. */
  readonly schemes?: readonly Scheme[] | undefined;
  /** One call at which something happens to its run, beside what happens by chance. */
  readonly crash?: FaultPlan["at"];
  /** How many more bastions there are that nothing happens on. */
  readonly crowd?: number | undefined;
}

const pauses = [0, 1, 4, 20, 45, 120, 400, 900, 1_800, 3_600].map(seconds);
const lengths = [20, 90, 300, 700, 1_500, 4_000].map(seconds);
const channelNames = ["teams", "mail", "siem"];

const oneOf = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const number = (below: number) => fc.nat({ max: below - 1 });

export const fate: fc.Arbitrary<Fate> = fc.record({
  kind: oneOf<Fate["kind"]>("once", "once", "once", "twice", "lost"),
  delay: oneOf(0, 1, 3, 10, 40, 200, 1_000, 4_000).map(seconds),
});

const places = { bastion: number(3), who: number(people.length) };
/** One that is written out, or any that the language can say. */
const aPolicy = fc.oneof(
  { weight: 2, arbitrary: number(policies.length) },
  { weight: 1, arbitrary: fc.integer({ min: policies.length, max: 100_000 }) },
);

const kinds: readonly fc.MaybeWeightedArbitrary<Omit<Step, "after">>[] = [
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("create" as const),
      ...places,
      vms: fc.array(number(4), { minLength: 1, maxLength: 3 }),
      date: oneOf<DateForm>("iso", "iso", "iso", "iso", ...dates),
      lag: oneOf(0, 0, 1, 12, 60).map(seconds),
      fate,
      nativeExpiry: oneOf(undefined, undefined, undefined, minutes(12), hours(9)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("storm" as const),
      bastion: number(3),
      size: oneOf(30, 60, 120),
      fate,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: oneOf(
        "delete" as const,
        "delete" as const,
        "delete" as const,
        "recreate" as const,
        "read" as const,
        "refused" as const,
      ),
      ...places,
      which: number(6),
      fate,
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant("habit" as const),
      habit: oneOf(...habits),
      bastion: number(3),
      length: oneOf(...lengths),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("mood" as const),
      channel: number(3),
      mood: oneOf(...moods),
      length: oneOf(...lengths),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("policy" as const), policy: aPolicy }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("mode" as const),
      mode: oneOf("enforce" as const, "observe" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("tag" as const), vm: number(4), env: oneOf("prod", "test") }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("bastion" as const),
      bastion: number(3),
      exists: fc.boolean(),
      fate,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("order" as const),
      action: oneOf<Order["action"]>("extend", "extend", "extend", "give-time", "revoke", "release", "look"),
      bastion: number(3),
      which: number(6),
      by: oneOf(10, 30, 50, 80, 300).map(minutes),
      as: oneOf(undefined, undefined, "jane" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("ask" as const),
      what: oneOf("scan" as const, "page" as const),
      bastion: number(3),
      times: oneOf(1, 2, 5),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "power cut" as const }) },
  { weight: 4, arbitrary: fc.constant({ do: "wait" as const }) },
];

const step: fc.Arbitrary<Step> = fc
  .tuple(oneOf(...pauses), fc.oneof(...kinds))
  .map(([after, action]) => ({ after, ...action }) as Step);

export const histories = (mostSteps = 16): fc.Arbitrary<History> =>
  fc.record({
    seed: fc.nat(),
    bastions: oneOf(1, 1, 2, 3),
    workers: oneOf(1, 2, 3),
    channels: oneOf(1, 2, 3),
    faultRate: oneOf(0, 0, 0.003, 0.01, 0.04),
    slow: fc.boolean(),
    policy: aPolicy,
    mode: oneOf("enforce" as const, "enforce" as const, "enforce" as const, "observe" as const),
    steps: fc.array(step, { minLength: 1, maxLength: mostSteps }),
  });

/** What a history came to. */
export interface Outcome {
  readonly history: History;
  readonly truth: Truth;
  readonly remains: Remains;
  readonly sweepInterval: Milliseconds;
  readonly channels: readonly string[];
  readonly secrets: readonly string[];
  /** Whether the Activity Log was read. */
  readonly witness: boolean;
  /** What somebody could do to the evidence of it afterwards, and nobody found. */
  readonly unfound: readonly string[];
}

export interface Variant {
  readonly storehouse?: Storehouse | undefined;
  readonly adapt?: WorldOptions["adapt"];
  readonly faults?: FaultPlan | undefined;
  readonly sweepInterval?: Milliseconds | undefined;
  readonly witness?: boolean | undefined;
}

/** Lives through a history with the real flows; then nothing goes wrong any more and time passes until all is quiet. */
export async function run(history: History, variant: Variant = {}): Promise<Outcome> {
  const channels = channelNames.slice(0, history.channels);
  const faults = variant.faults ?? { rate: history.faultRate, at: history.crash };
  const live = world({ ...history, ...variant, channels, faults });
  const bastions = allBastions.slice(0, history.bastions);
  for (const bastion of [...bastions, ...crowdOf(history.crowd ?? 0)]) live.azure.addBastion(bastion);
  for (const step of unfolded(history.steps, history.schemes)) {
    await live.pass(step.after);
    happen(step, live, history.bastions);
  }
  await live.pass(seconds(1));
  live.calmDown();
  if (variant.witness === true) await live.pass(minutes(75));
  await quieten(live);
  const remains = await live.end();
  const secrets = live.truth.links.map(({ token }) => token);
  const unfound = await meddle(live.truth, seededRandom(history.seed + 2));
  const { truth, sweepInterval } = live;
  const witness = variant.witness === true;
  return { history, truth, remains, sweepInterval, channels, secrets, unfound, witness };
}
