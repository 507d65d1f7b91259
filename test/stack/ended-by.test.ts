import { describe, expect, it } from "vitest";
import { localSettings, watchdogObjectId } from "../../local/local-settings.ts";
import { jane, omar } from "../../local/scenario/people.ts";
import { cardSaying, noSweep, stage } from "./stage.ts";

const hub = "bas-hub-weu";
const policy =
  '{"rules":[{"name":"an hour","ttl":"PT1H","warnBefore":"PT15M"}],"alerts":{"revoked":"card","deleted":"card"}}';
const on = stage({ settings: { ...noSweep, WATCHDOG_POLICY: policy } });

/** Somebody who has the watchdog's identity, and is not the watchdog. */
const thief = {
  name: "id-bastion-watchdog",
  objectId: watchdogObjectId,
  token: localSettings()["WATCHDOG_LOCAL_TOKEN"] ?? "",
};
const misused = "deleted with the watchdog's own identity, not by the watchdog";
const cardsSaying = (words: string) => on().channel.cards.filter((card) => card.words.includes(words)).length;

describe("Who ended a link, hours and all", () => {
  it("the watchdog, by the id its delete carries: nobody is alarmed by its own event", async () => {
    await on().azure.createLinks(jane, hub, ["vm-staging-01"]);
    await cardSaying(on(), "vm-staging-01 is reachable from the internet");
    await on().advance("PT50M");
    await on().advance("PT11M");
    await cardSaying(on(), "Revoked: the link to vm-staging-01 is gone");
    await on().advance("PT5M");
    expect(cardsSaying(misused)).toBe(0);
  });

  it("its identity, but not the watchdog: that is loud", async () => {
    await on().azure.createLinks(jane, hub, ["vm-build-01"]);
    await cardSaying(on(), "vm-build-01 is reachable from the internet");
    await on().azure.deleteLinks(thief, hub, ["vm-build-01"]);
    const card = await cardSaying(on(), misused);
    expect(card.words).toContain("High severity");
    await on().advance("PT5M");
    expect(cardsSaying(misused)).toBe(1);
  });

  it("omar, where Azure had refused the watchdog every time", async () => {
    await on().azure.simulate("denials", [
      {
        bastionId: on().azure.bastionId(hub),
        action: "Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action",
      },
    ]);
    await on().azure.createLinks(jane, hub, ["vm-legacy-01"]);
    await on().advance("PT50M");
    await on().advance("PT11M");
    await on().advance("PT2M");
    await cardSaying(on(), "Revoking failed: vm-legacy-01 is still reachable");
    await on().azure.deleteLinks(omar, hub, ["vm-legacy-01"]);
    await cardSaying(
      on(),
      "Deleted by omar@contoso.example: the link to vm-legacy-01",
      "Azure had refused the watchdog's own deletes.",
    );
    expect(cardsSaying("Revoked: the link to vm-legacy-01")).toBe(0);
  });
});
