import { describe, expect, it } from "vitest";
import { localSubscriptionId } from "../../local/local-settings.ts";
import { jane } from "../../local/scenario/people.ts";
import { fireSweep } from "../../local/scenario/scene.ts";
import { cardSaying, noSweep, stage } from "./stage.ts";

const rules = Array.from({ length: 100 }, (_, n) => ({
  name: `team ${n}`,
  match: { vm: `/subscriptions/*/resourceGroups/rg-team-${n}-*/**` },
  ttl: "PT2H",
}));
const policy = JSON.stringify({ rules: [...rules, { name: "rest", ttl: "PT9H" }] });
const on = stage({ settings: { ...noSweep, WATCHDOG_POLICY: policy } });

const inGroup = (group: string, rest: string) =>
  `/subscriptions/${localSubscriptionId}/resourceGroups/${group}/providers/${rest}`;
const bastionId = inGroup("rg-many", "Microsoft.Network/bastionHosts/bas-many");
const vms = Array.from({ length: 100 }, (_, n) =>
  inGroup(`rg-team-${n}-eu`, `Microsoft.Compute/virtualMachines/vm-many-${n}`),
);

/** How soon, and how fast health answers meanwhile, is a figure of the bench: `many-rules`. */
describe("A hundred links that are made in one call under a hundred rules by VM pattern", () => {
  it("are one card, each link under its own team's rule, and health answers on the way", async () => {
    await on().azure.simulate("estate", { bastions: [{ id: bastionId }], vms: vms.map((id) => ({ id })) });
    await fireSweep(on().stack);
    await on().quiet();
    const made = await fetch(
      `${on().stack.azureUrl}${bastionId}/createShareableLinks?api-version=2024-05-01`,
      {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${jane.token}` },
        body: JSON.stringify({ vms: vms.map((id) => ({ vm: { id } })) }),
      },
    );
    expect(made.ok).toBe(true);
    const told = cardSaying(on(), "100 shareable links opened on bas-many", "jane@contoso.example");
    expect((await fetch(`${on().stack.functionsUrl}/api/health`)).status).toBe(200);
    expect((await told).words).toContain("rule team 17");
    await on().quiet();
    const cards = on().channel.cards.filter(({ words }) => words.includes("bas-many"));
    expect(cards).toHaveLength(1);
  });
});
