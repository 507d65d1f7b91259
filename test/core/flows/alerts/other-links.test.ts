import { describe, expect, it } from "vitest";
import { minutes } from "../../../../src/core/domain/time.ts";
import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { titleOf } from "../../../../src/core/render/words/alert-words.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";
import { sweepFor } from "../../../memory/sweep-for.ts";
import { watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const anHour = { rules: [{ name: "an hour", ttl: "PT1H", warnBefore: "PT15M" }] };

/** A link to vm-5 on each of two bastions, half an hour apart. */
async function openedTwice(policy: object): Promise<Watchdog> {
  const dog = watchdog(policy);
  const other = aBastion("bas-two");
  dog.azure.addBastion(other);
  await sweepFor(dog, minutes(5));
  dog.azure.create(dog.bastion, vmId("vm-5"));
  await sweepFor(dog, minutes(30));
  dog.azure.create(other, vmId("vm-5"));
  return dog;
}

describe("Of two links to one VM, on two bastions, one is revoked", () => {
  it("and people read that the VM stays reachable, until when and by which bastion; of the last one they read nothing of it", async () => {
    const dog = await openedTwice(anHour);
    await sweepFor(dog, minutes(70));
    const revoked = dog.heard().filter(({ kind }) => kind === "revoked");
    expect(revoked.map((alert) => alertSentences(alert))).toStrictEqual([
      ["vm-5 stays reachable: 1 other link is open until 2026-11-21 09:35:00 UTC, on bas-two."],
      [],
    ]);
  });
});

describe("Of two links to one VM, one is revoked while the channel takes nothing", () => {
  it.each([
    {
      outage: minutes(40),
      other: ["vm-5 stays reachable: 1 other link is open until 2026-11-21 09:35:00 UTC, on bas-two."],
    },
    { outage: minutes(80), other: [] },
  ])("for $outage ms: people read what else is open when they read it", async ({ outage, other }) => {
    const dog = await openedTwice({ ...anHour, alerts: { revoked: "card" } });
    await sweepFor(dog, minutes(5));
    dog.teams.answerAlways({ kind: "unavailable", why: "503", retryAfter: undefined });
    await sweepFor(dog, outage);
    dog.teams.answerAlways({ kind: "accepted" });
    await sweepFor(dog, minutes(10));
    const revoked = dog.teams.accepted().find(({ kind }) => kind === "revoked");
    const said =
      revoked && alertSentences(revoked).filter((sentence) => sentence.includes("stays reachable"));
    expect(said).toStrictEqual(other);
  });
});

describe("A bastion that is deleted with its links", () => {
  it("is told with the links that were open, and what comes back under its name as another one", async () => {
    const dog = watchdog(anHour);
    await sweepFor(dog, minutes(5));
    for (const vm of ["vm-1", "vm-2"]) dog.azure.create(dog.bastion, vmId(vm));
    await sweepFor(dog, minutes(10));
    dog.azure.removeBastion(dog.bastion);
    await sweepFor(dog, minutes(10));
    const deleted = dog.heard().find(({ kind }) => kind === "bastion-deleted");
    expect(deleted?.links.map((link) => link.vmId)).toStrictEqual([vmId("vm-1"), vmId("vm-2")]);
    dog.azure.addBastion(dog.bastion);
    await sweepFor(dog, minutes(10));
    expect(dog.heard().slice(-1).map(titleOf)).toStrictEqual(["A bastion named bas-hub exists again"]);
  });
});
