/**
 * Fires one timer function on its schedule. One run at a time; an occurrence that passes during a run is skipped, as in Azure. After a leap
 * of the clock it fires once, past due, however many occurrences fell into the gap: as in Azure after a stop. A disabled one is fired by hand only.
 */
import { atMoment } from "../clock/moment.ts";
import type { FunctionOf } from "./functions.ts";
import type { Invoker, TriggerData } from "./invoker.ts";
import { type Log, hostLog } from "./log.ts";

export interface Timer {
  /** Fires now, after a run that is under way; rejects with the function's failure. */
  fire(): Promise<void>;
  next(): Date | undefined;
  stop(): void;
}

const pastDueAfterInMs = 60_000;
const neverRan = "0001-01-01T00:00:00+00:00";

export function startTimer(target: FunctionOf<"timer">, invoker: Pick<Invoker, "invoke">, log: Log): Timer {
  const { schedule, runOnStartup } = target.trigger;
  const fire = oneAtATime(target, invoker);
  if (target.disabled) return { fire: () => fire(false), next: () => undefined, stop: () => undefined };
  let next = schedule.next(new Date());
  let callOff: () => void = () => undefined;
  let stopped = false;
  const wait = (): void => {
    if (stopped || next === undefined) return;
    const due = next.getTime();
    callOff = atMoment(due, () => void fire(Date.now() - due >= pastDueAfterInMs).then(goOn, goOn));
  };
  const goOn = () => {
    next = schedule.next(new Date(Math.max(Date.now(), next?.getTime() ?? 0)));
    wait();
  };
  if (next === undefined) hostLog(log, target.name)("warning", "Its schedule never comes true");
  wait();
  if (runOnStartup) fire(false).catch(() => undefined);
  return {
    fire: () => fire(false),
    next: () => next,
    stop: () => {
      stopped = true;
      callOff();
    },
  };
}

/** A run asked for during another one starts after it. */
function oneAtATime(
  target: FunctionOf<"timer">,
  invoker: Pick<Invoker, "invoke">,
): (isPastDue: boolean) => Promise<void> {
  let last: Date | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const run = async (isPastDue: boolean) => {
    const data = timerData(target, last, isPastDue);
    last = new Date();
    await invoker.invoke(target, data);
  };
  return (isPastDue) => {
    const firing = running.then(() => run(isPastDue));
    running = firing.catch(() => undefined);
    return firing;
  };
}

/** The timer object of the .NET host; the programming model turns its names into camelCase. */
function timerData(
  { trigger }: FunctionOf<"timer">,
  last: Date | undefined,
  isPastDue: boolean,
): TriggerData {
  const status = {
    Last: last?.toISOString() ?? neverRan,
    Next: trigger.schedule.next(new Date())?.toISOString() ?? neverRan,
    LastUpdated: last?.toISOString() ?? neverRan,
  };
  const timer = {
    Schedule: { AdjustForDST: trigger.schedule.kind === "cron" },
    ScheduleStatus: status,
    IsPastDue: isPastDue,
  };
  return { data: { json: JSON.stringify(timer) } };
}
