/** What a fake throws where the plan says that the program dies or the connection breaks. */
export class SimulatedCrash extends Error {}

/**
 * Counts the calls of the fakes that share it, and lets one of them fail: before it has done anything, or after it has
 * done everything and only the answer is lost. Share one plan between table and queues to crash a flow at its n-th step.
 */
export interface CrashPlan {
  /** How many calls have begun. */
  readonly calls: () => number;
  /** The n-th call from now on (1 = the very next) fails, once. */
  failAt(call: number, when: "before" | "after"): void;
  /** Every fake runs each of its effects through this. */
  step<Result>(name: string, effect: () => Result): Promise<Result>;
}

export function crashPlan(): CrashPlan {
  let calls = 0;
  let planned: { readonly call: number; readonly when: "before" | "after" } | undefined;
  const crashIf = (when: "before" | "after", name: string, call: number) => {
    if (planned?.call !== call || planned.when !== when) return;
    planned = undefined;
    throw new SimulatedCrash(`Crash ${when} the effect of ${name} (call ${call})`);
  };
  return {
    calls: () => calls,
    failAt: (call, when) => {
      planned = { call: calls + call, when };
    },
    /** Gives way first, as a network call does, so that concurrent callers really interleave. */
    step: async (name, effect) => {
      const call = ++calls;
      await Promise.resolve();
      crashIf("before", name, call);
      const result = effect();
      crashIf("after", name, call);
      return result;
    },
  };
}
