import { describe, expect, it } from "vitest";
import { jane } from "../../local/scenario/people.ts";
import { cardSaying } from "../stack/stage.ts";
import { day, deletes, hub } from "./day.ts";

const policy = {
  rules: [
    { name: "observed", match: { vm: "**/vm-legacy-*" }, mode: "observe", ttl: "PT2H", warnBefore: "PT15M" },
    { name: "two hours", ttl: "PT2H", warnBefore: "PT15M" },
  ],
};
const { on, sweep, pass, refuse, expectTrue } = day(policy);
const endsInAnHour = (vm: string) =>
  on().azure.simulate("links", {
    ...{ bastionId: on().azure.bastionId(hub), vmId: on().azure.machineId(vm) },
    ...{ createdAt: new Date(on().now()).toISOString() },
    expiresAt: new Date(on().now() + 3_600_000).toISOString(),
  });

describe("A day of links with an end of their own, and of a subscription that nobody paid for", () => {
  it("a link that expires in Azure is not called reachable after that, also where it cannot be revoked", async () => {
    await refuse(deletes);
    await endsInAnHour("vm-staging-01");
    await sweep();
    await cardSaying(on(), "vm-staging-01 is reachable from the internet", "It expires in Azure 1 h");
    await pass("PT50M", "PT15M");
    await cardSaying(on(), "Revoking the link to vm-staging-01 had failed; expired in Azure since");
    await refuse([]);
    await pass("PT1H");
    await expectTrue("revoked");
  });

  it("nor where it is only observed", async () => {
    await endsInAnHour("vm-legacy-01");
    await sweep();
    await pass("PT50M", "PT15M");
    await cardSaying(on(), "The link to vm-legacy-01 was past its deadline (observe mode); expired in Azure");
    await expectTrue("would-revoke");
  });

  it("while a subscription is disabled its links are a blind spot, high once they are due, and are revoked when it is back", async () => {
    await on().azure.createLinks(jane, hub, ["vm-build-01"]);
    await cardSaying(on(), "vm-build-01 is reachable from the internet");
    await refuse(["*"], "subscription-disabled");
    await pass("PT1H", "PT1H15M");
    const card = await cardSaying(on(), "Blind spot", "ReadOnlyDisabledSubscription", "High severity");
    expect(card.words).not.toContain("lock");
    await refuse([]);
    await pass("PT5M", "PT20M");
    const kinds = await expectTrue("readable-again");
    expect(kinds.filter((kind) => kind === "revoked")).toHaveLength(2);
  });

  it("deletes that a disabled subscription refuses are told with what to do about it", async () => {
    await refuse(deletes, "subscription-disabled");
    await on().azure.createLinks(jane, hub, ["vm-prod-db-01"]);
    await pass("PT1H50M", "PT15M");
    await cardSaying(on(), "409 ReadOnlyDisabledSubscription", "The subscription is disabled");
    await refuse([]);
    await pass("PT1H");
    await expectTrue("trouble-ended");
  });
});
