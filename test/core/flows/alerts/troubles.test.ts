import { describe, expect, it } from "vitest";
import type { Alert } from "../../../../src/core/domain/alerts/alert.ts";
import { days, hours, isoInstant, minutes } from "../../../../src/core/domain/time.ts";
import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { cloudEvents } from "../../../../src/core/render/alert/cloud-event.ts";
import { titleOf } from "../../../../src/core/render/words/alert-words.ts";
import { acknowledge, operator } from "../../../memory/console-order.ts";
import { vmId } from "../../../memory/samples.ts";
import { sweepFor } from "../../../memory/sweep-for.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const olga = operator("olga", 3);
const anHour = { rules: [{ name: "an hour", ttl: "PT1H", warnBefore: "PT15M" }] };

/** A link that was due a moment ago, and that Azure will not delete. */
async function failing(): Promise<Watchdog> {
  const dog = watchdog(anHour, "enforce", [], { acknowledgeWithin: minutes(30) });
  await sweepFor(dog, minutes(5));
  dog.azure.habits.deletesRefused = true;
  dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await sweepFor(dog, minutes(65));
  return dog;
}

const failures = (dog: Watchdog) => dog.heard().filter(({ kind }) => kind === "revoke-failed");
const ends = (dog: Watchdog) => dog.heard().filter(({ kind }) => kind === "trouble-ended");
const text = (alert: Alert | undefined) => (alert ? alertSentences(alert).join(" ") : "");

describe("A revocation that Azure refuses for a day", () => {
  it("is one alert with one id, told again after five minutes, an hour and a day, and one reminder", async () => {
    const dog = await failing();
    await sweepFor(dog, days(1));
    expect(failures(dog).map(({ telling }) => telling?.number)).toStrictEqual([1, 2, 3]);
    expect(new Set(failures(dog).map(({ id }) => id)).size).toBe(1);
    const [first] = failures(dog);
    expect(first?.severity).toBe("high");
    expect(dog.heard().filter(({ about }) => about?.id === first?.id)).toHaveLength(1);
    expect(failures(dog).flatMap((alert) => cloudEvents(alert, "urn:x").map(({ id }) => id))).toStrictEqual([
      first?.id,
      `${first?.id}.2`,
      `${first?.id}.3`,
    ]);
  });

  it("says why by Azure's code, and what to do, as soon as Azure refused it", async () => {
    const dog = await failing();
    expect(isoInstant(failures(dog)[0]?.at ?? dog.clock.now())).toBe("2026-11-21T09:05:00.000Z");
    expect(text(failures(dog)[0])).toBe(
      'Azure refuses to delete 1 link: 403 AuthorizationFailed. The watchdog lacks the right. Assign its role "Bastion Link Revoker" on the bastion or above it.',
    );
  });

  it("is not told for a day once somebody took care of it, but for a link more that is forbidden", async () => {
    const dog = await failing();
    await acknowledge(dog, olga, failures(dog)[0]?.id ?? "");
    const told = failures(dog).length;
    await sweepFor(dog, hours(20));
    expect(failures(dog)).toHaveLength(told);
    dog.restart({
      policy: { rules: [{ name: "never", match: { vm: "**/vm-p" }, allow: false }, ...anHour.rules] },
    });
    dog.azure.create(dog.bastion, vmId("vm-p"));
    await dog.event({});
    await sweepFor(dog, minutes(10));
    expect(failures(dog)).toHaveLength(told + 1);
    expect(failures(dog).at(-1)).toMatchObject({ linkCount: 2, id: failures(dog)[0]?.id });
  });

  it("ends with a card when somebody else deletes the link, and begins again as the same one within the hour", async () => {
    const dog = await failing();
    const [first] = failures(dog);
    for (const { linkId } of dog.azure.links) dog.azure.remove(linkId);
    await sweepFor(dog, minutes(15));
    expect(ends(dog).map(({ id }) => id)).toStrictEqual([first?.id]);
    expect(ends(dog).map(titleOf)).toStrictEqual(["Over on bas-hub: failed revocations"]);
    expect(text(ends(dog)[0])).toContain("All of its links are gone.");
    expect((await dog.table.read(hubPartition)).host?.awaited).toStrictEqual([]);
  });

  it("ends with a card when nobody tries any more, which is told as what would be revoked", async () => {
    const dog = await failing();
    dog.restart({ mode: "observe" });
    await sweepFor(dog, minutes(15));
    expect(text(ends(dog)[0])).toContain(
      "vm-1: observe mode. The watchdog no longer tries to revoke, and they stay open.",
    );
    expect(dog.heard().map(({ kind }) => kind)).toContain("would-revoke");
  });

  it("ends with a card when a longer policy makes it not due any more", async () => {
    const dog = await failing();
    dog.restart({ policy: { rules: [{ name: "an hour", ttl: "PT12H" }] } });
    await sweepFor(dog, minutes(20));
    expect(text(ends(dog)[0])).toContain("vm-1: no longer due, until 2026-11-21 20:05:00 UTC.");
  });
});

describe("A delete that Azure accepts and is slow with", () => {
  it("has not failed until a second one came to nothing", async () => {
    const dog = watchdog(anHour, "enforce", []);
    await sweepFor(dog, minutes(5));
    dog.azure.habits.deletesIgnored = true;
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(minutes(62));
    expect(failures(dog)).toHaveLength(0);
    await sweepFor(dog, minutes(5));
    expect(text(failures(dog)[0])).toBe(
      "Azure accepted two deletions of 1 link or more, and still lists it.",
    );
  });
});

describe("How loud a rule makes its links", () => {
  it("is how loud their openings are: no forbidden one is quieter, no failure, and no closing louder", async () => {
    const dog = watchdog(
      {
        rules: [
          { name: "never", match: { vm: "**/vm-p" }, allow: false, severity: "low" },
          { name: "loud", severity: "high", ttl: "PT1H" },
        ],
      },
      "enforce",
      [],
    );
    await sweepFor(dog, minutes(5));
    dog.azure.create(dog.bastion, vmId("vm-p"));
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await sweepFor(dog, minutes(90));
    expect(
      dog.heard().map(({ kind, severity, links }) => `${kind} ${links[0]?.vmId.slice(-4)} ${severity}`),
    ).toStrictEqual([
      "created vm-p high",
      "created vm-1 high",
      "revoked vm-p low",
      "expiring vm-1 low",
      "revoked vm-1 low",
    ]);
  });
});
