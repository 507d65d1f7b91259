import { describe, expect, it } from "vitest";
import { minutes, seconds } from "../../../src/core/domain/time.ts";
import { watchdogPartition } from "../../../src/core/domain/partition.ts";
import { reportTrouble } from "../../../src/core/flows/alerts/report-trouble.ts";
import type { Ports } from "../../../src/core/ports.ts";
import { reconcile } from "../../../src/core/flows/watch/reconcile.ts";
import { sweep } from "../../../src/core/flows/watch/sweep.ts";
import { vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../memory/watchdog.ts";

const kinds = (dog: Watchdog) => dog.heard().map(({ kind }) => kind);

async function awake(...options: Parameters<typeof watchdog>): Promise<Watchdog> {
  const dog = watchdog(...options);
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

/** Each of these was first found by a random history (test/simulation); here is the smallest story that shows it. */
describe("Found by the simulation:", () => {
  it("an alert about the watchdog itself survives a crash right after its commit", async () => {
    const dog = await awake();
    const channels = [
      { name: "teams", setting: "1234", send: () => Promise.reject(new Error("the program dies")) },
    ];
    const trouble = {
      kind: "message-poisoned",
      queue: "activity",
      messageId: "m-1",
      insertedAt: undefined,
    } as const;
    await expect(reportTrouble(trouble, { ...dog.ports, channels }, dog.settings)).rejects.toThrow("dies");
    await dog.run(minutes(5));
    await dog.sweep();
    await dog.run(seconds(5));
    expect(kinds(dog)).toStrictEqual(["watchdog-trouble"]);
    expect((await dog.table.read(watchdogPartition)).outbox).toHaveLength(0);
  });

  it("links that were created on a bastion that is gone by now are told", async () => {
    const dog = await awake();
    dog.azure.removeBastion(dog.bastion);
    await dog.event({});
    await dog.run(minutes(10));
    expect(kinds(dog)).toContain("created-and-gone");
    await dog.sweep();
    await dog.run(seconds(5));
    expect((await dog.table.read(hubPartition)).signals).toHaveLength(0);
  });

  it("a link that was not told of yet is told of when its bastion is deleted", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.sweep();
    await dog.run(seconds(1));
    dog.azure.removeBastion(dog.bastion);
    await dog.run(minutes(1));
    expect(dog.heard().map(({ kind, linkCount }) => `${kind} ${linkCount}`)).toContain("created-and-gone 1");
  });

  it("more than a hundred links that come back at once are all in their second life", async () => {
    const dog = await awake({ rules: [{ name: "default", ttl: "PT8H" }], maxRevocationsPerHour: 1000 });
    const linkIds = Array.from({ length: 150 }, (_, n) => dog.azure.create(dog.bastion, vmId(`vm-${n}`)));
    await dog.event({});
    dog.azure.habits.hidden = linkIds;
    await dog.sweep();
    await dog.run(minutes(2));
    dog.azure.habits.hidden = [];
    await dog.sweep();
    await dog.run(minutes(2));
    const { links } = await dog.table.read(hubPartition);
    expect(links.filter(({ life }) => life === 2)).toHaveLength(150);
  });

  it("a sweep reaches every bastion even if the watchdog's own rows cannot be read, and fails visibly", async () => {
    const dog = await awake();
    const read: Ports["table"]["read"] = (partition) =>
      partition === watchdogPartition
        ? Promise.reject(new Error("cannot be read"))
        : dog.table.read(partition);
    const lists = dog.azure.lists.length;
    await expect(sweep({ ...dog.ports, table: { ...dog.table, read } }, dog.settings)).rejects.toThrow(
      "cannot be read",
    );
    await dog.run(minutes(1));
    expect(dog.azure.lists.length).toBeGreaterThan(lists);
  });

  it("two workers do not take a bastion from each other while Azure needs 40 seconds for a list", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    const request = { bastionId: dog.bastion.id, cause: "sweep", since: dog.clock.now() } as const;
    let second: string | undefined;
    const listLinks: Ports["controlPlane"]["listLinks"] = async (bastion) => {
      const answer = await dog.azure.controlPlane.listLinks(bastion);
      dog.clock.advance(seconds(40));
      second ??= await reconcile(request, dog.ports, dog.settings);
      return answer;
    };
    const slow = { ...dog.ports, controlPlane: { ...dog.ports.controlPlane, listLinks } };
    expect(await reconcile(request, slow, dog.settings)).toBe("done");
    expect(second).toBe("another process is checking it");
  });

  it("a second look begins after the first has ended, however long that took", async () => {
    const dog = await awake();
    const linkId = dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    dog.azure.remove(linkId);
    const listLinks: Ports["controlPlane"]["listLinks"] = (bastion) => {
      dog.clock.advance(seconds(40));
      return dog.azure.controlPlane.listLinks(bastion);
    };
    const slow = { ...dog.ports, controlPlane: { ...dog.ports.controlPlane, listLinks } };
    const look = (ports: Ports) =>
      reconcile({ bastionId: dog.bastion.id, cause: "sweep", since: dog.clock.now() }, ports, dog.settings);
    await look(slow);
    dog.clock.advance(seconds(1));
    await look(dog.ports);
    expect(kinds(dog)).toStrictEqual(["created"]);
    await dog.run(minutes(1));
    expect(kinds(dog)).toStrictEqual(["created", "deleted"]);
  });
});
