import { describe, expect, it, vi, afterEach, beforeEach } from "vitest";
import { ConfigError } from "../../src/config.ts";
import { healthHttp, unhealthyHttp } from "../../src/functions/health-http.ts";
import { misconfiguredTimer } from "../../src/functions/misconfigured-timer.ts";
import { memoryChannel } from "../memory/memory-channel.ts";
import { handledApp, scanRequest } from "./handlers.ts";
import { aTimer } from "./timers.ts";

describe("GET /api/health", () => {
  const app = handledApp();
  const request = scanRequest("");

  it("is 200 while the configuration is good", () => {
    expect(healthHttp(request, app.context())).toStrictEqual({ jsonBody: { status: "ok" }, headers: { "cache-control": "no-store" } });
  });

  it("is 503 with every problem while it is bad", () => {
    const error = new ConfigError(["WATCHDOG_SCOPE is not set", "WATCHDOG_MODE: no"], "https://SECRET.logic.azure.com/");
    const answer = unhealthyHttp(error)(request, app.context());
    expect(answer).toStrictEqual({
      status: 503,
      body: '{"type":"about:blank","title":"The configuration is invalid: nothing is watched","status":503,"detail":"WATCHDOG_SCOPE is not set\\nWATCHDOG_MODE: no"}',
      headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    });
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
  `("that ran last at $last fails, and tells $told times", async ({ last, told }: { last: string; told: number }) => {
    const channel = memoryChannel("teams");
    await expect(misconfiguredTimer(error, channel)(aTimer(last), app.context())).rejects.toBe(error);
    expect(channel.sendings).toHaveLength(told);
  });

  it("says what is wrong, and that nothing is watched", async () => {
    const channel = memoryChannel("teams");
    await expect(misconfiguredTimer(error, channel)(aTimer("0001-01-01T00:00:00"), app.context())).rejects.toBe(error);
    expect(channel.accepted()).toMatchObject([
      {
        kind: "watchdog-trouble",
        severity: "high",
        enforced: false,
        notes: ["The configuration is invalid: nothing is watched and nothing is revoked until it is mended.", "WATCHDOG_SCOPE is not set"],
      },
    ]);
  });

  it("fails without a channel to tell, too", async () => {
    await expect(misconfiguredTimer(error, undefined)(aTimer("0001-01-01T00:00:00"), app.context())).rejects.toBe(error);
  });
});
