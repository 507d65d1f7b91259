import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { atMoment } from "../../../local/clock/moment.ts";
import type { FunctionOf } from "../../../local/functions-host/functions.ts";
import type { TriggerData } from "../../../local/functions-host/invoker.ts";
import { parseSchedule } from "../../../local/functions-host/schedule.ts";
import { startTimer } from "../../../local/functions-host/timers.ts";
import type { Clock } from "../../../local/simulated-azure/clock.ts";
import { Timeline } from "../../../local/simulated-azure/timeline.ts";

const start = Date.parse("2030-01-01T00:01:00.000Z");
const hour = 3_600_000;
const leap = (byInMs: number) => vi.setSystemTime(Date.now() + byInMs);

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  vi.stubEnv("LOCAL_CLOCK_FILE", "followed by the preload, which is not here");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

it("a moment comes by the clock, once: not a millisecond early, and within 50 ms of a leap", async () => {
  const came: string[] = [];
  atMoment(start + 1_000, () => came.push("a second"));
  atMoment(start + 8 * hour, () => came.push("eight hours"));
  await vi.advanceTimersByTimeAsync(999);
  expect(came).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(came).toEqual(["a second"]);
  leap(8 * hour);
  await vi.advanceTimersByTimeAsync(50);
  expect(came).toEqual(["a second", "eight hours"]);
  await vi.advanceTimersByTimeAsync(hour);
  expect(came).toHaveLength(2);
});

it("a moment that was called off never comes", async () => {
  const run = vi.fn();
  atMoment(start + 1_000, run)();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(run).not.toHaveBeenCalled();
});

function everyFiveMinutes(): FunctionOf<"timer"> {
  const trigger = { kind: "timer", schedule: parseSchedule("0 */5 * * * *"), runOnStartup: false } as const;
  return { name: "sweep", triggerName: "timer", trigger, outputs: [], disabled: false };
}

it("a timer fires once for all that fell into a leap, past due, and then on its schedule", async () => {
  const fired: (readonly [at: string, isPastDue: unknown])[] = [];
  const invoke = (_target: unknown, { data }: TriggerData) => {
    const { IsPastDue } = JSON.parse(data.json ?? "") as { IsPastDue: unknown };
    fired.push([new Date().toISOString().slice(11, 19), IsPastDue]);
    return Promise.resolve({});
  };
  const timer = startTimer(everyFiveMinutes(), { invoke }, () => undefined);
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  leap(8 * hour);
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  timer.stop();
  await vi.advanceTimersByTimeAsync(hour);
  expect(fired).toEqual([
    ["00:05:00", false],
    ["08:06:00", true],
    ["08:10:00", false],
  ]);
});

it("what is to happen in Azure happens in its order after a leap, whoever made it leap", async () => {
  const clock: Clock = {
    now: () => Date.now(),
    advance: (byInMs) => Promise.resolve(void leap(byInMs)),
    reset: () => undefined,
  };
  const timeline = new Timeline(clock);
  const happened: string[] = [];
  const after = (delayInMs: number, what: string) => {
    timeline.after(delayInMs, () => happened.push(what));
  };
  after(2 * hour, "second");
  after(hour, "first");
  after(9 * hour, "fourth");
  leap(3 * hour);
  await vi.advanceTimersByTimeAsync(50);
  expect(happened).toEqual(["first", "second"]);
  after(hour, "third");
  await timeline.advance(6 * hour);
  expect(happened).toEqual(["first", "second", "third", "fourth"]);
  after(hour, "never");
  timeline.reset();
  await vi.advanceTimersByTimeAsync(2 * hour);
  expect(happened).toHaveLength(4);
});
