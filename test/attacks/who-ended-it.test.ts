import { beforeEach, describe, expect, it } from "vitest";
import { alertSentences } from "../../src/core/render/words/alert-sentences.ts";
import { meaningOf, titleOf } from "../../src/core/render/words/alert-words.ts";
import { hours, minutes, seconds } from "../../src/core/domain/time.ts";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, ourPrincipal, watchdog, type Watchdog } from "../memory/watchdog.ts";

const policy = { rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }] };
const deletion = "deleteshareablelinksbytoken/action";
const omar = { objectId: "22222222-0000-4000-8000-00000000a3a7", userPrincipalName: "omar@contoso.example" };

/** The last card about a link that people got, as they read it. */
function lastCard(dog: Watchdog) {
  const alert = dog.heard().findLast(({ links }) => links.length > 0);
  if (!alert) throw new Error("Nobody was told anything");
  return { title: titleOf(alert), text: [meaningOf(alert), ...alertSentences(alert)].join(" ") };
}

/** Azure does what it was asked, and its answer never arrives. */
function loseAnswers({ azure: { controlPlane } }: Watchdog): void {
  const whole = { ...controlPlane };
  controlPlane.revokeLinks = async (...order) => {
    await whole.revokeLinks(...order);
    return { kind: "busy", why: "no answer", retryAfter: undefined, mayBeDone: true };
  };
}

const closedBy = (dog: Watchdog) =>
  dog.table
    .ledger(hubPartition)
    .filter(({ kind }) => kind === "link-closed")
    .map(({ data, actor }) => [data["closedBy"], actor?.userPrincipalName]);

describe("A link that is gone is put down to whoever ended it, not to whoever meant to", () => {
  let dog: Watchdog;
  let linkId: LinkId;
  beforeEach(async () => {
    dog = watchdog(policy);
    await dog.sweep();
    linkId = dog.azure.create(dog.bastion, vmId("vm-a"));
    await dog.event({});
    await dog.run(minutes(1));
  });

  const takenBy = async (caller: object | undefined) => {
    dog.azure.remove(linkId);
    if (caller) await dog.event({ operation: deletion, caller });
    await dog.sweep();
    await dog.run(minutes(3));
    await dog.sweep();
    await dog.run(minutes(3));
  };

  it("omar deletes what Azure would not let the watchdog delete", async () => {
    dog.azure.habits.deletesRefused = true;
    await dog.run(hours(1.2));
    await takenBy(omar);
    expect(closedBy(dog)).toStrictEqual([["deleted-by-other", "omar@contoso.example"]]);
    expect(lastCard(dog)).toMatchObject({
      title: "Deleted by omar@contoso.example: the link to vm-a",
      text: expect.stringContaining("Azure had refused the watchdog's own deletes.") as unknown,
    });
  });

  it("nobody is named for it where no event says who, and the watchdog is not", async () => {
    dog.azure.habits.deletesRefused = true;
    await dog.run(hours(1.2));
    await takenBy(undefined);
    expect(closedBy(dog)).toStrictEqual([["deleted-by-other", undefined]]);
  });

  it("the watchdog, where Azure accepted its delete and nobody else is reported", async () => {
    await dog.run(hours(1));
    expect(closedBy(dog)).toStrictEqual([["revoked-by-watchdog", undefined]]);
    expect(lastCard(dog).title).toBe("Revoked: the link to vm-a is gone");
  });

  it("both are named where omar's delete fits as well", async () => {
    await dog.run(minutes(58));
    await dog.event({ operation: deletion, caller: omar, at: dog.clock.now() });
    dog.azure.habits.deletesIgnored = true;
    await dog.run(minutes(1.1));
    expect(dog.azure.revocations).toStrictEqual([linkId]);
    await takenBy(omar);
    expect(closedBy(dog)).toStrictEqual([["revoked-by-watchdog", "omar@contoso.example"]]);
    expect(lastCard(dog).text).toContain(
      "The Activity Log reports that omar@contoso.example deleted links on this bastion at that time, too. Either may have ended it.",
    );
    const unexplained = dog
      .heard()
      .flatMap(({ notes }) => notes.filter(({ kind }) => kind === "deletes-unexplained"));
    expect(unexplained).toMatchObject([{ noLink: 1, beforeFirstList: 0 }]);
  });

  it("the caller alone, where Azure took the watchdog's delete, did nothing, and its time was over", async () => {
    dog.azure.habits.deletesIgnored = true;
    await dog.run(hours(1));
    dog.azure.habits.deletesRefused = true;
    await dog.run(minutes(20));
    await takenBy(omar);
    expect(closedBy(dog)).toStrictEqual([["deleted-by-other", "omar@contoso.example"]]);
  });

  it("perhaps the watchdog, where it died before it knew Azure's answer", async () => {
    await dog.run(minutes(58));
    loseAnswers(dog);
    await dog.run(minutes(5));
    expect(closedBy(dog)).toStrictEqual([["perhaps-by-watchdog", undefined]]);
    expect(lastCard(dog)).toMatchObject({
      title: "Gone: the link to vm-a",
      text: expect.stringContaining("its delete may have caused this") as unknown,
    });
  });

  it("the watchdog after all, where the event of that delete came", async () => {
    await dog.run(minutes(58));
    loseAnswers(dog);
    await dog.run(minutes(1) + seconds(1));
    const correlationId = dog.azure.deleteIds.at(-1);
    await dog.event({ operation: deletion, caller: { objectId: ourPrincipal }, correlationId });
    await dog.run(minutes(5));
    expect(closedBy(dog)).toStrictEqual([["revoked-by-watchdog", undefined]]);
  });
});
