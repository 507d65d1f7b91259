import { describe, expect, it, vi, afterEach, beforeEach } from "vitest";
import { ConfigError } from "../../src/config.ts";
import { healthHttp, unhealthyHttp } from "../../src/functions/health-http.ts";
import { misconfiguredTimer } from "../../src/functions/misconfigured-timer.ts";
import { scanHttp } from "../../src/functions/scan-http.ts";
import { memoryChannel } from "../memory/memory-channel.ts";
import { vmId } from "../memory/samples.ts";
import { handledApp, scanRequest } from "./handlers.ts";
import { aTimer } from "./timers.ts";

const scanned = async (body: string, headers: Record<string, string> = {}, app = handledApp()) =>
  await scanHttp(app)(scanRequest(body, headers), app.context());

describe("POST /api/scan", () => {
  it.each(["", "  \n", "{}", '{"subscription":"11111111-0000-4000-8000-000000000001"}'])(
    "with %j answers JSON that no cache keeps",
    async (body) => {
      const app = handledApp();
      app.dog.azure.create(app.dog.bastion, vmId("vm-1"));
      expect(await scanned(body, {}, app)).toMatchObject({
        jsonBody: {
          scannedAt: "2026-11-21T08:00:00.000Z",
          complete: true,
          links: [{ vmId: vmId("vm-1"), createdAt: "2026-11-21T08:00:00.000Z" }],
        },
        headers: { "cache-control": "no-store" },
      });
    },
  );

  it.each`
    accept                            | type
    ${"text/plain"}                   | ${"text/plain; charset=utf-8"}
    ${"text/plain, */*;q=0.1"}        | ${"text/plain; charset=utf-8"}
    ${"text/plain, application/json"} | ${undefined}
    ${"application/json"}             | ${undefined}
    ${"*/*"}                          | ${undefined}
  `("that accepts $accept gets $type", async ({ accept, type }: { accept: string; type: string | undefined }) => {
    const { headers, body } = await scanned("", { accept });
    expect(new Headers(headers as Record<string, string>).get("content-type") ?? undefined).toBe(type);
    if (type !== undefined) expect(body).toBe("No open links on 1 bastion, 2026-11-21 08:00:00 UTC\n");
  });

  it.each([
    ["no JSON", "vm-1", "expected object"],
    ["cut off", '{"vm":', "expected object"],
    ["null", "null", "expected object"],
    ["a list", "[]", "expected object"],
    ["a field that is none", '{"virtualMachine":"vm-1"}', 'Unrecognized key: "virtualMachine"'],
    ["a number", '{"vm":1}', "expected string"],
    ["an empty name", '{"vm":" "}', "→ at vm"],
    ["a name without end", `{"vm":"${"v".repeat(513)}"}`, "→ at vm"],
  ])("with a body that is %s answers 400 and why", async (_, body, why) => {
    expect(await scanned(body)).toMatchObject({
      status: 400,
      headers: { "content-type": "application/problem+json" },
      body: expect.stringContaining(JSON.stringify(why).slice(1, -1)) as unknown,
    });
  });

  it("answers 502 when Resource Graph does not answer", async () => {
    const app = handledApp();
    app.dog.azure.habits.graphFails = true;
    expect(await scanned("", {}, app)).toMatchObject({
      status: 502,
      body: '{"type":"about:blank","title":"The estate could not be read","status":502,"detail":"Resource Graph answered 500"}',
    });
    expect(app.logged.join()).toContain("Scan failed");
  });

  it("tells what Azure lists though the table does not answer", async () => {
    const app = handledApp();
    app.dog.crashes.failAt(2, "before");
    expect(await scanned("", {}, app)).toMatchObject({ jsonBody: { complete: false, bastions: [{ read: "complete" }] } });
  });
});

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
