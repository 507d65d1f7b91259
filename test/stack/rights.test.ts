import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import roles from "../../infra/modules/role-actions.json" with { type: "json" };
import { localSubscriptionId } from "../../local/local-settings.ts";
import { jane } from "../../local/scenario/people.ts";
import { fireSweep, fireTimer } from "../../local/scenario/scene.ts";
import { cardSaying, noSweep, stage } from "./stage.ts";

const granted = [
  ...roles.linkSecretsReader.actions,
  ...roles.linkRevoker.actions,
  ...roles.endSessionsActions,
];
/** Only who reads the machine's tags can tell that the link is forbidden. */
const policy =
  '{"rules":[{"name":"never into production","match":{"tags":{"env":"prod"}},"allow":false,"endSessions":true}]}';
/** Whether a bastion is in a management group only Resource Graph can tell. */
const scope = "mg-platform";
const on = stage({ settings: { ...noSweep, WATCHDOG_POLICY: policy, WATCHDOG_SCOPE: scope } });
const hub = "bas-hub-weu";

const usesSchema = z.array(z.object({ action: z.string(), granted: z.boolean() }));

/** What the simulated Azure was asked for by whoever has a list of rights. Actions in lower case. */
async function asked(wasGranted: boolean): Promise<readonly string[]> {
  const answer = await fetch(`${on().azure.url}/_sim/rights`);
  const uses = usesSchema.parse(await answer.json()).filter((use) => use.granted === wasGranted);
  return uses.map(({ action }) => action.toLowerCase());
}

const sessionIds = async () => (await on().azure.state()).sessions.map(({ sessionId }) => sessionId);

describe("With the rights that a deployment grants, and no other, the watchdog", () => {
  beforeAll(async () => {
    const [bastionId, vmId] = [on().azure.bastionId(hub), on().azure.machineId("vm-prod-db-01")];
    await on().azure.simulate("management-groups", { [localSubscriptionId]: [scope] });
    await on().azure.simulate("sessions", [
      { bastionId, vmId, sessionId: "s-1", userName: "azureuser", resourceType: "BSL" },
      { bastionId, vmId, sessionId: "s-2", userName: "deploy" },
    ]);
  });

  it("finds every bastion and lists its links", async () => {
    await fireSweep(on().stack);
    await on().quiet();
    const answer = await fetch(`${on().stack.functionsUrl}/api/bastions`, {
      headers: { "x-functions-key": on().stack.key },
    });
    const text = await answer.text();
    expect(on().azure.bastions.filter((name) => !text.includes(name))).toStrictEqual([]);
  });

  it("reads the machine's tags, revokes its forbidden link by token, and ends the link's session only", async () => {
    await on().azure.createLinks(jane, hub, ["vm-prod-db-01"]);
    await on().advance("PT2M");
    await cardSaying(on(), "Revoked: the link to vm-prod-db-01 is gone");
    expect(await sessionIds()).toStrictEqual(["s-2"]);
  });

  it("revokes by machine where Azure does not know the token", async () => {
    await on().azure.simulate("faults", { tokensUnknown: true });
    await on().azure.createLinks(jane, hub, ["vm-prod-web-01"]);
    await on().advance("PT2M");
    await cardSaying(on(), "Revoked: the link to vm-prod-web-01 is gone");
    expect((await on().azure.state()).links).toStrictEqual([]);
  });

  it("reads the tags of a scale set, and takes down the forbidden link to its instance", async () => {
    const bastionId = on().azure.bastionId(hub);
    const scaleSet = on()
      .azure.machineId("vm-prod-db-01")
      .replace("/virtualMachines/vm-prod-db-01", "/virtualMachineScaleSets/vmss-web");
    await on().azure.simulate("faults", { tokensUnknown: false });
    await on().azure.simulate("estate", {
      bastions: [{ id: bastionId }],
      vms: [{ id: scaleSet, tags: { env: "prod" } }],
    });
    await on().azure.simulate("links", { bastionId, vmId: `${scaleSet}/virtualMachines/0` });
    await fireSweep(on().stack);
    await on().advance("PT2M");
    await cardSaying(on(), "Revoked: the link to vmss-web/0 is gone");
  });

  it("leaves alone what was moved under another management group", async () => {
    await on().azure.simulate("management-groups", { [localSubscriptionId]: ["mg-elsewhere"] });
    await fireSweep(on().stack);
    await on().quiet();
    await cardSaying(on(), "No longer watched: ", localSubscriptionId);
  });

  it("reads the Activity Log", async () => {
    await on().azure.simulate("management-groups", { [localSubscriptionId]: [scope] });
    await fireSweep(on().stack);
    await fireTimer(on().stack, "witness");
    await on().quiet();
  });

  it("is refused nothing", async () => {
    expect(await asked(false)).toStrictEqual([]);
  });

  it.each(granted)("needs %s", async (action) => {
    expect(await asked(true)).toContain(action.toLowerCase());
  });
});
