import { describe, expect, it } from "vitest";
import { jane, omar } from "../../local/scenario/people.ts";
import { cardSaying } from "../stack/stage.ts";
import { day, hub } from "./day.ts";

const hours = (changes: object = {}, maxRevocationsPerHour = 20) => ({
  maxRevocationsPerHour,
  rules: [{ name: "four hours", ttl: "PT4H", warnBefore: "PT30M", ...changes }],
});
const { on, sweep, pass, restart, tellDigest, expectTrue } = day(hours());
const policy = (value: object) => ({ WATCHDOG_POLICY: JSON.stringify(value) });

describe("A day of machines that stay open, and rules that come and go", () => {
  it("one of two links to a machine is deleted: the other one is named as open", async () => {
    const [, spoke = ""] = on().azure.bastions;
    await on().azure.createLinks(jane, hub, ["vm-staging-01"]);
    await on().azure.createLinks(omar, spoke, ["vm-staging-01"]);
    await pass("PT5M");
    await on().azure.deleteLinks(jane, hub, ["vm-staging-01"]);
    await cardSaying(on(), "Deleted by jane@contoso.example", "vm-staging-01 stays reachable: 1 other link");
    await on().azure.deleteLinks(omar, spoke, ["vm-staging-01"]);
    await cardSaying(on(), "Deleted by omar@contoso.example: the link to vm-staging-01");
    await expectTrue("deleted");
  });

  it("a link that a new rule forbids is told loudly, gets its notice, and goes", async () => {
    await on().azure.createLinks(jane, hub, ["vm-build-01"]);
    await cardSaying(on(), "vm-build-01 is reachable from the internet");
    await restart(policy(hours({ allow: false })));
    const card = await cardSaying(
      on(),
      "Changed: the deadline of the link to vm-build-01",
      "no longer allowed",
    );
    expect(card.words).toContain("High severity");
    await pass("PT35M", "PT5M");
    await expectTrue("revoked");
  });

  it("what was observed is enforced: nobody loses a link without having been told", async () => {
    await restart(policy(hours({ mode: "observe" })));
    await on().azure.createLinks(jane, hub, ["vm-legacy-01"]);
    await pass("PT3H40M", "PT25M");
    await cardSaying(on(), "Would be revoked now: the link to vm-legacy-01 stays open");
    await restart(policy(hours()));
    await cardSaying(on(), "Expires in", "the link to vm-legacy-01 will be revoked");
    await pass("PT35M", "PT5M");
    const kinds = await expectTrue("would-revoke");
    expect(kinds.filter((kind) => kind === "revoked")).toHaveLength(2);
  });

  it("what the breaker holds is told as held, until it is let through", async () => {
    await restart(policy(hours({}, 1)));
    await on().azure.createLinks(jane, hub, ["vm-staging-01", "vm-prod-db-01", "vm-prod-web-01"]);
    await pass("PT3H35M", "PT30M", "PT10M");
    await cardSaying(on(), "Revocations held: 2 links");
    await pass("PT1H", "PT1H", "PT1H");
    await cardSaying(on(), "Over on bas-hub-weu: held revocations");
    await expectTrue("trouble-ended");
  });

  it("a bastion goes with an open link, and another one comes under its name", async () => {
    await sweep();
    await on().azure.createLinks(jane, hub, ["vm-prod-db-01"]);
    await cardSaying(on(), "vm-prod-db-01 is reachable from the internet");
    const [bastions, vms] = [on().azure.bastions, on().azure.machines];
    const estate = (names: readonly string[]) => ({
      bastions: names.map((name) => ({ id: on().azure.bastionId(name) })),
      vms: vms.map((name) => ({ id: on().azure.machineId(name) })),
    });
    await on().azure.simulate("estate", estate(bastions.filter((name) => name !== hub)));
    await pass("PT5M");
    await cardSaying(on(), "Bastion deleted: bas-hub-weu", "vm-prod-db-01");
    await on().azure.simulate("estate", estate(bastions));
    await pass("PT10M");
    await cardSaying(on(), "A bastion named bas-hub-weu exists again");
    await on().advance("P1D");
    await on().azure.createLinks(omar, hub, ["vm-build-01"]);
    await cardSaying(on(), "Created by", "omar@contoso.example", "to vm-build-01 within 30 days");
    await tellDigest();
    await expectTrue("digest");
  });
});
