import { describe, expect, it } from "vitest";
import { days, hours, minutes } from "../../../../src/core/domain/time.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { digest } from "../../../../src/core/flows/scheduled/digest.ts";
import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import { readAloud } from "../../render/alert/card-checks.ts";
import { renderCard } from "../../../../src/core/render/alert/adaptive-card.ts";
import { at } from "../../../memory/clock.ts";
import { vmId } from "../../../memory/samples.ts";
import { sweepFor } from "../../../memory/sweep-for.ts";
import { watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const daily = { timeZone: "UTC", hour: 8 };
const anHour = { rules: [{ name: "an hour", ttl: "PT1H", warnBefore: "PT15M" }] };

async function awake(policy: object, more: Parameters<typeof watchdog>[3] = {}): Promise<Watchdog> {
  const dog = watchdog(policy, "enforce", [], more);
  await sweepFor(dog, minutes(5));
  return dog;
}

async function open(dog: Watchdog, ...vms: readonly string[]): Promise<void> {
  for (const vm of vms) dog.azure.create(dog.bastion, vmId(vm));
  await dog.event({});
}

const tell = (dog: Watchdog, when = daily) => digest(when, { ...dog.ports, table: dog.table }, dog.settings);

async function sentences(dog: Watchdog): Promise<string> {
  expect(await tell(dog)).toBe("sent");
  const alert = dog.heard().at(-1);
  return alert ? [...alertSentences(alert), ...readAloud(renderCard(alert))].join("\n") : "";
}

describe("Of a link past its deadline the digest says what keeps it", () => {
  it("observed: it stays open, and nobody takes it down now", async () => {
    const dog = await awake({ rules: [{ name: "look", ttl: "PT1H", mode: "observe" }] });
    await open(dog, "vm-1");
    await sweepFor(dog, hours(3));
    const text = await sentences(dog);
    expect(text).toContain("Overdue: vm-1 since 2026-11-21 09:05:00 UTC: observed, stays open.");
    expect(text).toContain("Links: 1 open, the oldest for 3 h, 1 overdue.");
    expect(text).not.toContain("takes it down now");
  });

  it("refused by Azure, apart from what Azure accepted and did not do", async () => {
    const dog = await awake(anHour);
    dog.azure.habits.deletesRefused = true;
    await open(dog, "vm-1");
    await sweepFor(dog, hours(2));
    const text = await sentences(dog);
    expect(text).toContain("Overdue: vm-1 since 2026-11-21 09:05:00 UTC: Azure refuses to delete it.");
    expect(text).not.toContain("still lists it");
  });

  it("held by the breaker", async () => {
    const dog = await awake({ ...anHour, maxRevocationsPerHour: 1 });
    await open(dog, "vm-1", "vm-2");
    await sweepFor(dog, minutes(70));
    expect(await sentences(dog)).toMatch(/Overdue: vm-\d since .*: held by the breaker\./);
  });
});

describe("The digest", () => {
  it("counts an alert that nobody acknowledges until somebody does, and names it", async () => {
    const dog = await awake(
      { rules: [{ name: "loud", severity: "high", ttl: "P3D" }] },
      { acknowledgeWithin: minutes(30) },
    );
    await open(dog, "vm-1");
    await sweepFor(dog, hours(30));
    const text = await sentences(dog);
    expect(text).toMatch(/Acknowledge: alert \w{8} \(link created\) of 2026-11-21 08:05:\d\d UTC\./);
  });

  it("says nothing of a bastion that was deleted", async () => {
    const dog = await awake(anHour);
    dog.azure.removeBastion(dog.bastion);
    await sweepFor(dog, hours(1));
    const text = await sentences(dog);
    expect(text).toContain("Bastions: 0 known, 0 read, 0 with links switched on.");
    expect(text).not.toContain("Not readable: bas-hub");
  });

  it("reckons from the last one that a channel took, however long ago", async () => {
    const dog = await awake(anHour);
    expect(await tell(dog)).toBe("sent");
    const first = dog.clock.now();
    await open(dog, "vm-1");
    await sweepFor(dog, hours(2));
    dog.clock.set(at("2026-11-24T09:00:00Z"));
    await sweepFor(dog, minutes(5));
    const text = await sentences(dog);
    expect(dog.heard().at(-1)?.digest?.since).toBe(first);
    expect(text).toContain("Since 2026-11-21 08:05:00 UTC: 1 revoked.");
    expect(text).toMatch(/Not watched: nothing was checked from 2026-11-21 .* to 2026-11-24 09:00:00 UTC/);
  });

  it("of an hour that was missed is made up for after midnight, once", async () => {
    const dog = await awake(anHour);
    const late = { timeZone: "Asia/Kolkata", hour: 23 };
    dog.clock.set(at("2026-11-21T17:31:00Z"));
    expect(await tell(dog, late)).toBe("sent");
    dog.clock.set(at("2026-11-22T18:45:00Z"));
    expect(await tell(dog, late)).toBe("sent");
    expect(await tell(dog, late)).toBe("not due");
    dog.clock.set(at("2026-11-23T17:29:00Z"));
    expect(await tell(dog, late)).toBe("not due");
    dog.clock.set(at("2026-11-23T17:31:00Z"));
    expect(await tell(dog, late)).toBe("sent");
  });
});

describe("A time in which nothing was watched", () => {
  it("is a fact and the first card after it, with the bastions it is true of; shorter ones are not", async () => {
    const dog = await awake(anHour);
    dog.clock.advance(minutes(9));
    await sweepFor(dog, minutes(5));
    expect(dog.heard()).toStrictEqual([]);
    dog.clock.advance(days(3));
    await sweepFor(dog, minutes(10));
    const [alert, ...others] = dog.heard();
    expect(alert && alertSentences(alert)).toStrictEqual([
      expect.stringMatching(
        /^Nothing was watched from 2026-11-21 08:\d\d:\d\d UTC to 2026-11-24 08:\d\d:\d\d UTC, for 3 d/,
      ),
      "That is true of 1 bastion: bas-hub.",
    ]);
    expect(others).toStrictEqual([]);
    const facts = dog.table.ledger(watchdogPartition).filter(({ kind }) => kind === "unwatched");
    expect(facts).toMatchObject([{ data: { bastions: 1, named: dog.bastion.id } }]);
  });
});
