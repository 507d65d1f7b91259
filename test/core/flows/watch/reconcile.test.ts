import { describe, expect, it } from "vitest";
import { hours, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { partitionOf } from "../../../../src/core/domain/partition.ts";
import { reconcile } from "../../../../src/core/flows/watch/reconcile.ts";
import { aBastion, aSignal, vmId } from "../../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const request = (dog: Watchdog) =>
  ({ bastionId: dog.bastion.id, cause: "sweep", since: dog.clock.now() }) as const;
const look = (dog: Watchdog) => reconcile(request(dog), dog.ports, dog.settings);
const kinds = (dog: Watchdog) => dog.heard().map(({ kind }) => kind);

async function awake(...options: Parameters<typeof watchdog>): Promise<Watchdog> {
  const dog = watchdog(...options);
  await dog.sweep();
  await dog.run(minutes(1));
  return dog;
}

describe("Reconciling", () => {
  it("remembers the bastion before its first row", async () => {
    const dog = watchdog();
    dog.crashes.failAt(7, "before");
    await expect(look(dog)).rejects.toThrow("Crash before the effect of claim");
    expect(await dog.table.knownBastions()).toHaveLength(1);
  });

  it("refuses an id that is no bastion's", async () => {
    const dog = watchdog();
    await expect(
      reconcile({ ...request(dog), bastionId: "/subscriptions/x" }, dog.ports, dog.settings),
    ).rejects.toThrow("is not the id of a bastion host");
  });

  it("of two spellings is of one bastion", async () => {
    const dog = watchdog();
    await look(dog);
    await reconcile({ ...request(dog), bastionId: dog.bastion.id.toUpperCase() }, dog.ports, dog.settings);
    expect([...dog.table.everything().keys()].filter((key) => key.includes("bas-hub"))).toStrictEqual([
      partitionOf(aBastion("BAS-HUB")),
    ]);
  });

  it("does nothing when a complete list began after its cause", async () => {
    const dog = await awake();
    const asked = request(dog);
    dog.clock.advance(seconds(1));
    await look(dog);
    const lists = dog.azure.lists.length;
    expect(await reconcile(asked, dog.ports, dog.settings)).toBe("nothing to do");
    expect(dog.azure.lists).toHaveLength(lists);
  });

  it("costs few lists in a burst of events", async () => {
    const dog = await awake();
    const lists = dog.azure.lists.length;
    for (let n = 0; n < 20; n += 1) dog.azure.create(dog.bastion, vmId(`vm-${n}`));
    await Promise.all(Array.from({ length: 20 }, (_, n) => dog.event({ id: `event-${n}` })));
    await dog.run(minutes(3));
    expect(dog.azure.lists.length - lists).toBeLessThan(8);
    expect(dog.heard().reduce((sum, { linkCount }) => sum + linkCount, 0)).toBe(20);
  });

  it("costs few lists in a burst of events that no link answers to", async () => {
    const dog = await awake();
    const lists = dog.azure.lists.length;
    for (let n = 0; n < 20; n += 1) {
      await dog.event({ id: `event-${n}` });
      await dog.run(seconds(0.1));
    }
    await dog.run(seconds(50));
    expect(dog.azure.lists.length - lists).toBeLessThanOrEqual(5);
    await dog.run(minutes(3));
    expect(kinds(dog).filter((kind) => kind === "created-and-gone")).toHaveLength(20);
  });

  it("lets an event that comes right after a look wait, two seconds at most, for those that may follow", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({ id: "event-1" });
    const lists = dog.azure.lists.length;
    for (const n of [2, 3]) {
      await dog.run(seconds(0.5));
      dog.azure.create(dog.bastion, vmId(`vm-${n}`));
      await dog.event({ id: `event-${n}` });
    }
    expect(dog.azure.lists).toHaveLength(lists);
    await dog.run(seconds(2));
    expect(dog.azure.lists).toHaveLength(lists + 1);
    expect(dog.heard().map(({ links }) => links.length)).toStrictEqual([1, 2]);
  });

  it("gives way to whoever has the claim, and comes back", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    const outcomes = await Promise.all([look(dog), look(dog), look(dog)]);
    expect([...outcomes].sort()).toStrictEqual([
      "another process is checking it",
      "another process is checking it",
      "done",
    ]);
    await dog.run(minutes(1));
    expect(kinds(dog)).toStrictEqual(["unannounced"]);
  });

  it("takes over a minute and a half after a worker died with the claim", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.crashes.failAt(4, "before");
    await expect(look(dog)).rejects.toThrow("list links");
    dog.clock.advance(seconds(89));
    expect(await look(dog)).toBe("another process is checking it");
    dog.clock.advance(seconds(1));
    expect(await look(dog)).toBe("done");
  });

  it("lists again after a conflict: an old list never meets new rows", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    const lists = dog.azure.lists.length;
    let isFirst = true;
    const controlPlane = {
      ...dog.ports.controlPlane,
      listLinks: async (...given: Parameters<typeof dog.ports.controlPlane.listLinks>) => {
        const answer = await dog.ports.controlPlane.listLinks(...given);
        if (isFirst) {
          isFirst = false;
          dog.azure.create(dog.bastion, vmId("vm-2"));
          dog.clock.advance(seconds(31));
          await look(dog);
        }
        return answer;
      },
    };
    expect(await reconcile(request(dog), { ...dog.ports, controlPlane }, dog.settings)).not.toBe(
      "gave way after conflicts",
    );
    await dog.run(minutes(2));
    expect(dog.azure.lists.length - lists).toBeGreaterThan(1);
    expect(kinds(dog)).not.toContain("deleted");
    expect(dog.heard().reduce((sum, { linkCount }) => sum + linkCount, 0)).toBe(2);
  });

  it("gives way after conflicts without end, comes back, and keeps nobody waiting meanwhile", async () => {
    const dog = await awake();
    const table = { ...dog.ports.table, commit: () => Promise.resolve("conflict" as const) };
    const outcome = await reconcile(request(dog), { ...dog.ports, table }, dog.settings);
    expect(outcome).toBe("gave way after conflicts");
    expect(dog.queues.waiting().length).toBeGreaterThan(0);
    expect(await look(dog)).toBe("done");
  });

  it("survives tags that cannot be read", async () => {
    const dog = await awake({
      rules: [{ name: "tagged", match: { tags: { env: "prod" } }, ttl: "PT1H" }, { name: "else" }],
    });
    dog.azure.create(dog.bastion, vmId("vm-1"));
    const estate = {
      ...dog.ports.estate,
      virtualMachines: () => Promise.reject(new Error("Graph answered 429")),
    };
    expect(await reconcile(request(dog), { ...dog.ports, estate }, dog.settings)).toBe("done");
    expect((await dog.table.read(hubPartition)).links).toMatchObject([{ rule: "else" }]);
    expect(dog.log.text()).toContain("Tags of virtual machines could not be read");
  });

  it("looks at no bastion again and again while nothing happens", async () => {
    const dog = await awake();
    const lists = dog.azure.lists.length;
    await dog.run(hours(12));
    expect(dog.azure.lists).toHaveLength(lists);
    expect(dog.queues.waiting()).toStrictEqual([]);
  });

  it("leaves no token of a link in tables, queues, alerts or logs", async () => {
    const dog = await awake({ rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }] });
    dog.azure.create(dog.bastion, vmId("vm-1"));
    const tokens = dog.azure.links.map(({ token }) => token);
    await dog.event({});
    await dog.run(hours(2));
    const everything = JSON.stringify([
      [...dog.table.everything()],
      dog.queues.waiting(),
      dog.heard(),
      dog.log.entries,
    ]);
    for (const token of tokens) expect(everything).not.toContain(token);
    expect(tokens).toHaveLength(1);
  });
});

describe("A worker that dies right after its commit, and whose message never comes back", () => {
  it.each([
    ["an alert", { rules: [{ name: "default", ttl: "PT8H" }] }, ["created"], 1],
    ["a revocation", { rules: [{ name: "never", allow: false }] }, ["created", "revoked"], 0],
  ])("leaves %s to a wake-up, without any sweep", async (_, policy, heard, left) => {
    const dog = await awake(policy);
    dog.azure.create(dog.bastion, vmId("vm-1"));
    const table = {
      ...dog.ports.table,
      commit: async (...given: Parameters<typeof dog.ports.table.commit>) => {
        await dog.ports.table.commit(...given);
        throw new Error("The worker died");
      },
    };
    await dog.table.rememberSignal(
      hubPartition,
      aSignal("create", { occurredAt: dog.clock.now(), receivedAt: dog.clock.now() }),
    );
    await expect(reconcile(request(dog), { ...dog.ports, table }, dog.settings)).rejects.toThrow(
      "The worker died",
    );
    expect(kinds(dog)).toStrictEqual([]);
    await dog.run(minutes(3));
    expect(kinds(dog).sort()).toStrictEqual(heard);
    expect(dog.azure.links).toHaveLength(left);
  });
});

describe("A deadline while events keep coming", () => {
  it("is not put off by a look that an earlier list had answered", async () => {
    const dog = await awake({ rules: [{ name: "quick", ttl: "PT1H", warnBefore: "PT15M" }] });
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    await dog.run(minutes(59) + seconds(50));
    await dog.event({
      operation: "getshareablelinks/action",
      caller: { objectId: "r", userPrincipalName: "rita@contoso.example" },
    });
    await dog.run(seconds(20));
    expect(dog.azure.revocations).toHaveLength(1);
  });
});

describe("A bastion", () => {
  it("whose host is written without a change of its feature is no news", async () => {
    const dog = await awake();
    await dog.event({ operation: "write" });
    await dog.run(minutes(3));
    expect(kinds(dog)).toStrictEqual([]);
  });

  it("that is deleted with its links after it could not be read is told as deleted", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.event({});
    dog.azure.habits.unreadable = { kind: "forbidden", why: "403" };
    await dog.sweep();
    await dog.run(minutes(1));
    dog.azure.removeBastion(dog.bastion);
    for (let n = 0; n < 3; n += 1) {
      await dog.sweep();
      await dog.run(minutes(5));
    }
    expect(kinds(dog)).toStrictEqual(["created", "unreadable", "bastion-deleted"]);
  });

  it("whose list one person read forty times before anybody looked is told in one alert, once", async () => {
    const dog = await awake();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    await dog.sweep();
    await dog.run(minutes(5));
    for (let n = 0; n < 40; n += 1)
      await dog.table.rememberSignal(hubPartition, aSignal(`read-${n}`, { operation: "read" }));
    await look(dog);
    await dog.sweep();
    await dog.run(minutes(10));
    expect(dog.heard().map(({ kind, notes }) => [kind, notes])).toStrictEqual([
      ["unannounced", []],
      ["links-read", [{ kind: "list-read", times: 40 }]],
    ]);
  });
});
