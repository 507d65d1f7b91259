import { beforeAll, describe, expect, it } from "vitest";
import { jane, omar } from "../../local/scenario/people.ts";
import { fireSweep } from "../../local/scenario/scene.ts";
import { cardSaying, noSweep, stage } from "../stack/stage.ts";
import { expectTrue } from "./day.ts";

const policyOf = (ttl: string) =>
  JSON.stringify({ rules: [{ name: "all", ttl, warnBefore: "PT15M", severity: "high" }] });
const settings = { ...noSweep, WATCHDOG_POLICY: policyOf("PT8H"), WATCHDOG_ACKNOWLEDGE_WITHIN: "PT30M" };
const on = stage({ settings });
const hub = "bas-hub-weu";
const sweep = async () => {
  await fireSweep(on().stack);
  await on().quiet();
};
const receiver = (fails: boolean) => on().azure.simulate("faults", { hook500: fails });

describe("A day of late messages and new rules", () => {
  beforeAll(sweep);

  it("what a receiver takes an hour late tells that the link is gone, and who deleted it", async () => {
    await receiver(true);
    await on().azure.createLinks(jane, hub, ["vm-staging-01"]);
    await cardSaying(on(), "vm-staging-01 is reachable from the internet");
    await on().azure.deleteLinks(omar, hub, ["vm-staging-01"]);
    await cardSaying(on(), "Deleted by omar@contoso.example: the link to vm-staging-01");
    await receiver(false);
    await on().advance("PT1H");
    await sweep();
    await on().advance("PT1H");
    expect(await expectTrue(on())).toEqual(expect.arrayContaining(["created", "deleted"]));
  });

  it("a shorter policy is told, and each link with the end that holds now", async () => {
    await on().azure.createLinks(jane, hub, ["vm-build-01"]);
    await cardSaying(on(), "vm-build-01 is reachable from the internet");
    await on().stack.restartFunctions({ ...settings, WATCHDOG_POLICY: policyOf("PT4H") });
    await sweep();
    await cardSaying(on(), "The configuration of the watchdog changed");
    await cardSaying(on(), "Changed: the deadline of the link to vm-build-01");
    expect((await expectTrue(on())).slice(-2)).toStrictEqual(["configuration-changed", "deadline-moved"]);
  });

  it("after three days without the app, the first message says that nobody watched", async () => {
    await on().stack.killFunctions();
    await on().advance("P3D");
    await on().stack.restartFunctions(settings);
    await sweep();
    await cardSaying(on(), "Nothing was watched from");
    await expectTrue(on());
  });
});
