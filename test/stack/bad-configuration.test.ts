import { describe, expect, it } from "vitest";
import { jane } from "../../local/scenario/people.ts";
import { eventually } from "../../local/scenario/eventually.ts";
import { cardSaying, messageCount, noSweep, stage, withinInMs } from "./stage.ts";

const on = stage({ settings: { ...noSweep, WATCHDOG_POLICY: '{"rules":[]}', WATCHDOG_SCOPE: "" } });

describe("a broken policy and a missing scope", () => {
  it("make the status 503 with both problems, for who has the key; health says that it fails, and no more", async () => {
    const { functionsUrl, key } = on().stack;
    const health = await fetch(`${functionsUrl}/api/health`);
    expect([health.status, await health.text()]).toStrictEqual([503, '{"status":"failing"}']);
    expect((await fetch(`${functionsUrl}/api/status`)).status).toBe(401);
    const response = await fetch(`${functionsUrl}/api/status`, { headers: { "x-functions-key": key } });
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const body = await response.text();
    expect(body).toContain("The configuration is invalid: nothing is watched");
    expect(body).toContain("WATCHDOG_SCOPE is not set");
    expect(body).toContain("WATCHDOG_POLICY: ");
    expect(body).toContain("rules must hold at least one rule");
  });

  it("are told in the channel", async () => {
    const card = await cardSaying(on(), "The watchdog itself needs attention");
    expect(card.words).toContain("nothing is watched and nothing is revoked until it is fixed");
    expect(card.words).toContain("WATCHDOG_SCOPE is not set");
    expect(card.words).toContain("rules must hold at least one rule");
  });

  it("leave events in their queue until they are mended, and then the link is alerted", async () => {
    const { azure, stack, channel } = on();
    await azure.createLinks(jane, "bas-hub-weu", ["vm-staging-01"]);
    const count = () => messageCount(on(), "activity").catch(() => 0);
    await eventually({ expected: "one event in the queue", withinInMs, saw: count }, async () =>
      (await count()) === 1 ? true : undefined,
    );
    // It is told again every six hours, which may be now.
    expect(new Set(channel.titles())).toEqual(new Set(["The watchdog itself needs attention"]));
    await stack.restartFunctions(noSweep);
    await cardSaying(on(), "vm-staging-01 is reachable from the internet");
    expect((await fetch(`${stack.functionsUrl}/api/health`)).status).toBe(200);
  });
});
