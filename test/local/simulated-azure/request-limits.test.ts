import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { errorOf, hub, pipeline, simulatedAzure } from "./azure-client.ts";

async function limited() {
  const azure = await simulatedAzure({ settings: { limitsRequests: true } });
  const ask = (count: number) => Promise.all(Array.from({ length: count }, () => azure.list(hub)));
  const spend = async (count: number) => (await ask(count)).filter(({ status }) => status === 200).length;
  return { azure, ask, spend };
}

describe("ARM's limits on requests", () => {
  /** Time passes only where a test says so. */
  beforeEach(() => vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-21T08:00:00Z") }));
  afterEach(() => vi.useRealTimers());

  it("are off unless switched on", async () => {
    const azure = await simulatedAzure();
    const answers = await Promise.all(Array.from({ length: 260 }, () => azure.list(hub)));
    expect(answers.filter(({ status }) => status !== 200)).toStrictEqual([]);
  });

  it("give a caller 200 POSTs at once in a subscription, and then 429 with the time to wait", async () => {
    const { ask, spend } = await limited();
    expect(await spend(200)).toBe(200);
    const refused = (await ask(100)).filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(100);
    expect(new Set(refused.map((answer) => errorOf(answer).code))).toStrictEqual(
      new Set(["SubscriptionRequestsThrottled"]),
    );
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
  });

  it("give ten more for every second that passes, up to the whole", async () => {
    const { azure, spend } = await limited();
    await spend(300);
    await azure.control("clock", { advance: "PT5S" });
    expect(await spend(60)).toBe(50);
    await azure.control("clock", { advance: "P1D" });
    expect(await spend(210)).toBe(200);
  });

  it("are each caller's own, and reads have another bucket than writes", async () => {
    const { azure, spend } = await limited();
    await spend(300);
    expect((await azure.arm("POST", `${hub}/getShareableLinks`, { claims: pipeline })).status).toBe(200);
    expect((await azure.arm("GET", hub)).status).toBe(200);
  });
});

it("many links are put in place with one call", async () => {
  const azure = await simulatedAzure();
  const vmId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";
  expect(
    await azure.control(
      "links",
      [0, 1, 2].map(() => ({ bastionId: hub, vmId })),
    ),
  ).toStrictEqual({ links: 3 });
  expect((await azure.list(hub)).body).toMatchObject({
    value: [{ vm: { id: vmId } }, { vm: { id: vmId } }, { vm: { id: vmId } }],
  });
});
