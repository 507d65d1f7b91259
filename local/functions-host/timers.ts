/** Fires one timer function on its schedule. One run at a time; an occurrence that passes during a run is skipped, as in Azure. */
import type { FunctionOf } from "./functions.ts";
import type { Invoker, TriggerData } from "./invoker.ts";
import { type Log, hostLog } from "./log.ts";

export interface Timer {
  /** Fires now, after a run that is under way; rejects with the function's failure. */
  fire(): Promise<void>;
  next(): Date | undefined;
  stop(): void;
}

const longestTimeoutInMs = 2 ** 31 - 1;
const neverRan = "0001-01-01T00:00:00+00:00";

export function startTimer(target: FunctionOf<"timer">, invoker: Invoker, log: Log): Timer {
  const { schedule, runOnStartup } = target.trigger;
  const fire = oneAtATime(target, invoker);
  let next = schedule.next(new Date());
  let waiting: NodeJS.Timeout | undefined;
  let stopped = false;
  const wait = (): void => {
    if (stopped || next === undefined) return;
    const waitInMs = Math.max(0, next.getTime() - Date.now());
    if (waitInMs > longestTimeoutInMs) waiting = setTimeout(wait, longestTimeoutInMs);
    else waiting = setTimeout(() => void fire().then(goOn, goOn), waitInMs);
  };
  const goOn = () => {
    next = schedule.next(new Date(Math.max(Date.now(), next?.getTime() ?? 0)));
    wait();
  };
  if (next === undefined) hostLog(log, target.name)("warning", "Its schedule never comes true");
  wait();
  if (runOnStartup) fire().catch(() => undefined);
  return {
    fire,
    next: () => next,
    stop: () => {
      stopped = true;
      clearTimeout(waiting);
    },
  };
}

/** A run asked for during another one starts after it. */
function oneAtATime(target: FunctionOf<"timer">, invoker: Invoker): () => Promise<void> {
  let last: Date | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const run = async () => {
    const data = timerData(target, last);
    last = new Date();
    await invoker.invoke(target, data);
  };
  return () => {
    const firing = running.then(run);
    running = firing.catch(() => undefined);
    return firing;
  };
}

/** The timer object of the .NET host; the programming model turns its names into camelCase. */
function timerData({ trigger }: FunctionOf<"timer">, last: Date | undefined): TriggerData {
  const status = {
    Last: last?.toISOString() ?? neverRan,
    Next: trigger.schedule.next(new Date())?.toISOString() ?? neverRan,
    LastUpdated: last?.toISOString() ?? neverRan,
  };
  const timer = { Schedule: { AdjustForDST: trigger.schedule.kind === "cron" }, ScheduleStatus: status, IsPastDue: false };
  return { data: { json: JSON.stringify(timer) } };
}
