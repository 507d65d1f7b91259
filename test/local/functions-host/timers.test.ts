import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FunctionOf, isKind, readFunctions } from "../../../local/functions-host/functions.ts";
import type { TriggerData } from "../../../local/functions-host/invoker.ts";
import { startTimer } from "../../../local/functions-host/timers.ts";
import { eventually } from "../../eventually.ts";
import { hostApp } from "./hosted-app.ts";

/** The time that these timers live in. It passes only where a test says so. */
const pass = (time: number) => vi.advanceTimersByTimeAsync(time);
const second = 1_000;
const day = 86_400 * second;

interface Options {
  readonly schedule: string;
  readonly runOnStartup?: boolean;
  readonly disabled?: boolean;
  /** How long a run takes, and how it ends. */
  readonly run?: () => Promise<void>;
}

function timerFunction({ schedule, runOnStartup = false, disabled = false }: Options): FunctionOf<"timer"> {
  const metadata = [{ name: "tick", bindings: { timer: { type: "timerTrigger", schedule, runOnStartup } } }];
  const settings = { "AzureWebJobs.tick.Disabled": String(disabled) };
  const [target] = readFunctions(JSON.stringify(metadata), { settings, routePrefix: "" }).filter(
    isKind("timer"),
  );
  if (target === undefined) throw new Error("No timer was read");
  return target;
}

/** A timer that runs, and what becomes of it: when each run began, with what, and how many were under way at once. */
function timer(options: Options) {
  const begun: string[] = [];
  const inputs: unknown[] = [];
  let running = 0;
  let most = 0;
  const invoke = async (_: unknown, { data }: TriggerData) => {
    begun.push(new Date().toISOString().slice(5, 19));
    inputs.push(JSON.parse(data.json ?? ""));
    most = Math.max(most, (running += 1));
    await (options.run?.() ?? Promise.resolve()).finally(() => (running -= 1));
    return {};
  };
  const started = startTimer(timerFunction(options), { invoke }, () => undefined);
  return { begun, inputs, most: () => most, ...started };
}

const lasting = (time: number) => () => new Promise<void>((resolve) => setTimeout(resolve, time));

describe("A timer", () => {
  beforeEach(() =>
    vi.useFakeTimers({
      toFake: ["Date", "setTimeout", "clearTimeout"],
      now: new Date("2026-11-21T07:59:59.250Z"),
    }),
  );
  afterEach(() => vi.useRealTimers());

  it.each([
    ["* * * * * *", 3 * second, ["11-21T08:00:00", "11-21T08:00:01", "11-21T08:00:02"]],
    ["0 0 * * * *", day / 12, ["11-21T08:00:00", "11-21T09:00:00"]],
    ["00:00:02", 5 * second, ["11-21T08:00:01", "11-21T08:00:03"]],
    ["0 0 0 1 1 *", 41 * day, ["01-01T00:00:00"]],
    ["0 0 0 31 2 *", 400 * day, []],
  ])("of %s fires once for each occurrence in %i ms", async (schedule, time, begun) => {
    const tick = timer({ schedule });
    await pass(time);
    expect(tick.begun).toStrictEqual(begun);
  });

  it("hands over when it ran last and when it will run next", async () => {
    const tick = timer({ schedule: "*/10 * * * * *" });
    await pass(11 * second);
    const never = "0001-01-01T00:00:00+00:00";
    const [first, next, then] = [
      "2026-11-21T08:00:00.000Z",
      "2026-11-21T08:00:10.000Z",
      "2026-11-21T08:00:20.000Z",
    ];
    const Schedule = { AdjustForDST: true };
    expect(tick.inputs).toStrictEqual([
      { Schedule, ScheduleStatus: { Last: never, Next: next, LastUpdated: never }, IsPastDue: false },
      { Schedule, ScheduleStatus: { Last: first, Next: then, LastUpdated: first }, IsPastDue: false },
    ]);
    expect(tick.next()?.toISOString()).toBe(then);
  });

  it("goes on after a failure", async () => {
    const tick = timer({ schedule: "* * * * * *", run: () => Promise.reject(new Error("bad timer")) });
    await pass(3 * second);
    expect(tick.begun).toHaveLength(3);
  });

  it("never overlaps itself: what falls due during a run is skipped", async () => {
    const tick = timer({ schedule: "* * * * * *", run: lasting(2_500) });
    await pass(10 * second);
    expect(tick.begun).toStrictEqual([
      "11-21T08:00:00",
      "11-21T08:00:03",
      "11-21T08:00:06",
      "11-21T08:00:09",
    ]);
    expect(tick.most()).toBe(1);
  });

  it("fired by hand runs after the run that is under way, each time", async () => {
    const tick = timer({ schedule: "0 * * * * *", run: lasting(5 * second) });
    await pass(2 * second);
    const fired = Promise.all([tick.fire(), tick.fire()]);
    await pass(14 * second);
    await fired;
    expect(tick.begun).toStrictEqual(["11-21T08:00:00", "11-21T08:00:05", "11-21T08:00:10"]);
    expect(tick.most()).toBe(1);
  });

  it("with runOnStartup runs at the start, too", async () => {
    const tick = timer({ schedule: "0 0 * * * *", runOnStartup: true });
    await pass(second);
    expect(tick.begun).toStrictEqual(["11-21T07:59:59", "11-21T08:00:00"]);
  });

  it("that is disabled runs when it is fired by hand, and never by the clock", async () => {
    const tick = timer({ schedule: "* * * * * *", runOnStartup: true, disabled: true });
    await pass(day);
    expect([tick.begun, tick.next()]).toStrictEqual([[], undefined]);
    await tick.fire();
    expect(tick.begun).toStrictEqual(["11-22T07:59:59"]);
  });

  it("that was stopped fires no more", async () => {
    const tick = timer({ schedule: "* * * * * *" });
    await pass(second);
    tick.stop();
    await pass(day);
    expect(tick.begun).toStrictEqual(["11-21T08:00:00"]);
  });
});

describe("A hosted timer", () => {
  it("comes by its schedule, from the settings, and gets the timer object as the programming model spells it", async () => {
    const source = `app.timer("tick", { schedule: "%TICK%", handler: (timer, context) => { context.log(JSON.stringify(timer)); } });`;
    const host = await hostApp(source, { settings: { TICK: "* * * * * *" } });
    const line = await eventually(() => host.said("tick")[0] ?? expect.fail("no run yet"));
    expect(JSON.parse(line)).toMatchObject({
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: { last: "0001-01-01T00:00:00+00:00" },
    });
    await host.close();
  });
});
