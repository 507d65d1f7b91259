import { describe, expect, it } from "vitest";
import { idKey } from "../../../../src/core/domain/arm-id.ts";
import { isoInstant, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { reconcile } from "../../../../src/core/flows/watch/reconcile.ts";
import { memoryChannel } from "../../../memory/memory-channel.ts";
import { vmId } from "../../../memory/samples.ts";
import { hubPartition, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const eight = { rules: [{ name: "eight", ttl: "PT8H" }] };
const never = { rules: [{ name: "never", allow: false, warnBefore: "PT30M" }] };

const changes = (dog: Watchdog) =>
  dog.table
    .ledger(watchdogPartition)
    .filter(({ kind }) => kind === "configuration-changed")
    .map(({ seq, policyHash, data }) => ({ seq, policyHash, mode: data["mode"] }));
const configuration = async (dog: Watchdog) =>
  (await dog.table.readHost(watchdogPartition)).host?.configuration;
const rows = async (dog: Watchdog) => (await dog.table.read(hubPartition)).links;

/** A link on an estate that was looked at before, and a minute later. */
async function withLink(): Promise<Watchdog> {
  const dog = watchdog(eight);
  await dog.sweep();
  await dog.run(seconds(1));
  dog.azure.create(dog.bastion, vmId("vm-1"));
  await dog.event({});
  await dog.run(minutes(1));
  return dog;
}

describe("A configuration", () => {
  it("has the number of its fact, and links keep the one that judged them", async () => {
    const dog = await withLink();
    const [first] = changes(dog);
    expect(await rows(dog)).toMatchObject([{ basis: { configuration: first?.seq } }]);
    dog.restart({ policy: never });
    await dog.sweep();
    await dog.run(seconds(1));
    const [, second] = changes(dog);
    expect(second?.seq).toBeGreaterThan(first?.seq ?? 0);
    expect(await rows(dog)).toMatchObject([{ basis: { configuration: second?.seq } }]);
  });

  it("that comes back has a new number; a process that starts with the same keeps it", async () => {
    const dog = await withLink();
    for (const policy of [never, eight, eight]) {
      dog.clock.advance(minutes(1));
      dog.restart({ policy });
      await dog.sweep();
      await dog.run(seconds(1));
    }
    expect(changes(dog)).toHaveLength(3);
    expect(new Set(changes(dog).map(({ seq }) => seq)).size).toBe(3);
    expect(await configuration(dog)).toMatchObject({ number: changes(dog)[2]?.seq });
  });

  it("says when the process started that wrote it, its scope and its channels", async () => {
    const dog = await withLink();
    const [fact] = dog.table.ledger(watchdogPartition).filter(({ kind }) => kind === "configuration-changed");
    expect(fact?.data).toStrictEqual({
      policyHash: dog.settings.policy.hash,
      mode: "enforce",
      scope: "11111111-0000-4000-8000-000000000001",
      channels: "teams",
      startedAt: isoInstant(dog.settings.startedAt),
    });
  });

  it("of other scope or channels is a fact and no newer policy, also with both alive", async () => {
    const dog = await withLink();
    const before = await configuration(dog);
    const old = dog.settings;
    dog.clock.advance(minutes(1));
    const wider = { ...old, subscriptions: [...old.subscriptions, "more"], startedAt: dog.clock.now() };
    for (const settings of [wider, old, wider]) {
      dog.use(settings);
      await dog.sweep();
      await dog.run(seconds(1));
    }
    expect(changes(dog)).toHaveLength(2);
    const ports = { ...dog.ports, channels: [...dog.ports.channels, memoryChannel("mail")] };
    const since = dog.clock.now();
    const later = { ...wider, startedAt: since };
    await reconcile({ bastionId: dog.bastion.id, cause: "sweep", since }, ports, later);
    expect(changes(dog)).toHaveLength(3);
    expect((await configuration(dog))?.number).toBe(before?.number);
  });
});

describe("A row of the watchdog's own that cannot be read", () => {
  it("ends enforcement on no bastion, and makes no end later", async () => {
    const dog = await withLink();
    dog.table.tamper(watchdogPartition, "0host", {});
    dog.restart({ policy: { rules: [{ name: "ten", ttl: "PT10H" }] } });
    const since = dog.clock.now();
    for (let n = 0; n < 8 * 12; n += 1) {
      await expect(dog.sweep()).rejects.toThrow("0host");
      await dog.run(minutes(5));
    }
    expect(dog.azure.links).toStrictEqual([]);
    expect((dog.table.closed(hubPartition)[0]?.closedAt ?? 0) - since).toBeLessThanOrEqual(minutes(8 * 60));
  });
});

describe("Two versions of the settings, both alive", () => {
  it.each(["the older", "the newer"])(
    "and %s sweeps first: the newer judges, the older waits",
    async (first) => {
      const dog = await withLink();
      const old = dog.settings;
      dog.clock.advance(minutes(1));
      const young = dog.restart({ policy: never });
      const order = first === "the older" ? [old, young, old, young] : [young, old, young, old];
      for (const settings of order) {
        dog.use(settings);
        await dog.sweep();
        await dog.run(seconds(40));
      }
      expect(await rows(dog)).toMatchObject([{ rule: "never" }]);
      expect(changes(dog)).toHaveLength(2);
    },
  );

  it("leave no row, no list and no delete to the older, and its message goes back for 30 seconds", async () => {
    const dog = await withLink();
    const old = dog.settings;
    dog.clock.advance(minutes(1));
    dog.restart({ policy: never, mode: "observe" });
    await dog.sweep();
    await dog.run(minutes(5));
    dog.use(old);
    const before = [JSON.stringify([...dog.table.everything()]), dog.azure.lists.length];
    const request = { bastionId: idKey(dog.bastion.id), cause: "person", since: dog.clock.now() } as const;
    expect(await reconcile(request, dog.ports, old)).toBe("newer settings are in force");
    expect([JSON.stringify([...dog.table.everything()]), dog.azure.lists.length]).toStrictEqual(before);
    dog.clock.advance(seconds(29));
    expect(dog.queues.takeReconciles()).toStrictEqual([]);
    dog.clock.advance(seconds(1));
    expect(dog.queues.takeReconciles()).toMatchObject([{ ...request, waitingSince: request.since }]);
  });

  it("of which the newer comes into force during a look: the older deletes nothing any more", async () => {
    const dog = await withLink();
    const old = dog.settings;
    dog.clock.advance(minutes(8 * 60 + 1));
    await dog.run(seconds(1));
    await dog.sweep();
    const lists = dog.ports.controlPlane.listLinks.bind(dog.ports.controlPlane);
    const controlPlane = {
      ...dog.ports.controlPlane,
      listLinks: async (...given: Parameters<typeof lists>) => {
        const answer = await lists(...given);
        dog.restart({ mode: "observe" });
        await dog.sweep();
        dog.use(old);
        return answer;
      },
    };
    dog.clock.advance(minutes(200));
    const request = { bastionId: dog.bastion.id, cause: "person", since: dog.clock.now() } as const;
    expect(await reconcile(request, { ...dog.ports, controlPlane }, old)).toBe("newer settings are in force");
    expect(dog.azure.revocations).toStrictEqual([]);
  });

  it("whose newer one judges nothing for ten minutes: the older goes on, and says so", async () => {
    const dog = await withLink();
    const old = dog.settings;
    dog.clock.advance(minutes(1));
    dog.restart({ policy: never });
    await dog.sweep();
    dog.use(old);
    await dog.run(minutes(9.5));
    expect(changes(dog)).toHaveLength(2);
    expect(dog.heard().filter(({ kind }) => kind === "watchdog-trouble")).toStrictEqual([]);
    await dog.run(minutes(1));
    expect(changes(dog)).toHaveLength(3);
    expect(dog.heard().filter(({ kind }) => kind === "watchdog-trouble")).toMatchObject([
      { notes: [{ kind: "settings-conflict", startedAt: old.startedAt }] },
    ]);
    expect(await rows(dog)).toMatchObject([{ rule: "eight" }]);
  });

  it("do not let the older go on while the newer judges", async () => {
    const dog = await withLink();
    const old = dog.settings;
    dog.clock.advance(minutes(1));
    const young = dog.restart({ policy: never });
    for (let minute = 0; minute < 30; minute += 1) {
      const since = dog.clock.now();
      await reconcile({ bastionId: dog.bastion.id, cause: "person", since }, dog.ports, young);
      dog.use(old);
      await dog.run(minutes(1));
    }
    expect(changes(dog)).toHaveLength(2);
  });
});
