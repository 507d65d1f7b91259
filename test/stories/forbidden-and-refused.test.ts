import { beforeAll, describe, expect, it } from "vitest";
import { jane, omar } from "../../local/scenario/people.ts";
import { fireSweep } from "../../local/scenario/scene.ts";
import { cardSaying, noSweep, stage } from "../stack/stage.ts";
import { expectTrue } from "./day.ts";

const policy = JSON.stringify({
  rules: [
    { name: "never", match: { vm: "**/vm-legacy-*" }, allow: false },
    { name: "an hour", ttl: "PT1H", warnBefore: "PT15M" },
  ],
});
const on = stage({ settings: { ...noSweep, WATCHDOG_POLICY: policy, WATCHDOG_ACKNOWLEDGE_WITHIN: "PT30M" } });
const hub = "bas-hub-weu";
const deletes = [
  "Microsoft.Network/bastionHosts/deleteShareableLinks/action",
  "Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action",
];
const deny = (actions: readonly string[]) =>
  on().azure.simulate(
    "denials",
    actions.map((action) => ({ bastionId: on().azure.bastionId(hub), action })),
  );
const sweep = async () => {
  await fireSweep(on().stack);
  await on().quiet();
};

describe("A day at the phone", () => {
  beforeAll(sweep);

  it("a forbidden link is revoked in seconds, and nobody is called again for it", async () => {
    await on().azure.createLinks(jane, hub, ["vm-legacy-01"]);
    await cardSaying(on(), "Revoked: the link to vm-legacy-01 is gone");
    await on().advance("PT31M");
    await sweep();
    await on().advance("PT31M");
    await sweep();
    expect((await expectTrue(on())).filter((kind) => kind !== "watchdog-trouble")).toStrictEqual([
      "created",
      "revoked",
    ]);
  });

  it("a link that Azure will not delete is one trouble, says why, and ends when omar deletes it", async () => {
    await deny(deletes);
    await on().azure.createLinks(jane, hub, ["vm-staging-01"]);
    await on().advance("PT50M");
    await on().advance("PT11M");
    await cardSaying(on(), "Azure refuses to delete 1 link: 403");
    await on().advance("PT6M");
    await on().advance("PT1H");
    await deny([]);
    await on().azure.deleteLinks(omar, hub, ["vm-staging-01"]);
    await cardSaying(on(), "Over on bas-hub-weu: revocations that failed");
    const kinds = await expectTrue(on());
    expect(kinds.filter((kind) => kind === "revoke-failed")).toHaveLength(3);
    expect(kinds).toEqual(expect.arrayContaining(["deleted", "trouble-ended"]));
  });
});
