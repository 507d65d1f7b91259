import { describe, expect, it } from "vitest";
import { parseBastionId, type BastionId } from "../../src/core/domain/arm-id.ts";
import { watchdogPartition } from "../../src/core/domain/partition.ts";
import { minutes, seconds } from "../../src/core/domain/time.ts";
import { askerOver } from "../../src/core/flows/asking/asking.ts";
import { scan } from "../../src/core/flows/scan/scan.ts";
import type { Ports } from "../../src/core/ports.ts";
import { scanHttp } from "../../src/functions/api/scan-http.ts";
import { handledApp, scanRequest } from "../functions/handlers.ts";
import { vmId } from "../memory/samples.ts";
import { watchdog, type Watchdog } from "../memory/watchdog.ts";

const subscriptions = [
  "11111111-0000-4000-8000-000000000001",
  "22222222-0000-4000-8000-000000000002",
] as const;

function bastionIn(subscription: string, number: number): BastionId {
  const bastion = parseBastionId(
    `/subscriptions/${subscription}/resourceGroups/rg-many/providers/Microsoft.Network/bastionHosts/bas-${number}`,
  );
  if (!bastion) throw new Error("No bastion");
  return bastion;
}

/** A watchdog with so many bastions in one subscription, its own one among them, and in another; each has a message to be looked at. */
async function estate(here: number, elsewhere = 0): Promise<Watchdog> {
  const dog = watchdog({ rules: [{ name: "never", allow: false }] }, "enforce", [], {
    subscriptions: [...subscriptions],
  });
  for (let n = 1; n < here; n += 1) dog.azure.addBastion(bastionIn(subscriptions[0], n));
  for (let n = 0; n < elsewhere; n += 1) dog.azure.addBastion(bastionIn(subscriptions[1], n));
  await dog.sweep();
  return dog;
}

const scanOf = (dog: Watchdog, ports: Partial<Ports> = {}) =>
  scan({}, { ...dog.ports, ...ports }, dog.settings);
const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const listed = (dog: Watchdog, subscription: string) =>
  dog.azure.lists.filter((id) => id.includes(subscription)).length;

/** Reads and writes fail alike. */
function storageDown(dog: Watchdog) {
  const fails = () => Promise.reject(new Error("503 ServerBusy"));
  const table = { ...dog.table, readAsking: fails, writeAsking: fails, read: fails, knownBastions: fails };
  return { table, asker: askerOver({ table, clock: dog.clock }) };
}

describe("Whoever calls scan in a loop", () => {
  it("has each bastion listed once, however many scans they begin at once, and with whichever key", async () => {
    const app = handledApp(await estate(20));
    const keys = ["one key", "another key"];
    const ask = async (n: number) =>
      await scanHttp(app)(scanRequest("", { "x-functions-key": keys[n % 2] ?? "" }), app.context());
    const answers = await Promise.all(times(50).map(ask));
    expect(new Set(answers.map(({ status = 200 }) => status))).toStrictEqual(new Set([200]));
    expect(app.dog.azure.lists).toHaveLength(20);
  });

  it("gets a hundred lists of a subscription at once and five more a second, and no others", async () => {
    const dog = await estate(300);
    await scanOf(dog);
    expect(dog.azure.lists).toHaveLength(100);
    for (let n = 0; n < 10; n += 1) {
      dog.clock.advance(seconds(1));
      await scanOf(dog);
    }
    expect(dog.azure.lists).toHaveLength(150);
  });

  it("takes nothing of another subscription's share", async () => {
    const dog = await estate(150, 30);
    await scanOf(dog);
    expect(subscriptions.map((id) => listed(dog, id))).toStrictEqual([100, 30]);
  });

  it("gets no more from several instances, which count together", async () => {
    const dog = await estate(300);
    const instances = times(4).map(() => askerOver(dog.ports));
    await Promise.all(instances.map((asker) => scanOf(dog, { asker })));
    expect(dog.azure.lists.length).toBeLessThanOrEqual(100);
    expect(new Set(dog.azure.lists).size).toBe(dog.azure.lists.length);
  });

  it("gets no more where storage is down: each instance counts for itself", async () => {
    const dog = await estate(300);
    const ports = storageDown(dog);
    for (let n = 0; n < 5; n += 1) await scanOf(dog, ports).catch(() => undefined);
    expect(dog.azure.lists).toHaveLength(100);
  });

  it("gets no more when storage comes back than it had left before", async () => {
    const dog = await estate(300);
    const table = { ...dog.table };
    const asker = askerOver({ table, clock: dog.clock });
    table.readAsking = () => Promise.reject(new Error("503 ServerBusy"));
    await scanOf(dog, { asker });
    table.readAsking = (place) => dog.table.readAsking(place);
    dog.clock.advance(seconds(1));
    await scanOf(dog, { asker });
    expect(dog.azure.lists).toHaveLength(105);
  });

  it("asks Resource Graph no oftener than leaves it to the sweep", async () => {
    const dog = await estate(1);
    let asked = 0;
    const estatePort: Ports["estate"] = {
      ...dog.azure.estate,
      bastions: () => {
        asked += 1;
        return dog.azure.estate.bastions();
      },
    };
    await dog.sweep();
    for (let n = 0; n < 40; n += 1) {
      await scanOf(dog, { estate: estatePort });
      dog.clock.advance(seconds(0.25));
    }
    expect(asked).toBe(9);
  });

  it("has nothing listed that was just listed to enforce, and is told of when its answer is", async () => {
    const dog = await estate(1);
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.run(seconds(10));
    const before = dog.azure.lists.length;
    const report = await scanOf(dog);
    expect(dog.azure.lists).toHaveLength(before);
    expect(report.bastions).toMatchObject([{ read: "complete", isLive: false }]);
    expect(report.scannedAt - report.asOf).toBeLessThanOrEqual(seconds(10));
    dog.clock.advance(seconds(31));
    expect((await scanOf(dog)).bastions).toMatchObject([{ isLive: true }]);
  });

  it("is shown what is remembered, with its age, and never less than there is", async () => {
    const dog = await estate(1);
    await dog.run(minutes(1));
    dog.azure.habits.deletesIgnored = true;
    const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(seconds(5));
    const { links, asOf, scannedAt } = await scanOf(dog);
    expect(links).toMatchObject([{ linkId, isLive: false, verdict: "forbidden", status: "revoking" }]);
    expect(scannedAt - asOf).toBeGreaterThan(0);
  });

  it("makes no reconcile begin anew: what they asked lies outside of every guard", async () => {
    const dog = await estate(1);
    await dog.run(minutes(1));
    const guard = async () => [
      (await dog.table.read(watchdogPartition)).version,
      (await dog.table.readHost(hubOf(dog))).version,
    ];
    const before = await guard();
    await scanOf(dog);
    expect(await guard()).toStrictEqual(before);
  });

  it("does not hold up the revocation of a forbidden link", async () => {
    const dog = await estate(40);
    const asking = { on: true };
    const loop = async () => {
      while (asking.on) {
        await scanOf(dog);
        await new Promise(setImmediate);
      }
    };
    const loops = times(8).map(loop);
    dog.azure.create(dog.bastion, vmId("vm-prod"));
    await dog.sweep();
    await dog.run(minutes(1));
    asking.on = false;
    await Promise.all(loops);
    expect(dog.azure.links).toStrictEqual([]);
    expect(dog.azure.lists.length).toBeLessThanOrEqual(200);
  });
});

const hubOf = ({ bastion }: Watchdog) =>
  bastion.id.toLowerCase().replaceAll("/", "|") as Parameters<Watchdog["table"]["readHost"]>[0];
