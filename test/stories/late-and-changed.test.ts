import { describe, expect, it } from "vitest";
import { jane, omar } from "../../local/scenario/people.ts";
import { cardSaying } from "../stack/stage.ts";
import { day, hub } from "./day.ts";

const policyOf = (ttl: string) => ({ rules: [{ name: "all", ttl, warnBefore: "PT15M", severity: "high" }] });
const { on, restart, pass, expectTrue } = day(policyOf("PT8H"));
const receiver = (fails: boolean) => on().azure.simulate("faults", { hook500: fails });

describe("A day of late messages and new rules", () => {
  it("what a receiver takes an hour late tells that the link is gone, and who deleted it", async () => {
    await receiver(true);
    await on().azure.createLinks(jane, hub, ["vm-staging-01"]);
    await cardSaying(on(), "vm-staging-01 is reachable from the internet");
    await on().azure.deleteLinks(omar, hub, ["vm-staging-01"]);
    await cardSaying(on(), "Deleted by omar@contoso.example: the link to vm-staging-01");
    await receiver(false);
    await pass("PT1H", "PT1H");
    expect(await expectTrue("deleted")).toContain("created");
  });

  it("a shorter policy is told, and each link with the end that holds now", async () => {
    await on().azure.createLinks(jane, hub, ["vm-build-01"]);
    await cardSaying(on(), "vm-build-01 is reachable from the internet");
    await restart({ WATCHDOG_POLICY: JSON.stringify(policyOf("PT4H")) });
    await cardSaying(on(), "Changed: the deadline of the link to vm-build-01");
    expect((await expectTrue("deadline-moved")).slice(-2)).toStrictEqual([
      "configuration-changed",
      "deadline-moved",
    ]);
  });

  it("after three days without the app, the first message says that nobody watched", async () => {
    await on().stack.killFunctions();
    await on().advance("P3D");
    await restart({});
    await cardSaying(on(), "Nothing was watched from");
    await expectTrue("expiring");
  });
});
