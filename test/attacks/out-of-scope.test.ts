import { describe, expect, it } from "vitest";
import { parseBastionId, type BastionId } from "../../src/core/domain/arm-id.ts";
import { partitionOf, watchdogPartition } from "../../src/core/domain/partition.ts";
import { days, hours, minutes, type Milliseconds } from "../../src/core/domain/time.ts";
import { reportStale } from "../../src/core/flows/scheduled/report-stale.ts";
import { scan } from "../../src/core/flows/scan/scan.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import { alertSentences } from "../../src/core/render/words/alert-sentences.ts";
import { newHost } from "../../src/core/domain/state/watched.ts";
import { aBastion, vmId } from "../memory/samples.ts";
import { policyOf, watchdog, type Watchdog } from "../memory/watchdog.ts";

const otherSubscription = "22222222-0000-4000-8000-000000000002";
const policy = {
  rules: [
    { name: "never into production", match: { vm: "**/vm-prod-*" }, allow: false },
    { name: "rest", ttl: "PT4H", warnBefore: "PT1H" },
  ],
};

function foreign(): BastionId {
  const bastion = parseBastionId(
    aBastion("bas-z").id.replace("11111111-0000-4000-8000-000000000001", otherSubscription),
  );
  if (!bastion) throw new Error("No bastion");
  return bastion;
}

const there = foreign();
const listsThere = (dog: Watchdog) => dog.azure.lists.filter((id) => id === there.id.toLowerCase()).length;

/** The app starts anew with other settings. */
const restart = (dog: Watchdog, settings: Partial<FlowSettings>) => Object.assign(dog.settings, settings);

async function sweeps(dog: Watchdog, length: Milliseconds): Promise<void> {
  for (let n = 0; n < length / minutes(5); n += 1) {
    await dog.sweep();
    await dog.run(minutes(5));
  }
}

/** Two subscriptions are watched; a link is open in each, announced. */
async function watching(more: Partial<FlowSettings> = {}): Promise<Watchdog> {
  const dog = watchdog(policy, "enforce", [], { acknowledgeWithin: minutes(30), ...more });
  restart(dog, {
    subscriptions: [dog.bastion.subscriptionId, ...(more.managementGroups ? [] : [otherSubscription])],
  });
  dog.azure.addBastion(there);
  await dog.sweep();
  await dog.run(minutes(1));
  dog.azure.create(there, vmId("vm-z1"));
  dog.azure.create(dog.bastion, vmId("vm-a"));
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

const kinds = (dog: Watchdog) => dog.heard().map(({ kind, severity }) => `${kind}, ${severity}`);
const openThere = (dog: Watchdog) =>
  dog.azure.links.filter(({ bastionId }) => bastionId === there.id.toLowerCase()).map((link) => link.vmId);

describe("A bastion whose subscription was taken out of WATCHDOG_SCOPE", () => {
  async function narrowed(): Promise<Watchdog> {
    const dog = await watching();
    restart(dog, { subscriptions: [dog.bastion.subscriptionId] });
    return dog;
  }

  it("is not looked at, and its links are neither announced nor revoked, whatever wakes it up", async () => {
    const dog = await narrowed();
    await dog.sweep();
    await dog.run(minutes(1));
    const looks = listsThere(dog);
    dog.azure.create(there, vmId("vm-prod-z2"));
    await dog.event({ bastion: there });
    await sweeps(dog, hours(8));
    expect(listsThere(dog)).toBe(looks);
    expect(openThere(dog)).toStrictEqual([vmId("vm-z1"), vmId("vm-prod-z2")]);
    expect(dog.azure.revocations).toHaveLength(1);
    expect(dog.heard().flatMap(({ links }) => links.map((link) => link.vmId))).not.toContain(
      vmId("vm-prod-z2"),
    );
  });

  it("is not revoked on by the wake-up that was on its way when the scope was narrowed", async () => {
    const dog = await watching();
    await dog.run(hours(3));
    restart(dog, { subscriptions: [dog.bastion.subscriptionId] });
    await dog.run(hours(3));
    expect(openThere(dog)).toStrictEqual([vmId("vm-z1")]);
  });

  it("is told of once, high, with its subscription and its open links, then daily until somebody acknowledges it", async () => {
    const dog = await narrowed();
    await sweeps(dog, days(2) + hours(1));
    const about = dog.heard().filter(({ kind, about }) => (about?.kind ?? kind) === "scope-left");
    expect(about.map(({ kind, severity }) => `${kind}, ${severity}`)).toStrictEqual([
      "scope-left, high",
      "unacknowledged, high",
      "unacknowledged, high",
      "unacknowledged, high",
    ]);
    expect(about[0]).toMatchObject({ links: [{ vmId: vmId("vm-z1") }], linkCount: 1 });
    expect(about.flatMap((alert) => alertSentences(alert))[0]).toBe(
      `Subscription ${otherSubscription}: 1 open links, 0 of them forbidden, on bas-z.`,
    );
    const own = await dog.table.read(watchdogPartition);
    const host = own.host ?? newHost("");
    await dog.table.commit(watchdogPartition, {
      ...{ expected: own.version, put: [], close: [], spent: [], facts: [], outbox: [] },
      ...{ host, waits: { put: [], drop: host.awaited } },
    });
    await sweeps(dog, days(2));
    expect(dog.heard().filter(({ about }) => about?.kind === "scope-left")).toHaveLength(3);
  });

  it("is no blind spot and not stale, and no scan looks at it", async () => {
    const dog = await narrowed();
    await sweeps(dog, hours(3));
    const looks = listsThere(dog);
    expect(await reportStale(dog.ports, dog.settings)).toBe(0);
    const report = await scan({}, dog.ports, { policy: dog.settings.policy, scope: dog.settings });
    expect(report.bastions.map(({ bastionId }) => bastionId)).toStrictEqual([dog.bastion.id]);
    expect(listsThere(dog)).toBe(looks);
    expect(kinds(dog).filter((kind) => kind.startsWith("unreadable"))).toStrictEqual([]);
  });

  it("counts the events that were dropped", async () => {
    const dog = await narrowed();
    await dog.event({ bastion: there });
    await dog.event({ bastion: there });
    expect((await dog.table.read(watchdogPartition)).host?.dropped).toStrictEqual({ events: 2, told: 0 });
  });

  it("is known when it is back, and gives its overdue links one notice, since people read that nobody watches", async () => {
    const dog = await narrowed();
    await sweeps(dog, hours(8));
    restart(dog, { subscriptions: [dog.bastion.subscriptionId, otherSubscription] });
    await sweeps(dog, minutes(50));
    expect(openThere(dog)).toStrictEqual([vmId("vm-z1")]);
    expect(dog.heard().at(-1)).toMatchObject({ kind: "expiring", links: [{ vmId: vmId("vm-z1") }] });
    await sweeps(dog, minutes(20));
    expect(openThere(dog)).toStrictEqual([]);
    expect((await dog.table.read(partitionOf(there))).host?.outOfScope).toBeUndefined();
  });
});

describe("With management groups in scope a bastion is out only if Resource Graph proves it", () => {
  const inGroup = async (): Promise<Watchdog> => {
    const dog = await watching({ managementGroups: ["mg-Desk"] });
    dog.azure.managementGroups.set(otherSubscription, ["mg-desk", "root"]);
    return dog;
  };

  it.each([
    ["is shown under one of ours, whatever its casing", ["root", "MG-desk"]],
    ["is not shown at all", undefined],
  ])("so it is watched while its subscription %s", async (_, above) => {
    const dog = await inGroup();
    dog.azure.managementGroups.delete(otherSubscription);
    if (above) dog.azure.managementGroups.set(otherSubscription, above);
    dog.azure.habits.graphOmits = true;
    await sweeps(dog, hours(5));
    expect(openThere(dog)).toStrictEqual([]);
    expect(kinds(dog)).not.toContain("scope-left, high");
  });

  it.each(["mg-elsewhere", "mg-des\u212A"])(
    "and it is out once its subscription was moved under %j",
    async (other) => {
      const dog = await inGroup();
      dog.azure.managementGroups.set(otherSubscription, [other, "root"]);
      await sweeps(dog, hours(5));
      expect(openThere(dog)).toStrictEqual([vmId("vm-z1")]);
      expect(kinds(dog)).toContain("scope-left, high");
    },
  );

  it("who moves it out and back in turn gains one notice a configuration, not one a move", async () => {
    const dog = await inGroup();
    for (let round = 0; round < 10; round += 1) {
      const above = round % 2 === 0 ? ["mg-elsewhere"] : ["mg-desk"];
      dog.azure.managementGroups.set(otherSubscription, above);
      await sweeps(dog, hours(1));
    }
    dog.azure.managementGroups.set(otherSubscription, ["mg-desk"]);
    await sweeps(dog, minutes(15));
    expect(openThere(dog)).toStrictEqual([]);
  });

  it("what Resource Graph proved stands while it does not answer, and the sweep fails where the platform shows it", async () => {
    const dog = await inGroup();
    dog.azure.managementGroups.set(otherSubscription, ["mg-elsewhere"]);
    await sweeps(dog, minutes(10));
    const looks = listsThere(dog);
    dog.azure.habits.graphFails = true;
    await expect(dog.sweep()).rejects.toThrow("The sweep is incomplete");
    await dog.run(minutes(5));
    expect(listsThere(dog)).toBe(looks);
  });
});

it("A change of scope alone is no newer policy: what is in scope keeps its deadlines", async () => {
  const dog = await watching();
  restart(dog, { subscriptions: [dog.bastion.subscriptionId], policy: policyOf(policy) });
  await sweeps(dog, hours(4.5));
  expect(dog.azure.links.map(({ bastionId }) => bastionId)).toStrictEqual([there.id.toLowerCase()]);
});
