import { fc } from "../../fast-check.ts";
import { hours, minutes, seconds } from "../../../src/core/domain/time.ts";
import type { Fault } from "../faults.ts";
import { fate, type History } from "../histories.ts";
import { ordinaryMachines, policies } from "../places.ts";
import type { Step } from "../steps.ts";
import { moveNames } from "./moves.ts";
import type { Scheme } from "./schemes.ts";

const oneOf = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const number = (below: number) => fc.nat({ max: below - 1 });

const scheme: fc.Arbitrary<Scheme> = fc.record({
  who: number(3),
  bastion: number(2),
  vm: oneOf(0, 0, 1, 2, 3),
  moves: fc.array(
    fc.record({
      after: oneOf(0, 5, 60, 300, 600, 900).map(seconds),
      move: oneOf(...moveNames),
      way: number(60),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

const somebody = { bastion: number(2), who: number(3) };

/** What goes on meanwhile: other people with machines of their own, who have nothing to hide, and now and then a bad day. */
const others: readonly fc.MaybeWeightedArbitrary<Omit<Step, "after">>[] = [
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("create" as const),
      ...somebody,
      vms: fc.array(oneOf(...ordinaryMachines), { minLength: 1, maxLength: 2 }),
      date: oneOf("iso" as const, "iso" as const, "iso" as const, "us" as const, "none" as const),
      lag: oneOf(0, 1, 12).map(seconds),
      fate,
      nativeExpiry: oneOf(undefined, undefined, undefined, hours(9)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("delete" as const),
      ...somebody,
      which: number(3),
      vm: oneOf(...ordinaryMachines),
      fate,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("order" as const),
      action: oneOf("extend" as const, "extend" as const, "revoke" as const, "give-time" as const),
      bastion: number(2),
      which: number(3),
      by: oneOf(10, 30, 50).map(minutes),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("policy" as const), policy: number(policies.length) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "power cut" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("habit" as const),
      habit: oneOf("slow" as const, "deletes late" as const, "incomplete" as const, "graph omits" as const),
      bastion: number(2),
      length: oneOf(90, 300).map(seconds),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "wait" as const }) },
];

const other: fc.Arbitrary<Step> = fc
  .tuple(oneOf(1, 4, 20, 120, 400, 900, 1_800).map(seconds), fc.oneof(...others))
  .map(([after, action]) => ({ after, ...action }) as Step);

const crash = fc.record({
  call: fc.integer({ min: 1, max: 400 }),
  fault: oneOf<Fault>("die before", "die after", "stall"),
});

/** One or two owners with something to hide, among others who have not. */
export const adversaryHistories: fc.Arbitrary<History> = fc.record({
  seed: fc.nat(),
  bastions: oneOf(1, 2, 2, 2),
  workers: oneOf(1, 2, 3),
  channels: oneOf(1, 1, 2),
  faultRate: oneOf(0, 0, 0, 0.003, 0.01),
  crash: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: crash }),
  slow: oneOf(false, false, true),
  policy: number(policies.length),
  mode: oneOf<History["mode"]>("enforce", "enforce", "enforce", "enforce", "observe"),
  steps: fc.array(other, { maxLength: 7 }),
  schemes: fc.array(scheme, { minLength: 1, maxLength: 2 }),
});
