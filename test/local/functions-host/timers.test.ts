import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Hosted, hostApp, key } from "./hosted-app.ts";

const source = `
app.timer("each-second", { schedule: "%EVERY_SECOND%", handler: (timer, context) => { context.log(JSON.stringify(timer)); } });
app.timer("interval", { schedule: "00:00:01", handler: (timer, context) => { context.log(JSON.stringify(timer.schedule)); } });
app.timer("at-start", { schedule: "0 0 0 1 1 *", runOnStartup: true, handler: (timer, context) => { context.log("ran"); } });
app.timer("broken", { schedule: "* * * * * *", handler: () => { throw new Error("bad timer"); } });
let running = 0;
app.timer("slow", { schedule: "* * * * * *", handler: async (timer, context) => {
  running += 1;
  context.log("running " + running);
  await new Promise((resolve) => setTimeout(resolve, 1300));
  running -= 1;
} });
app.timer("off", { schedule: "* * * * * *", handler: (timer, context) => { context.log("never"); } });
`;

let host: Hosted;
beforeAll(async () => {
  host = await hostApp(source, { settings: { EVERY_SECOND: "* * * * * *", "AzureWebJobs.off.Disabled": "true" } });
});
afterAll(() => host.close());

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 6_000, interval: 50 });

it.concurrent("a timer fires once per occurrence and gets the timer object", async () => {
  await eventually(() => {
    expect(host.said("each-second").length).toBeGreaterThanOrEqual(3);
  });
  const [first, second, third] = host.said("each-second").map((line) => JSON.parse(line) as { scheduleStatus: Record<string, string> });
  expect(first).toMatchObject({ isPastDue: false, schedule: { adjustForDST: true } });
  expect(first?.scheduleStatus["last"]).toBe("0001-01-01T00:00:00+00:00");
  const gap = Date.parse(third?.scheduleStatus["last"] ?? "") - Date.parse(second?.scheduleStatus["last"] ?? "");
  expect(gap).toBeGreaterThan(800);
  expect(gap).toBeLessThan(1_800);
});

it.concurrent("a time span is a schedule too", async () => {
  await eventually(() => {
    expect(host.said("interval")[0]).toBe('{"adjustForDST":false}');
  });
});

it.concurrent("runOnStartup runs once at the start, long before the schedule", async () => {
  await eventually(() => {
    expect(host.said("at-start")).toEqual(["ran"]);
  });
});

it.concurrent("a failure is logged, and the timer goes on", async () => {
  await eventually(() => {
    expect(host.said("broken").length).toBeGreaterThanOrEqual(2);
  });
  expect(host.said("broken")[0]).toMatch(/^Invocation failed: Error: bad timer\n/);
});

it.concurrent("a timer never overlaps itself, also when fired by hand", async () => {
  const fire = () => fetch(`${host.url}/admin/functions/slow?code=${key}`, { method: "POST" });
  await Promise.all([fire(), fire()]);
  await eventually(() => {
    expect(host.said("slow").length).toBeGreaterThanOrEqual(3);
  });
  expect(new Set(host.said("slow"))).toEqual(new Set(["running 1"]));
});

it("a disabled timer never fires", () => {
  expect(host.said("off")).toEqual([]);
});
