import { describe, expect, it } from "vitest";
import { jane, omar } from "../../local/scenario/people.ts";
import { cardSaying } from "../stack/stage.ts";
import { day, deletes, hub } from "./day.ts";

const policy = {
  rules: [
    { name: "never", match: { vm: "**/vm-legacy-*" }, allow: false },
    { name: "an hour", ttl: "PT1H", warnBefore: "PT15M" },
  ],
};
const { on, pass, refuse, tellDigest, expectTrue } = day(policy);

describe("A day at the phone", () => {
  it("a forbidden link is revoked in seconds, and nobody is called again for it", async () => {
    await on().azure.createLinks(jane, hub, ["vm-legacy-01"]);
    await cardSaying(on(), "Revoked: the link to vm-legacy-01 is gone");
    await pass("PT31M", "PT31M");
    const kinds = await expectTrue("revoked");
    expect(kinds.filter((kind) => kind !== "watchdog-trouble")).toStrictEqual(["created", "revoked"]);
  });

  it("a link that Azure will not delete is one trouble, says why, and ends when omar deletes it", async () => {
    await refuse(deletes);
    await on().azure.createLinks(jane, hub, ["vm-staging-01"]);
    await pass("PT50M", "PT11M");
    await cardSaying(on(), "Azure refuses to delete 1 link: 403");
    await pass("PT6M", "PT1H");
    await cardSaying(on(), "Azure refuses to delete 1 link: 403", "reported for the 3rd time");
    await refuse([]);
    await on().azure.deleteLinks(omar, hub, ["vm-staging-01"]);
    await cardSaying(on(), "Over on bas-hub-weu: failed revocations");
    const kinds = await expectTrue("deleted");
    expect(kinds.filter((kind) => kind === "revoke-failed")).toHaveLength(3);
    expect(kinds).toContain("trouble-ended");
    await tellDigest();
    await expectTrue("digest");
  });
});
