import { describe, expect, it } from "vitest";
import {
  days,
  hours,
  isoInstant,
  after,
  minutes,
  seconds,
  type Milliseconds,
} from "../../src/core/domain/time.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

const policy = {
  rules: [
    {
      name: "no links into production",
      match: { vm: "**/vm-prod-*" },
      allow: false,
      severity: "high",
      warnBefore: "PT30M",
    },
    { name: "rest", ttl: "PT8H" },
  ],
};
const forbidden = vmId("vm-prod-db-01");
const busy = { kind: "busy", why: "409 AnotherOperationInProgress", retryAfter: undefined } as const;
const fresh = aBastion("bas-attacker");

/** A watchdog that has run for a day, and a bastion that is new today. */
async function settled(): Promise<Watchdog> {
  const dog = watchdog(policy);
  await dog.sweep();
  await dog.run(days(1));
  dog.azure.addBastion(fresh);
  return dog;
}

/** Sweeps every so often until no link is left, a week at most. */
async function openFor(dog: Watchdog, every: Milliseconds, whenFree: () => void = () => undefined) {
  const since = dog.clock.now();
  for (let round = 1; dog.azure.links.length > 0 && dog.clock.now() < after(since, days(7)); round += 1) {
    await dog.run(every);
    whenFree();
    await dog.sweep();
    await dog.run(seconds(20));
  }
  return dog.clock.now() - since;
}

describe("A forbidden link on a new bastion that is kept busy for a while has no grace", () => {
  it.each`
    how                                            | keptFor | withEvent | every
    ${"its event arrives and the bastion answers"} | ${0}    | ${true}   | ${5}
    ${"its event arrives, twelve minutes busy"}    | ${12}   | ${true}   | ${5}
    ${"its event arrives, six hours busy"}         | ${360}  | ${true}   | ${5}
    ${"no event, a sweep every five minutes"}      | ${0}    | ${false}  | ${5}
    ${"no event, a sweep every fifteen minutes"}   | ${0}    | ${false}  | ${15}
    ${"no event, and a day busy"}                  | ${1440} | ${false}  | ${15}
  `("$how", async (row: { keptFor: number; withEvent: boolean; every: number }) => {
    const dog = await settled();
    const made = dog.clock.now();
    dog.azure.create(fresh, forbidden);
    dog.azure.habits.unreadable = row.keptFor > 0 ? busy : undefined;
    if (row.withEvent) await dog.event({ bastion: fresh, at: made });
    const isFree = () => dog.clock.now() >= after(made, minutes(row.keptFor));
    const open = await openFor(dog, minutes(row.every), () => {
      if (isFree()) dog.azure.habits.unreadable = undefined;
    });
    expect(open).toBeLessThanOrEqual(minutes(row.keptFor + 2 * row.every));
  });

  it("nor on a second one, while the first is broken off page by page", async () => {
    const dog = await settled();
    const second = aBastion("bas-attacker-2");
    dog.azure.addBastion(second);
    dog.azure.habits.incomplete = true;
    dog.azure.create(fresh, forbidden);
    dog.azure.create(second, vmId("vm-prod-db-02"));
    await dog.sweep();
    await dog.run(hours(3));
    dog.azure.habits.incomplete = false;
    expect(await openFor(dog, minutes(5))).toBeLessThanOrEqual(minutes(6));
  });

  it("nor is an ordinary link of it told as older than the watchdog", async () => {
    const dog = await settled();
    dog.azure.create(fresh, vmId("vm-1"));
    dog.azure.habits.unreadable = busy;
    await dog.sweep();
    await dog.run(minutes(30));
    dog.azure.habits.unreadable = undefined;
    await dog.sweep();
    await dog.run(minutes(1));
    expect(dog.heard().flatMap(({ kind, links }) => (links.length > 0 ? [kind] : []))).toStrictEqual([
      "unannounced",
    ]);
    expect(await openFor(dog, minutes(5))).toBeLessThanOrEqual(hours(8));
  });
});

describe("What is older than the watchdog", () => {
  it("has a week, and one notice period where it is forbidden", async () => {
    const dog = watchdog(policy);
    const long = isoInstant(after(dog.clock.now(), -days(3)));
    const [kept, never] = [
      dog.azure.create(dog.bastion, vmId("vm-1"), long),
      dog.azure.create(dog.bastion, forbidden, long),
    ];
    await dog.sweep();
    await dog.run(minutes(29));
    expect(dog.azure.revocations).toStrictEqual([]);
    await dog.run(minutes(2));
    expect(dog.azure.revocations).toStrictEqual([never]);
    await dog.run(days(6.9));
    expect(dog.azure.revocations).toStrictEqual([never]);
    await dog.run(days(0.2));
    expect(dog.azure.revocations).toStrictEqual([never, kept]);
  });
});
