import { describe, expect, it } from "vitest";
import { hours, minutes, type Milliseconds } from "../../src/core/domain/time.ts";
import { linksIn } from "../../src/core/domain/state/counted-revocations.ts";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../memory/watchdog.ts";

const policy = {
  rules: [
    { name: "no links into production", match: { vm: "**/vm-prod-*" }, allow: false, severity: "high" },
    { name: "sandbox", match: { vm: "**/vm-sbx-*" }, allow: false, severity: "low" },
    { name: "rest", ttl: "PT1H", warnBefore: "PT15M" },
  ],
};

async function settled(): Promise<Watchdog> {
  const dog = watchdog(policy);
  await dog.sweep();
  await dog.run(minutes(5));
  return dog;
}

function openMany(dog: Watchdog, count: number, name: string): readonly LinkId[] {
  return Array.from({ length: count }, (_, n) => dog.azure.create(dog.bastion, vmId(`${name}-${n}`)));
}

/** Opens a link into production and sweeps until it is gone; two days at most. */
async function productionOpenFor(dog: Watchdog): Promise<Milliseconds> {
  const since = dog.clock.now();
  const link = dog.azure.create(dog.bastion, vmId("vm-prod-db-01"));
  await dog.event({});
  while (dog.azure.links.some(({ linkId }) => linkId === link) && dog.clock.now() - since < hours(48)) {
    await dog.run(minutes(5));
    await dog.sweep();
  }
  return dog.clock.now() - since;
}

describe("Somebody fills the breaker with links that cost nothing, and the forbidden one does not stay", () => {
  it.each`
    decoys | name        | due            | most
    ${0}   | ${"vm"}     | ${minutes(0)}  | ${5}
    ${20}  | ${"vm"}     | ${minutes(61)} | ${5}
    ${100} | ${"vm"}     | ${minutes(61)} | ${5}
    ${20}  | ${"vm-sbx"} | ${minutes(2)}  | ${5}
    ${100} | ${"vm-sbx"} | ${minutes(2)}  | ${65}
    ${300} | ${"vm-sbx"} | ${minutes(2)}  | ${65}
  `(
    "$decoys links to $name-…: at most $most minutes",
    async (row: { decoys: number; name: string; due: Milliseconds; most: number }) => {
      const dog = await settled();
      openMany(dog, row.decoys, row.name);
      await dog.event({});
      await dog.run(row.due);
      expect(await productionOpenFor(dog)).toBeLessThanOrEqual(minutes(row.most));
    },
  );

  it("and where it waits, that is told high", async () => {
    const dog = await settled();
    openMany(dog, 100, "vm-sbx");
    await dog.event({});
    await dog.run(minutes(2));
    await productionOpenFor(dog);
    const held = dog.heard().filter(({ kind }) => kind === "revocations-held");
    expect(held[0]).toMatchObject({ severity: "high" });
    expect(dog.azure.revocations.length).toBeGreaterThan(25);
  });

  it("nor where all that falls due at once goes in the order of deadlines", async () => {
    const dog = await settled();
    const decoys = openMany(dog, 40, "vm");
    await dog.event({});
    await dog.run(minutes(40));
    const late = openMany(dog, 3, "vm-sbx");
    await dog.event({});
    await dog.run(minutes(30));
    expect(late.every((linkId) => dog.azure.revocations.includes(linkId))).toBe(true);
    expect(decoys.filter((linkId) => dog.azure.revocations.includes(linkId))).toHaveLength(17);
  });

  it("nor by deletes that Azure refuses, and that count all the same", async () => {
    const dog = await settled();
    openMany(dog, 25, "vm-sbx");
    dog.azure.habits.deletesRefused = true;
    await dog.event({});
    await dog.run(minutes(4));
    const { host } = await dog.table.read(hubPartition);
    expect(host?.recentRevocations).toStrictEqual([]);
    dog.azure.habits.deletesRefused = false;
    expect(await productionOpenFor(dog)).toBeLessThanOrEqual(minutes(5));
  });

  it("and one link that is asked for again and again counts once an hour", async () => {
    const dog = await settled();
    const [stuck] = openMany(dog, 1, "vm-sbx");
    dog.azure.habits.deletesIgnored = true;
    await dog.event({});
    await dog.run(minutes(30));
    expect(dog.azure.revocations.length).toBeGreaterThan(2);
    const { host } = await dog.table.read(hubPartition);
    expect(new Set(host?.recentRevocations.map(({ linkId }) => linkId))).toStrictEqual(new Set([stuck]));
    expect(linksIn(host?.recentRevocations ?? [])).toBe(1);
  });
});
