import { describe, expect, it } from "vitest";
import { lena, omar, viktor } from "../../local/scenario/people.ts";
import { spellings } from "../../local/simulated-azure/activity-record.ts";
import { cardSaying, noSweep, stage } from "./stage.ts";

const on = stage({ settings: noSweep });

/** The machine that is opened, by how its event is spelled: no two links of a bastion share a machine, so that no two share a card. */
const machines = { documented: "vm-staging-01", pascalCase: "vm-build-01", text: "vm-legacy-01" } as const;

const member = ["Medium severity", "User account", "from 203.0.113.77"];
const guest = ["High severity", "Guest account", "from 198.51.100.99", "with a token issued to 192.0.2.145"];

describe("A person's link, as Azure reports people", () => {
  it.each(
    spellings.flatMap((spelling) => [
      { who: omar, spelling, bastion: "bas-hub-weu", said: member },
      { who: viktor, spelling, bastion: "bas-edge-neu", said: guest },
    ]),
  )(
    "by $who.name, in an event that is spelled $spelling, has the card of such a person",
    async ({ who, spelling, bastion, said }) => {
      await on().azure.simulate("settings", { eventSpellings: [spelling] });
      await on().azure.createLinks(who, bastion, [machines[spelling]]);
      const card = await cardSaying(on(), "Shareable link opened", machines[spelling], who.name);
      expect(said.filter((words) => !card.words.includes(words))).toEqual([]);
    },
  );

  it("by somebody with a personal account is a guest's, and loud", async () => {
    await on().azure.createLinks(lena, "bas-edge-neu", ["vm-prod-web-01"]);
    const card = await cardSaying(on(), "Shareable link opened", "vm-prod-web-01");
    const said = ["High severity", "lena@outlook.example", "Guest account", "from 203.0.113.180"];
    expect(said.filter((words) => !card.words.includes(words))).toEqual([]);
  });
});
