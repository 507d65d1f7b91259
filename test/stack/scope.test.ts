import { beforeAll, describe, expect, it } from "vitest";
import { localSubscriptionId } from "../../local/local-settings.ts";
import { closedLink } from "../../local/scenario/closed-link.ts";
import { fireSweep } from "../../local/scenario/scene.ts";
import { cardSaying, noSweep, stage, withinInMs } from "./stage.ts";

const otherSubscription = "22222222-0000-4000-8000-000000000002";
const policy = '{"rules":[{"name":"an hour","ttl":"PT1H","warnBefore":"PT15M"}]}';
const settings = (...scope: readonly string[]) => ({
  ...noSweep,
  WATCHDOG_POLICY: policy,
  WATCHDOG_SCOPE: scope.join(","),
});
const on = stage({ settings: settings(localSubscriptionId, otherSubscription) });

const bastionId = `/subscriptions/${otherSubscription}/resourceGroups/rg-z/providers/Microsoft.Network/bastionHosts/b-z`;
const vmId = (name: string) =>
  `/subscriptions/${otherSubscription}/resourceGroups/rg-z/providers/Microsoft.Compute/virtualMachines/${name}`;

async function sweep(): Promise<void> {
  await fireSweep(on().stack);
  await on().quiet();
}

const openVms = async () => (await on().azure.state()).links.map((link) => link.vmId.split("/").at(-1));
const words = () =>
  on()
    .channel.cards.map((card) => card.words)
    .join("\n");
const listsOf = async () =>
  (await on().azure.requests()).filter(({ path }) =>
    path.toLowerCase().startsWith(`${bastionId}/get`.toLowerCase()),
  ).length;

describe("A subscription that is taken out of WATCHDOG_SCOPE by a restart", () => {
  beforeAll(async () => {
    await on().azure.simulate("estate", { bastions: [{ id: bastionId }], vms: [{ id: vmId("vm-z1") }] });
    await sweep();
    await on().azure.simulate("links", { bastionId, vmId: vmId("vm-z1") });
    await sweep();
    await cardSaying(on(), "vm-z1 is reachable from the internet");
  });

  it("is told of, high, with its open links; after that nothing of it is looked at, announced, warned of or revoked", async () => {
    await on().stack.restartFunctions(settings(localSubscriptionId));
    await sweep();
    const card = await cardSaying(on(), "No longer watched: 1 link", otherSubscription, "b-z");
    expect(card.words).toContain("High severity");
    expect(card.words).not.toContain("Then the watchdog revokes it");
    const lists = await listsOf();
    await on().azure.simulate("links", { bastionId, vmId: vmId("vm-z2") });
    for (const hour of ["PT50M", "PT20M", "PT6H"]) {
      await on().advance(hour);
      await sweep();
    }
    expect(await openVms()).toStrictEqual(["vm-z1", "vm-z2"]);
    expect(await listsOf()).toBe(lists);
    expect(words()).not.toContain("vm-z2");
    expect(words()).not.toContain("Revoked");
  });

  it("is known when it is back: its overdue link is warned of before it goes", async () => {
    await on().stack.restartFunctions(settings(localSubscriptionId, otherSubscription));
    await sweep();
    await cardSaying(on(), "the link to vm-z1 will be revoked");
    expect(await openVms()).toContain("vm-z1");
    await on().advance("PT16M");
    await sweep();
    await closedLink(on().stack, {
      ...{ bastion: "b-z", vm: "vm-z1" },
      ...{ state: "revoked-by-watchdog", withinInMs },
    });
  });
});
