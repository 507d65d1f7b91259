import { describe, expect, it } from "vitest";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { after, days, hours, minutes, seconds } from "../../../../src/core/domain/time.ts";
import { vmId } from "../../../memory/samples.ts";
import { hubPartition, ourPrincipal, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

const deletes = "bastionHosts/deleteShareableLinksByToken/action";
const reads = "bastionHosts/getShareableLinks/action";
const kindsIn = (dog: Watchdog, since = 0) =>
  dog
    .heard()
    .slice(since)
    .map(({ kind, severity }) => `${kind} ${severity}`);
const factsIn = (dog: Watchdog) => dog.table.ledger(watchdogPartition).map(({ kind }) => kind);

/** A watchdog whose witness has been there for an hour, and whose Event Grid has brought something. */
async function settled(): Promise<Watchdog> {
  const dog = watchdog();
  await dog.sweep();
  await dog.run(minutes(1));
  await dog.witness();
  dog.azure.create(dog.bastion, vmId("vm-1"));
  dog.activity.did({ correlationId: "first" });
  await dog.event({ correlationId: "first" });
  for (let quarter = 0; quarter < 4; quarter += 1) {
    await dog.run(minutes(15));
    await dog.witness();
  }
  expect(kindsIn(dog)).toStrictEqual(["created medium"]);
  return dog;
}

describe("The second witness", () => {
  it("says nothing of what Event Grid brought, and knows when each last spoke", async () => {
    const dog = await settled();
    const [row] = await dog.table.witnesses();
    expect(row?.witness).toMatchObject({
      readTo: dog.clock.now(),
      logSpokeAt: after(dog.clock.now(), -hours(1)),
      eventsSpokeAt: after(dog.clock.now(), -hours(1)),
      unread: undefined,
    });
  });

  it("has a create that Event Grid did not bring looked for and told, though its link is gone", async () => {
    const dog = await settled();
    const link = dog.azure.create(dog.bastion, vmId("vm-2"));
    dog.activity.did({ beganAt: after(dog.clock.now(), -seconds(12)) });
    dog.azure.remove(link);
    dog.activity.did({ operation: deletes });
    await dog.run(minutes(9));
    await dog.witness();
    expect(kindsIn(dog, 1)).toStrictEqual([]);
    await dog.run(minutes(1));
    await dog.witness();
    await dog.run(minutes(5));
    expect(kindsIn(dog, 1)).toStrictEqual(["events-missing high", "created-and-gone medium"]);
    expect(dog.heard()[1]).toMatchObject({
      actors: { caller: { kind: "known", caller: { userPrincipalName: "jane@contoso.example" } } },
      notes: [
        {
          kind: "events-missing",
          subscriptionId: dog.bastion.subscriptionId,
          operations: [
            {
              operation: "create",
              bastionId: dog.bastion.id,
              caller: { userPrincipalName: "jane@contoso.example" },
            },
            {
              operation: "delete",
              bastionId: dog.bastion.id,
              caller: { userPrincipalName: "jane@contoso.example" },
            },
          ],
          more: 0,
        },
      ],
    });
    expect(factsIn(dog)).toContain("events-missing");
  });

  it("tells the same no second time, whatever is read again", async () => {
    const dog = await settled();
    dog.activity.did({ operation: deletes });
    for (let quarter = 0; quarter < 8; quarter += 1) {
      await dog.run(minutes(15));
      await dog.witness();
    }
    expect(kindsIn(dog, 1).filter((one) => one.startsWith("events-missing"))).toStrictEqual([
      "events-missing medium",
    ]);
  });

  it("tells once a day, and a create after a day's first that was none", async () => {
    const dog = await settled();
    const told = async () => {
      await dog.run(minutes(15));
      await dog.witness();
      return kindsIn(dog).filter((one) => one.startsWith("events-missing"));
    };
    dog.activity.did({ operation: deletes });
    expect(await told()).toStrictEqual(["events-missing medium"]);
    dog.activity.did({ operation: deletes });
    expect(await told()).toStrictEqual(["events-missing medium"]);
    dog.activity.did();
    expect(await told()).toStrictEqual(["events-missing medium", "events-missing high"]);
    dog.activity.did();
    expect(await told()).toStrictEqual(["events-missing medium", "events-missing high"]);
    for (let hour = 0; hour < 24; hour += 1) {
      await dog.run(hours(1));
      await dog.witness();
    }
    dog.activity.did();
    expect(await told()).toHaveLength(3);
  });

  it("drops our own reads, and our own deletes by their ids", async () => {
    const dog = await settled();
    const ours = { objectId: ourPrincipal, userPrincipalName: undefined };
    dog.activity.did({ operation: reads, caller: ours });
    await dog.run(hours(7));
    await dog.sweep();
    await dog.run(minutes(2));
    const { host } = await dog.table.readHost(hubPartition);
    const [own] = host?.ownDeletes ?? [];
    expect(own).toBeDefined();
    dog.activity.did({ operation: deletes, caller: ours, correlationId: own?.correlationId ?? "" });
    const before = dog.heard().length;
    await dog.run(minutes(12));
    await dog.witness();
    await dog.run(minutes(5));
    expect(kindsIn(dog, before)).toStrictEqual([]);
  });

  it("lets a delete by our identity that is not ours be told as misuse", async () => {
    const dog = await settled();
    dog.activity.did({ operation: deletes, caller: { objectId: ourPrincipal } });
    await dog.run(minutes(12));
    await dog.witness();
    await dog.run(minutes(1));
    expect(kindsIn(dog, 1)).toStrictEqual(["events-missing medium", "identity-misused high"]);
  });

  it("at its first start names creators of the last hour, and tells of nothing else", async () => {
    const dog = watchdog();
    const at = dog.clock.now();
    dog.azure.create(dog.bastion, vmId("vm-1"));
    dog.activity.did({ at });
    dog.activity.did({ operation: deletes, at: after(at, minutes(1)) });
    dog.activity.did({ at: after(at, minutes(1)) });
    await dog.run(minutes(20));
    await dog.sweep();
    await dog.run(minutes(1));
    const before = dog.heard().length;
    for (let run = 0; run < 4; run += 1) {
      await dog.witness();
      await dog.run(minutes(15));
    }
    expect(kindsIn(dog, before)).toStrictEqual(["creator-reported low"]);
  });

  it("says of a subscription of which Event Grid never brought anything that Azure does not publish there, once", async () => {
    const dog = watchdog();
    await dog.sweep();
    await dog.run(minutes(1));
    await dog.witness();
    for (let quarter = 0; quarter < 4; quarter += 1) {
      dog.azure.create(dog.bastion, vmId(`vm-${quarter}`));
      dog.activity.did();
      await dog.run(minutes(15));
      await dog.witness();
      await dog.run(minutes(1));
    }
    const missing = dog.heard().filter(({ kind }) => kind === "events-missing");
    expect(missing.map(({ severity }) => severity)).toStrictEqual(["medium"]);
    expect(missing[0]?.notes).toMatchObject([{ lastEventAt: undefined }]);
    expect(kindsIn(dog).filter((one) => one.startsWith("created "))).toHaveLength(4);
  });

  it("takes an event that comes after the log told of it for the same operation", async () => {
    const dog = await settled();
    dog.azure.create(dog.bastion, vmId("vm-2"));
    const at = dog.clock.now();
    dog.activity.did({ correlationId: "late" });
    await dog.run(minutes(12));
    await dog.witness();
    await dog.run(minutes(5));
    const before = dog.heard().length;
    await dog.event({ correlationId: "late", at });
    await dog.run(minutes(10));
    expect(kindsIn(dog, before)).toStrictEqual([]);
  });

  it.each([1, 2])(
    "takes an event that comes while a record waits to be taken for one operation of its call's %i",
    async (creates) => {
      const dog = await settled();
      const at = dog.clock.now();
      for (let made = 0; made < creates; made += 1) {
        dog.azure.remove(dog.azure.create(dog.bastion, vmId("vm-2")));
        dog.activity.did({ correlationId: "one call" });
      }
      await dog.run(minutes(12));
      const before = dog.heard().length;
      await dog.witness();
      await dog.event({ correlationId: "one call", at });
      await dog.run(minutes(10));
      const gone = dog
        .heard()
        .slice(before)
        .flatMap(({ notes }) => notes.filter(({ kind }) => kind === "gone-before-seen"));
      expect(gone).toHaveLength(creates);
    },
  );

  it("finds a record that comes hours late, a day later", async () => {
    const dog = await settled();
    dog.activity.habits.delay = hours(5);
    dog.activity.did({ operation: deletes });
    dog.activity.habits.delay = 0;
    const missing = () => kindsIn(dog).filter((one) => one.startsWith("events-missing"));
    for (let hour = 0; hour < 23; hour += 1) {
      await dog.run(hours(1));
      await dog.witness();
    }
    expect(missing()).toStrictEqual([]);
    for (let hour = 0; hour < 3; hour += 1) {
      await dog.run(hours(1));
      await dog.witness();
    }
    expect(missing()).toStrictEqual(["events-missing medium"]);
  });

  it.each([
    ["a missing right, at once", { kind: "forbidden", why: "403 AuthorizationFailed" }, 1, 1],
    ["an outage of less than an hour", { kind: "failed", why: "500", retryAfter: undefined }, 4, 0],
    [
      "an outage of more than an hour, once a day",
      { kind: "failed", why: "500", retryAfter: undefined },
      9,
      1,
    ],
  ] as const)("tells of %s", async (_, unreadable, runs, told) => {
    const dog = await settled();
    dog.activity.habits.unreadable = unreadable;
    for (let run = 0; run < runs; run += 1) {
      await dog.run(minutes(15));
      await dog.witness();
    }
    expect(kindsIn(dog, 1)).toStrictEqual(Array<string>(told).fill("watchdog-trouble medium"));
    if (told > 0)
      expect(dog.heard()[1]?.notes).toMatchObject([
        { kind: "log-unread", why: unreadable.why, isForbidden: unreadable.kind === "forbidden" },
      ]);
    dog.activity.habits.unreadable = undefined;
    await dog.run(minutes(15));
    await dog.witness();
    expect((await dog.table.witnesses())[0]?.witness?.unread).toBeUndefined();
  });

  it("leaves Azure alone for as long as it asks, and an hour at most", async () => {
    const dog = await settled();
    const asked = () => dog.activity.asked.length;
    dog.activity.habits.unreadable = { kind: "busy", why: "429", retryAfter: minutes(20) };
    await dog.run(minutes(15));
    await dog.witness();
    dog.activity.habits.unreadable = { kind: "busy", why: "429", retryAfter: days(9) };
    const before = asked();
    await dog.run(minutes(15));
    await dog.witness();
    expect(asked()).toBe(before);
    await dog.run(minutes(6));
    await dog.witness();
    expect(asked()).toBeGreaterThan(before);
    dog.activity.habits.unreadable = undefined;
    await dog.run(minutes(61));
    await dog.witness();
    expect((await dog.table.witnesses())[0]?.witness).toMatchObject({ readTo: dog.clock.now() });
  });

  it("catches up with days at once, and tells of a gap that Azure has forgotten", async () => {
    const dog = await settled();
    await dog.run(days(3));
    dog.activity.did({ at: after(dog.clock.now(), -days(2)), operation: deletes });
    await dog.witness();
    expect(kindsIn(dog).filter((one) => one.startsWith("events-missing"))).toHaveLength(1);
    expect(kindsIn(dog).filter((one) => one.startsWith("watchdog-trouble"))).toHaveLength(0);
    const from = dog.clock.now();
    await dog.run(days(100));
    await dog.witness();
    const gaps = dog.heard().flatMap(({ notes }) => notes.filter(({ kind }) => kind === "log-unread"));
    expect(gaps).toMatchObject([{ gap: { from, until: after(dog.clock.now(), -days(90)) } }]);
  });

  it("reads 10,000 records an hour, and goes on in smaller steps beyond that", async () => {
    const dog = await settled();
    const quarter = async (records: number) => {
      for (let n = 0; n < records; n += 1)
        dog.activity.did({
          at: after(dog.clock.now(), (n * minutes(15)) / records),
          operation: reads,
          caller: { objectId: ourPrincipal },
        });
      await dog.run(minutes(15));
      await dog.witness();
      return (await dog.table.witnesses())[0]?.witness;
    };
    for (let n = 0; n < 4; n += 1)
      expect(await quarter(2_500)).toMatchObject({ readTo: dog.clock.now(), unread: undefined });
    expect(await quarter(6_000)).toMatchObject({ unread: { why: "more than 50 pages" } });
    for (let n = 0; n < 3; n += 1) await quarter(0);
    expect(await quarter(0)).toMatchObject({ readTo: dog.clock.now(), unread: undefined });
    expect(kindsIn(dog, 1)).toStrictEqual([]);
  });

  it("reads the day again, and says so, where its row was edited or cannot be read", async () => {
    for (const change of [{ readTo: after(watchdog().clock.now(), days(27_000)) }, undefined]) {
      const dog = await settled();
      const key = `5witness:${dog.bastion.subscriptionId}`;
      const row = (await dog.table.witnesses())[0]?.witness;
      dog.table.tamper(watchdogPartition, key, change ? { ...row, ...change } : { odd: 1 });
      dog.activity.did({ operation: deletes });
      await dog.run(minutes(15));
      await dog.witness();
      expect(kindsIn(dog, 1)).toContain("events-missing medium");
    }
  });

  it.each([
    ["bastion-watchdog-changes", "systemTopics/eventSubscriptions/delete", 1],
    ["bastion-watchdog-reads", "systemTopics/eventSubscriptions/write", 1],
    ["somebody-elses", "systemTopics/eventSubscriptions/delete", 0],
  ])("names who changed %s by %s: %i", async (name, operation, told) => {
    const dog = await settled();
    const topic = `/subscriptions/${dog.bastion.subscriptionId}/resourceGroups/rg/providers/Microsoft.EventGrid/systemTopics/evgt`;
    dog.activity.did({
      provider: "Microsoft.EventGrid",
      operation,
      resourceId: `${topic}/eventSubscriptions/${name}`,
    });
    for (let hour = 0; hour < 5; hour += 1) {
      await dog.run(hours(1));
      await dog.witness();
    }
    const changes = kindsIn(dog).filter((one) => one.startsWith("delivery-changed"));
    expect(changes).toStrictEqual(Array<string>(told).fill("delivery-changed high"));
    if (told > 0)
      expect(dog.heard()[1]?.notes).toMatchObject([
        {
          changes: [
            { what: "event subscription", name, caller: { userPrincipalName: "jane@contoso.example" } },
          ],
        },
      ]);
  });

  it("knows a topic of another name by the event subscription that was seen on it", async () => {
    const dog = await settled();
    const topic = `/subscriptions/${dog.bastion.subscriptionId}/resourceGroups/rg/providers/Microsoft.EventGrid/systemTopics/theirs`;
    const did = (operation: string, resourceId: string) => {
      dog.activity.did({ provider: "Microsoft.EventGrid", operation, resourceId });
    };
    did("systemTopics/write", `${topic}-other`);
    did("systemTopics/eventSubscriptions/write", `${topic}/eventSubscriptions/bastion-watchdog-changes`);
    await dog.run(hours(1));
    await dog.witness();
    did("systemTopics/delete", topic);
    did("systemTopics/delete", `${topic}-other`);
    await dog.run(hours(1));
    await dog.witness();
    const changes = dog
      .heard()
      .flatMap(({ notes }) =>
        notes.flatMap((note) => (note.kind === "delivery-changed" ? note.changes : [])),
      );
    expect(changes.map(({ name, deed }) => `${name} ${deed}`)).toStrictEqual([
      "bastion-watchdog-changes changed",
      "theirs deleted",
    ]);
  });

  it("loses nothing and tells nothing twice, wherever a run dies", async () => {
    for (const when of ["before", "after"] as const)
      for (let call = 1; call <= 14; call += 1) {
        const dog = await settled();
        dog.activity.did({ operation: deletes });
        await dog.run(minutes(12));
        dog.crashes.failAt(call, when);
        await dog.witness().catch(() => undefined);
        for (let run = 0; run < 2; run += 1) {
          await dog.run(minutes(15)).catch(() => undefined);
          await dog.witness().catch(() => undefined);
        }
        await dog.sweep();
        await dog.run(minutes(5));
        const time = { from: after(dog.clock.now(), -hours(1)), until: dog.clock.now() };
        const heard = (await dog.table.heard(hubPartition, time)).map(({ eventId }) => eventId);
        const ids = dog.heard().flatMap(({ kind, id }) => (kind === "events-missing" ? [id] : []));
        const told = [...new Set(ids)].map(() => "events-missing");
        expect([call, when, ...heard, ...told]).toStrictEqual([
          ...[call, when, "activity-log:record-1", "events-missing"],
        ]);
      }
  });

  it("goes on with the other subscriptions where one fails, and fails itself", async () => {
    const dog = watchdog(undefined, "enforce", [], {
      subscriptions: ["11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"],
    });
    dog.crashes.failAt(5, "before");
    await expect(dog.witness()).rejects.toThrow();
    expect(await dog.table.witnesses()).toHaveLength(1);
  });
});
