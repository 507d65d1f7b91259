import { minutes, seconds, type Milliseconds } from "../../src/core/domain/time.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { RunRecord, Truth } from "./truth.ts";

/**
 * `die`: the program is gone at this call. `fail`: the connection breaks and the program sees an error. `stall`: the program stands still
 * for so long that others take over, and then goes on as if nothing had been.
 */
export type Fault = "die before" | "die after" | "fail before" | "fail after" | "stall";

/** Either at random or at one call, counted over the whole history. */
export interface FaultPlan {
  readonly rate: number;
  readonly at?: { readonly call: number; readonly fault: Fault } | undefined;
}

/** One invocation of a function, in a process that may die. */
export interface Run {
  readonly record: RunRecord;
  isAlive: boolean;
  die(): void;
}

/** An error that only a broken connection causes; whoever throws anything else has a defect. */
export class ConnectionLost extends Error {}

/** Where every I/O call of every run waits for its turn, and may be the last thing its run does. */
export interface Gate {
  call<Result>(
    run: Run,
    name: string,
    effect: () => Result | Promise<Result>,
    takes?: Milliseconds,
  ): Promise<Result>;
  /** No more faults. */
  calmDown(): void;
}

const waits: readonly [Milliseconds, ...Milliseconds[]] = [0, 0, 0, 0, 0, 5, 20, 20, 200, 1_500];
const randomFaults: readonly [Fault, ...Fault[]] = [
  "die before",
  "die after",
  "fail before",
  "fail after",
  "stall",
];
const stallLength = minutes(4);

export interface GateOptions {
  readonly time: Timeline;
  readonly random: Random;
  readonly truth: Truth;
  readonly plan: FaultPlan;
  readonly slow: boolean;
  /** No call takes time that is not a fault. */
  readonly prompt?: boolean;
}

export function gate({ time, random, truth, plan, slow, prompt = false }: GateOptions): Gate {
  let isCalm = false;
  const faultNow = (): Fault | undefined => {
    truth.counts.calls += 1;
    if (plan.at?.call === truth.counts.calls) return plan.at.fault;
    return !isCalm && random.chance(plan.rate) ? random.pick(randomFaults) : undefined;
  };
  const wait = (): Milliseconds => {
    if (isCalm || prompt) return 0;
    return slow && random.chance(0.03) ? seconds(10 + random.below(140)) : random.pick(waits);
  };
  const note = (run: Run, name: string, fault: Fault) => {
    run.record.faults.push(`${fault} ${name}`);
    truth.disturbances.push({
      what: `${fault} ${name}`,
      from: time.now(),
      until: time.now(),
      bastion: undefined,
    });
    if (fault.startsWith("die")) truth.counts.crashes += 1;
    else if (fault.startsWith("fail")) truth.counts.failures += 1;
  };
  return {
    calmDown: () => {
      isCalm = true;
    },
    call: (run, name, effect, takes = 0) =>
      new Promise((resolve, reject) => {
        const answer = (settle: () => void) => {
          time.after(takes + (random.chance(0.3) ? wait() : 0), () => {
            if (run.isAlive) settle();
          });
        };
        const lost = () => {
          reject(new ConnectionLost(`${name}: connection lost`));
        };
        const act = async (fault: Fault | undefined) => {
          if (!run.isAlive) return;
          try {
            const result = await effect();
            if (fault === "die after") run.die();
            else if (fault === "fail after") answer(lost);
            else {
              answer(() => {
                resolve(result);
              });
            }
          } catch (error) {
            answer(() => {
              reject(error instanceof Error ? error : new Error(String(error)));
            });
          }
        };
        time.after(wait(), () => {
          if (!run.isAlive) return undefined;
          const fault = faultNow();
          if (fault) note(run, name, fault);
          if (fault === "die before") run.die();
          else if (fault === "fail before") answer(lost);
          else if (fault !== "stall") return act(fault);
          else time.after(stallLength, () => act(undefined));
          return undefined;
        });
      }),
  };
}
