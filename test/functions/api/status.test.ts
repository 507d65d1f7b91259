import { describe, expect, it, vi, afterEach, beforeEach } from "vitest";
import { ConfigError, type Config } from "../../../src/config/config.ts";
import { healthHttp, misconfiguredHttp, statusHttp } from "../../../src/functions/api/status-http.ts";
import { misconfiguredTimer } from "../../../src/functions/misconfigured/misconfigured-timer.ts";
import { memoryChannel } from "../../memory/memory-channel.ts";
import { isoInstant, minutes, hours, seconds } from "../../../src/core/domain/time.ts";
import { watchdogPartition, type Partition } from "../../../src/core/domain/partition.ts";
import { reportStale } from "../../../src/core/flows/scheduled/report-stale.ts";
import { at } from "../../memory/clock.ts";
import { aBastion, vmId } from "../../memory/samples.ts";
import { sweepFor } from "../../memory/sweep-for.ts";
import { ask } from "./answers.ts";
import { handledApp, scanRequest, type HandledApp } from "../handlers.ts";
import { aTimer } from "../timers.ts";

const everyFiveMinutes = "0 */5 * * * *";

/** The status of a watchdog that was started at eight. */
async function statusOf(app: HandledApp, schedule = everyFiveMinutes, warnings: Config["warnings"] = []) {
  const startedAt = at("2026-11-21T08:00:00Z");
  const statusApp = { ...app, schedule, version: "1.2.3", startedAt, warnings };
  const { status: code, body, headers } = await ask(statusHttp(statusApp), "/api/status", { app });
  return { code, headers, answer: JSON.parse(body) as Record<string, unknown>, body };
}

describe("GET /api/status", () => {
  it("is 200 and says when the last sweep ended, when Azure last told of anything, and how many bastions are in trouble", async () => {
    const app = handledApp();
    await app.dog.sweep();
    app.dog.clock.advance(minutes(3));
    await app.dog.event({});
    await app.dog.witness();
    await reportStale(app.dog.ports, app.dog.settings);
    const { code, headers, answer } = await statusOf(app);
    expect([code, headers.get("cache-control")]).toStrictEqual([200, "no-store"]);
    expect(answer).toStrictEqual({
      status: "ok",
      configuration: "valid",
      version: "1.2.3",
      mode: "enforce",
      lastSweep: { finishedAt: "2026-11-21T08:00:00.000Z", bastions: 1 },
      lastEventAt: "2026-11-21T08:03:00.000Z",
      witnesses: [
        {
          subscriptionId: app.dog.bastion.subscriptionId,
          eventGridSpokeAt: null,
          activityLogSpokeAt: null,
          activityLogReadTo: "2026-11-21T08:03:00.000Z",
          activityLogUnread: null,
          missingSince: null,
        },
      ],
      pausedChannels: [],
      counted: { at: "2026-11-21T08:03:00.000Z", stale: 0, unreadable: 0 },
      warnings: [],
    });
  });

  it("names a channel that takes nothing, since when and why; the health that anybody may read does not", async () => {
    const app = handledApp();
    await app.dog.sweep();
    await app.dog.run(minutes(1));
    const since = isoInstant(app.dog.clock.now());
    app.dog.teams.answerAlways({ kind: "unavailable", why: "Teams answered 503", retryAfter: undefined });
    app.dog.azure.create(app.dog.bastion, vmId("vm-1"));
    await app.dog.event({});
    await sweepFor(app.dog, minutes(20));
    const { answer } = await statusOf(app);
    expect(answer["pausedChannels"]).toStrictEqual([{ channel: "teams", since, why: "Teams answered 503" }]);
  });

  it("says what the deployment lacks, in good times and bad", async () => {
    const app = handledApp();
    const lacking = [{ what: "No one is notified.", fix: "Set alertEmails." }];
    const said = ["No one is notified. Set alertEmails."];
    expect(await statusOf(app, everyFiveMinutes, lacking)).toMatchObject({
      code: 200,
      answer: { warnings: said },
    });
    app.dog.clock.advance(hours(2));
    expect(await statusOf(app, everyFiveMinutes, lacking)).toMatchObject({
      code: 503,
      answer: { warnings: said },
    });
  });

  it.each`
    swept                     | now                       | status
    ${"2026-11-21T08:00:00Z"} | ${"2026-11-21T08:09:59Z"} | ${200}
    ${"2026-11-21T08:00:00Z"} | ${"2026-11-21T08:10:00Z"} | ${200}
    ${"2026-11-21T08:00:00Z"} | ${"2026-11-21T08:10:01Z"} | ${503}
    ${"2026-11-21T08:00:07Z"} | ${"2026-11-21T08:10:01Z"} | ${503}
    ${"2026-11-21T08:05:07Z"} | ${"2026-11-21T08:10:01Z"} | ${200}
    ${undefined}              | ${"2026-11-21T08:09:59Z"} | ${200}
    ${undefined}              | ${"2026-11-21T08:10:01Z"} | ${503}
  `(
    "is $status at $now after a sweep at $swept",
    async ({ swept, now, status }: { swept?: string; now: string; status: number }) => {
      const app = handledApp();
      if (swept !== undefined) {
        app.dog.clock.set(at(swept));
        await app.dog.sweep();
      }
      app.dog.clock.set(at(now));
      expect((await statusOf(app)).code).toBe(status);
    },
  );

  it("says of an overdue sweep since when, and still how things stood", async () => {
    const app = handledApp();
    await app.dog.sweep();
    app.dog.clock.advance(hours(2));
    const { headers, answer } = await statusOf(app);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(answer).toMatchObject({
      title: "The sweep is overdue",
      status: 503,
      detail:
        'No sweep has ended since 2026-11-21T09:50:00.000Z, and two were due. Check the log of the function "sweep".',
      lastSweep: { finishedAt: "2026-11-21T08:00:00.000Z" },
    });
  });

  it("does not count a sweep that failed", async () => {
    const app = handledApp();
    app.dog.azure.habits.graphFails = true;
    await expect(app.dog.sweep()).rejects.toThrow("The sweep is incomplete");
    expect((await statusOf(app)).answer["lastSweep"]).toBeNull();
  });

  it.each(["0 0 0 1 1 *", "0 5/10 * * * *", "no schedule at all, if that were possible"])(
    "is 200 with the schedule %s, which says nothing of today",
    async (schedule) => {
      expect((await statusOf(handledApp(), schedule)).code).toBe(200);
    },
  );

  it("counts the bastions that nobody looked at, and those that cannot be read", async () => {
    const app = handledApp();
    app.dog.azure.addBastion(aBastion("bas-two"));
    await app.dog.sweep();
    await app.dog.run(minutes(1));
    app.dog.clock.advance(hours(2));
    await reportStale(app.dog.ports, app.dog.settings);
    expect((await statusOf(app)).answer["counted"]).toStrictEqual({
      at: "2026-11-21T10:01:00.000Z",
      stale: 2,
      unreadable: 0,
    });
    app.dog.azure.habits.unreadable = { kind: "forbidden", why: "403" };
    await app.dog.sweep();
    await app.dog.run(minutes(1));
    await reportStale(app.dog.ports, app.dog.settings);
    expect((await statusOf(app)).answer["counted"]).toStrictEqual({
      at: "2026-11-21T10:02:00.000Z",
      stale: 0,
      unreadable: 2,
    });
  });

  it("names no bastion, subscription, person or rule: anybody may ask", async () => {
    const app = handledApp();
    await app.dog.sweep();
    await app.dog.event({});
    app.dog.clock.advance(hours(3));
    await reportStale(app.dog.ports, app.dog.settings);
    expect((await statusOf(app)).body).not.toMatch(/bas-|1111|jane|default|rg-/i);
  });

  it("is 503 and says so when storage fails, without its words", async () => {
    const app = handledApp();
    app.dog.crashes.failAt(1, "before");
    const { code, answer, body } = await statusOf(app);
    expect([code, answer["title"], body.includes("Crash")]).toStrictEqual([
      503,
      "Storage does not answer",
      false,
    ]);
    expect(app.logged.join()).toContain("Crash before the effect of read");
  });

  it("reads one partition, whatever the number of bastions", async () => {
    const app = handledApp();
    for (let number = 0; number < 50; number += 1) app.dog.azure.addBastion(aBastion(`bas-${number}`));
    await app.dog.sweep();
    const before = app.dog.crashes.calls();
    await statusOf(app);
    expect(app.dog.crashes.calls() - before).toBe(2);
  });

  it("is 503 with every problem while the configuration is bad", () => {
    const error = new ConfigError(
      ["WATCHDOG_SCOPE is not set", "WATCHDOG_MODE: no"],
      "https://SECRET.logic.azure.com/",
    );
    const answer = misconfiguredHttp(error)(scanRequest(""), handledApp().context());
    expect(answer).toStrictEqual({
      status: 503,
      body: '{"type":"about:blank","title":"The configuration is invalid: nothing is watched","status":503,"detail":"WATCHDOG_SCOPE is not set\\nWATCHDOG_MODE: no"}',
      headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    });
  });
});

describe("GET /api/health", () => {
  const healthy = async (app: HandledApp) => {
    const startedAt = at("2026-11-21T08:00:00Z");
    const about = { schedule: everyFiveMinutes, version: "1.2.3", startedAt, warnings: [] };
    const { status, body, headers } = await ask(healthHttp(statusHttp({ ...app, ...about })), "/api/health", {
      app,
    });
    return [status, body, headers.get("cache-control")];
  };

  it("says one word and no more, in good times and bad", async () => {
    const app = handledApp();
    await app.dog.sweep();
    expect(await healthy(app)).toStrictEqual([200, '{"status":"ok"}', "no-store"]);
    app.dog.clock.advance(hours(2));
    expect(await healthy(app)).toStrictEqual([503, '{"status":"failing"}', "no-store"]);
    app.dog.crashes.failAt(1, "before");
    expect(await healthy(app)).toStrictEqual([503, '{"status":"failing"}', "no-store"]);
  });

  it("says no more while the configuration is bad", async () => {
    const error = new ConfigError(["WATCHDOG_SCOPE is not set"], undefined);
    const app = handledApp();
    const { status, body } = await ask(healthHttp(misconfiguredHttp(error)), "/api/health", { app });
    expect([status, body]).toStrictEqual([503, '{"status":"failing"}']);
  });
});

describe("The time of the last event", () => {
  it("is kept to the minute, and an event is taken though it cannot be kept", async () => {
    const { dog } = handledApp();
    await dog.event({});
    dog.clock.advance(seconds(59));
    await dog.event({});
    const noted = async () => (await dog.table.read(watchdogPartition)).host?.eventAt;
    expect(await noted()).toBe(at("2026-11-21T08:00:00Z"));
    dog.clock.advance(seconds(1));
    const read = (partition: Partition) =>
      partition === watchdogPartition ? Promise.reject(new Error("503")) : dog.table.read(partition);
    await dog.event({});
    expect(await noted()).toBe(at("2026-11-21T08:01:00Z"));
    dog.clock.advance(minutes(2));
    Object.assign(dog.ports, { table: { ...dog.table, read } });
    await dog.event({});
    expect(dog.log.text()).toContain("The time of an event was not noted");
  });
});

describe("The timer of a misconfigured watchdog", () => {
  beforeEach(() => vi.useFakeTimers({ now: new Date("2026-11-21T14:00:30Z") }));
  afterEach(() => vi.useRealTimers());
  const error = new ConfigError(["WATCHDOG_SCOPE is not set"], undefined);
  const app = handledApp();

  it.each`
    last                           | told
    ${"0001-01-01T00:00:00"}       | ${1}
    ${"2026-11-21T11:59:59Z"}      | ${1}
    ${"2026-11-21T12:00:00Z"}      | ${0}
    ${"2026-11-21T13:55:00+00:00"} | ${0}
    ${"2026-11-21T14:00:29Z"}      | ${0}
    ${"2026-11-20T13:55:00Z"}      | ${1}
  `(
    "that ran last at $last fails, and tells $told times",
    async ({ last, told }: { last: string; told: number }) => {
      const channel = memoryChannel("teams");
      await expect(misconfiguredTimer(error, channel)(aTimer(last), app.context())).rejects.toBe(error);
      expect(channel.sendings).toHaveLength(told);
    },
  );

  it("says what is wrong, and that nothing is watched", async () => {
    const channel = memoryChannel("teams");
    await expect(
      misconfiguredTimer(error, channel)(aTimer("0001-01-01T00:00:00"), app.context()),
    ).rejects.toBe(error);
    expect(channel.accepted()).toMatchObject([
      {
        kind: "watchdog-trouble",
        severity: "high",
        notes: [{ kind: "misconfigured", problems: ["WATCHDOG_SCOPE is not set"] }],
      },
    ]);
  });

  it("fails without a channel to tell, too", async () => {
    await expect(
      misconfiguredTimer(error, undefined)(aTimer("0001-01-01T00:00:00"), app.context()),
    ).rejects.toBe(error);
  });
});
