import { describe, expect, it } from "vitest";
import { webhookSecret } from "../../local/local-settings.ts";
import { closedLink } from "../../local/scenario/closed-link.ts";
import { jane, omar } from "../../local/scenario/people.ts";
import { cardSaying, withinInMs } from "../stack/stage.ts";
import { day, hub } from "./day.ts";

const policy = { rules: [{ name: "all", ttl: "PT1H", warnBefore: "PT15M" }] };
const { on, pass, restart, tellDigest, expectTrue } = day(policy, {
  WATCHDOG_WEBHOOK_SECRET: "not-the-secret-of-the-receiver-yet",
});
const receiver = (isDown: boolean) => on().azure.simulate("faults", { hook503: isDown });

async function create(vm: string): Promise<void> {
  await on().azure.createLinks(jane, hub, [vm]);
  await cardSaying(on(), `${vm} is reachable from the internet`);
}

describe("A receiver that takes nothing", () => {
  it("because its secret is another one: what was said meanwhile comes once the setting is right", async () => {
    await create("vm-staging-01");
    await pass("PT10M", "PT10M");
    await cardSaying(on(), 'The channel "webhook"');
    await restart({ WATCHDOG_WEBHOOK_SECRET: webhookSecret });
    await pass("PT5M", "PT5M");
    expect(await expectTrue("trouble-ended")).toContain("created");
  });

  it("for twenty minutes: an opening comes late, and says since when", async () => {
    await receiver(true);
    await create("vm-build-01");
    await pass("PT10M", "PT10M");
    await receiver(false);
    await pass("PT5M", "PT5M");
    await expectTrue("created");
  });

  it("for five hours: warned, deleted and revoked meanwhile, each message is true as it comes", async () => {
    await receiver(true);
    await create("vm-prod-web-01");
    await create("vm-legacy-01");
    await on().azure.deleteLinks(omar, hub, ["vm-prod-web-01"]);
    await closedLink(on().stack, {
      ...{ bastion: hub, vm: "vm-prod-web-01" },
      ...{ state: "deleted-by-other", withinInMs },
    });
    await pass("PT45M", "PT15M", "PT2H", "PT2H");
    await receiver(false);
    await pass("PT5M", "PT5M");
    await expectTrue("revoked");
  });

  it("for twenty-five hours: what was given up is told on the other channels with what it said, counted, and sent again on demand", async () => {
    await receiver(true);
    await create("vm-prod-db-01");
    await pass("PT1H", "PT12H", "PT12H", "PT1H");
    await cardSaying(on(), "webhook", "vm-prod-db-01", "jane@contoso.example");
    await receiver(false);
    await pass("PT5M");
    await tellDigest();
    await expectTrue("digest");
  });
});
