import { describe, expect, it } from "vitest";
import { isUnreadable } from "../../src/core/domain/ledger/ledger.ts";
import { newHost, UnreadableRow } from "../../src/core/domain/state/watched.ts";
import { partitionOf, watchdogPartition, type Partition } from "../../src/core/domain/partition.ts";
import { verifyStored } from "../../src/core/flows/store/read-ledger.ts";
import { azurite } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { aChain, all, fill } from "../memory/ledgers.ts";
import { aBastion, aClosedLink, aCommit, aLink, anAlert, anEntry, aSignal } from "../memory/samples.ts";
import { keyOf, ledgerKinds } from "./ledger-tables.ts";

const hub = aBastion("bas-hub");
const facts = aChain(6);
const factAt = (seq: number) => {
  const fact = facts.find((candidate) => candidate.seq === seq);
  if (!fact) throw new Error(`No fact has number ${seq}`);
  return fact;
};

describe.each(ledgerKinds(azurite()))("A ledger in $name", ({ open }) => {
  it("is read in its order, from any number on, as it was written", async () => {
    const { table } = open();
    const partition = await fill(table, hub, facts);
    expect(await all(table.readLedger(partition, 0))).toStrictEqual(facts);
    expect((await all(table.readLedger(partition, 3))).map(({ seq }) => seq)).toStrictEqual([4, 5, 7, 8]);
    expect((await all(table.readLedger(partition, 4))).map(({ seq }) => seq)).toStrictEqual([4, 5, 7, 8]);
    expect(await all(table.readLedger(partition, 9))).toStrictEqual([]);
  });

  it("that nobody ever wrote is empty", async () => {
    const { table } = open();
    expect(await all(table.readLedger(partitionOf(hub), 0))).toStrictEqual([]);
    expect(await table.heads()).toStrictEqual([]);
    expect(await table.archivedTo(partitionOf(hub))).toBeUndefined();
  });

  it("is read over several pages", async () => {
    const { table, evidence } = open();
    const partition = await fill(table, hub, aChain(1_100));
    expect(await all(table.readLedger(partition, 0))).toHaveLength(1_100);
    expect(await verifyStored(partition, { table, evidence })).toMatchObject({ ok: true, count: 1_100 });
  });

  it("has a head in every partition that was committed to, sorted, the watchdog's own included", async () => {
    const { table } = open();
    await fill(table, "watchdog", aChain(1));
    await fill(table, aBastion("bas-spoke"), aChain(2));
    await fill(table, hub, facts);
    await table.rememberBastions([aBastion("bas-never-read")]);
    expect(await table.heads()).toStrictEqual([
      { partition: partitionOf(hub), seq: factAt(8).seq, hash: factAt(8).hash, acceptedTo: 0 },
      { partition: partitionOf(aBastion("bas-spoke")), seq: 2, hash: aChain(2)[1]?.hash, acceptedTo: 0 },
      { partition: "|watchdog", seq: 1, hash: aChain(1)[0]?.hash, acceptedTo: 0 },
    ]);
  });

  it("has a head that cannot be read where the host row is damaged, and all the others", async () => {
    const { table, tamper } = open();
    await fill(table, "watchdog", aChain(1));
    const damaged = await fill(table, hub, facts);
    await tamper(damaged, "0host", {});
    expect(await table.heads()).toMatchObject([
      { partition: damaged, unreadable: expect.stringContaining("") as string },
      { partition: "|watchdog", seq: 1 },
    ]);
  });

  it("knows when each subscription was first listed, but for damaged rows", async () => {
    const { table, tamper } = open();
    const since = at("2026-11-21T08:00:00Z");
    for (const subscription of ["s-2", "s-1", "s-3"]) await table.noteWatched(subscription, since);
    await tamper(watchdogPartition, "5first:s-3", {});
    expect(await table.firstLists()).toStrictEqual([
      { subscriptionId: "s-1", since },
      { subscriptionId: "s-2", since },
    ]);
  });

  it("is read up to a number, too", async () => {
    const { table } = open();
    const partition = await fill(table, hub, facts);
    expect((await all(table.readLedger(partition, 2, 5))).map(({ seq }) => seq)).toStrictEqual(
      facts.map(({ seq }) => seq).filter((seq) => seq >= 2 && seq <= 5),
    );
  });

  it("moves the archive's mark only for who read it", async () => {
    const { table } = open();
    const partition = await fill(table, hub, facts);
    const first = await table.markArchived(partition, { seq: 2, hash: "two" }, undefined);
    expect(await table.archivedTo(partition)).toStrictEqual({ seq: 2, hash: "two", version: first });
    expect(await table.markArchived(partition, { seq: 1, hash: "one" }, undefined)).toBe("lost");
    if (first === "lost") throw new Error("The first mark was lost");
    const second = await table.markArchived(partition, { seq: 4, hash: "four" }, first);
    expect(await table.markArchived(partition, { seq: 5, hash: "five" }, first)).toBe("lost");
    expect(await table.archivedTo(partition)).toStrictEqual({ seq: 4, hash: "four", version: second });
  });

  it("drops facts up to a number, whatever else is in the partition, as often as asked", async () => {
    const { table, rowKeys } = open();
    const partition = await fill(table, hub, aChain(230));
    await table.markArchived(partition, { seq: 2, hash: "two" }, undefined);
    await table.dropLedger(partition, 340);
    await table.dropLedger(partition, 340);
    expect(await rowKeys(partition)).toStrictEqual([
      "0host",
      "9archived",
      keyOf(341),
      keyOf(343),
      keyOf(344),
    ]);
  });

  it("keeps out of what a reconcile reads", async () => {
    const { table } = open();
    const partition = await fill(table, hub, facts);
    await table.markArchived(partition, { seq: 2, hash: "two" }, undefined);
    expect(await table.read(partition)).toMatchObject({
      host: { seq: 9 },
      links: [],
      signals: [],
      outbox: [],
    });
  });

  it("is pruned of events seen, links closed and alerts sent, each by its own age", async () => {
    const { table, rowKeys } = open();
    const partition = await fill(table, hub, facts);
    const { version } = await table.read(partition);
    const signals = [
      aSignal("old", { receivedAt: at("2026-11-01T00:00:00Z") }),
      aSignal("new", { receivedAt: at("2026-11-21T00:00:00Z") }),
    ];
    for (const signal of signals) await table.rememberSignal(partition, signal);
    const old = { ...aClosedLink(aLink("old")), closedAt: at("2025-01-01T00:00:00Z") };
    const sent = (seq: number, when: string) => ({
      ...anEntry(seq, anAlert({ at: at(when) })),
      deliveries: {},
    });
    const host = { ...newHost(hub.id), seq: 20 };
    const outbox = [
      sent(11, "2025-01-01T00:00:00Z"),
      sent(12, "2026-11-20T00:00:00Z"),
      anEntry(13, anAlert({ at: at("2025-01-01T00:00:00Z") })),
    ];
    const put = [old.link, aLink("new")];
    const first = await table.commit(partition, aCommit(version, { host, put, outbox }));
    if (first === "conflict") throw new Error("conflict");
    await table.commit(partition, aCommit(first.version, { host, close: [old, aClosedLink(aLink("new"))] }));
    await table.prune(partition, { seen: at("2026-11-14T00:00:00Z"), finished: at("2025-10-20T00:00:00Z") });
    const keys = (await rowKeys(partition)).filter((key) => /^[38]/.test(key));
    expect(keys.map((key) => key.replace(/:[0-9TZ:.-]+:[0-9a-f]{32}$/, ":…"))).toStrictEqual([
      "3outbox:000000000013",
      "8closed:newaaaaaaaaaaaaaaaaaaaaaaa:1",
      "8seen:…",
      "8sent:000000000012",
    ]);
    expect(await all(table.readLedger(partition, 0))).toHaveLength(6);
  });
});

describe.each(ledgerKinds(azurite()))("Closed links in $name", ({ open }) => {
  const partition = partitionOf(hub);
  const ended = (name: string, when: string, life = 1) => ({
    ...aClosedLink(aLink(name, { life, rule: `rule of ${name}` })),
    closedAt: at(when),
  });
  const [march, april, again] = [
    ended("abc", "2026-03-01T00:00:00Z"),
    ended("xyz", "2026-04-01T00:00:00Z"),
    ended("abc", "2026-05-01T00:00:00Z", 2),
  ];

  async function withClosed() {
    const { table, tamper } = open();
    const host = newHost(hub.id);
    const put = [march, april, again].map(({ link }) => link);
    const first = await table.commit(partition, aCommit(undefined, { host, put }));
    if (first === "conflict") throw new Error("conflict");
    await table.commit(partition, aCommit(first.version, { host, close: [again, march, april] }));
    return { table, tamper };
  }

  it("are whole, with VM, creator and rule, from a moment on", async () => {
    const { table } = await withClosed();
    const since = async (moment: string) => await table.readClosed(partition, { since: at(moment) });
    expect(await since("2025-01-01T00:00:00Z")).toStrictEqual([march, again, april]);
    expect(await since("2026-04-01T00:00:00Z")).toStrictEqual([again, april]);
    expect(await since("2026-04-01T00:00:00.001Z")).toStrictEqual([again]);
    expect(await since("2026-06-01T00:00:00Z")).toStrictEqual([]);
  });

  it("are found by the link, each life of it and no other link", async () => {
    const { table } = await withClosed();
    expect(await table.readClosed(partition, { linkId: march.link.linkId })).toStrictEqual([march, again]);
    expect(await table.readClosed(partition, { linkId: april.link.linkId })).toStrictEqual([april]);
    expect(await table.readClosed(partition, { linkId: aLink("none").linkId })).toStrictEqual([]);
    expect(await table.readClosed(watchdogPartition, { linkId: march.link.linkId })).toStrictEqual([]);
  });

  it("of which a row cannot be read are not told as if it were not there", async () => {
    const { table, tamper } = await withClosed();
    await tamper(partition, `8closed:${april.link.linkId}:1`, {});
    await expect(table.readClosed(partition, { linkId: april.link.linkId })).rejects.toThrow(UnreadableRow);
    expect(await table.readClosed(partition, { linkId: march.link.linkId })).toHaveLength(2);
  });
});

describe.each(ledgerKinds(azurite()))("Tampering with a ledger in $name", ({ open }) => {
  const forged = { ...factAt(4), data: { note: "nothing happened" } };

  it.each([
    ["altering a fact", { 4: forged }, "wrong-hash at 4"],
    ["dropping the first fact", { 1: undefined }, "wrong-previous at 2"],
    ["dropping a fact", { 4: undefined }, "wrong-previous at 5"],
    ["dropping the last fact", { 8: undefined }, "truncated at 7"],
    [
      "dropping all facts",
      { 1: undefined, 2: undefined, 4: undefined, 5: undefined, 7: undefined, 8: undefined },
      "truncated at 0",
    ],
    ["inserting a fact", { 3: { ...factAt(4), seq: 3 } }, "wrong-hash at 3"],
    ["inserting a copy under another number", { 6: factAt(5) }, "unreadable at 6"],
    ["adding a fact that fits behind the end", { 12: { ...aChain(7)[6], seq: 12 } }, "wrong-hash at 12"],
    ["swapping two bodies", { 4: factAt(5), 5: factAt(4) }, "unreadable at 4"],
    [
      "swapping two facts, numbers and all",
      { 4: { ...factAt(5), seq: 4 }, 5: { ...factAt(4), seq: 5 } },
      "wrong-previous at 4",
    ],
  ])("%s is found, and where", async (_, rows: Readonly<Record<number, object | undefined>>, found) => {
    const { table, evidence, tamper } = open();
    const partition = await fill(table, hub, facts);
    for (const [seq, body] of Object.entries(rows)) await tamper(partition, keyOf(Number(seq)), body);
    const verification = await verifyStored(partition, { table, evidence });
    expect(verification.ok ? "holds" : `${verification.reason} at ${verification.seq}`).toBe(found);
  });

  it("adding a fact that follows the chain behind the end is found", async () => {
    const { table, evidence, tamper } = open();
    const seven = aChain(7);
    const partition = await fill(table, hub, facts);
    await tamper(partition, keyOf(10), seven[6]);
    expect(await verifyStored(partition, { table, evidence })).toMatchObject({
      ok: false,
      seq: 10,
      reason: "added",
    });
  });

  it.each(["0host", "1link:torn", "2signal:torn", "3outbox:000000000099", "8sent:000000000099"])(
    "a damaged row %s is no row, and the error says which",
    async (key) => {
      const { table, tamper } = open();
      const partition = await fill(table, hub, facts);
      await tamper(partition, key, {});
      const read = key.startsWith("8") ? table.readAlerts(partition, 0) : table.read(partition);
      await expect(read).rejects.toThrow(UnreadableRow);
      await expect(read).rejects.toThrow(key);
    },
  );

  it("cutting the end off host row and all is found by who has an anchor", async () => {
    const { table, evidence } = open();
    const partition = await fill(table, hub, facts.slice(0, 4));
    const witness = { seq: 9, hash: factAt(8).hash, by: "an anchor" };
    expect(await verifyStored(partition, { table, evidence })).toMatchObject({ ok: true, count: 4 });
    expect(await verifyStored(partition, { table, evidence }, { witnesses: [witness] })).toMatchObject({
      ok: false,
      seq: 5,
      reason: "truncated",
    });
  });
});

it("A row of Table Storage that is no fact is read as just that", async () => {
  const { open } = ledgerKinds(storage)[1] ?? { open: () => undefined };
  const under = open();
  if (!under) throw new Error("There is a second kind");
  const partition: Partition = await fill(under.table, hub, facts);
  await under.tamper(partition, keyOf(4), { hello: "world" });
  const record = (await all(under.table.readLedger(partition, 0)))[2];
  expect(record && isUnreadable(record) && record.unreadable).toContain("does not have the expected shape");
  expect(await verifyStored(partition, under)).toMatchObject({ ok: false, seq: 4, reason: "unreadable" });
});

const storage = azurite();
