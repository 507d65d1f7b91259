import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../../../src/core/domain/ledger/verify-ledger.ts";
import { watchdogPartition, type Partition } from "../../../../src/core/domain/partition.ts";
import { archive } from "../../../../src/core/flows/scheduled/archive.ts";
import { ledgerFrom, readPage, verifyStored } from "../../../../src/core/flows/store/read-ledger.ts";
import { at } from "../../../memory/clock.ts";
import { evidenceWorld, type EvidenceWorld } from "../../../memory/evidence-ports.ts";
import { aChain, all, fill } from "../../../memory/ledgers.ts";
import { aBastion } from "../../../memory/samples.ts";
import { hubPartition } from "../../../memory/watchdog.ts";

/** 300 facts, a minute apart; the clock then says that the first 200 are older than the retention of 397 days. */
const facts = aChain(300, at("2025-10-20T00:00:00Z"));
const now = at("2026-11-21T03:20:00Z");

async function oldLedger(): Promise<EvidenceWorld> {
  const world = evidenceWorld();
  world.dog.clock.set(now);
  await fill(world.dog.table, world.dog.bastion, facts);
  return world;
}

const run = (world: EvidenceWorld) => archive(world.ports, world.settings);
const inTable = ({ dog }: EvidenceWorld, partition: Partition = hubPartition) =>
  dog.table.ledger(partition).map(({ seq }) => seq);
const told = ({ dog }: EvidenceWorld, kind: string) =>
  dog.table.ledger(watchdogPartition).filter((fact) => fact.kind === kind);

/** What must be so after any number of runs, however they ended. */
async function expectWhole(world: EvidenceWorld): Promise<void> {
  expect(await all(ledgerFrom(hubPartition, 0, world.ports))).toMatchObject(expected);
  expect(await verifyStored(hubPartition, world.ports)).toMatchObject({ ok: true, count: 300 });
  expect(await verifyStored(watchdogPartition, world.ports)).toMatchObject({ ok: true });
}
/** A fact that went through a blob has no fields that are undefined. */
const expected = facts.map((fact) => JSON.parse(JSON.stringify(fact)) as object);

describe("The archive", () => {
  it("holds what is older than the retention, and the table the rest", async () => {
    const world = await oldLedger();
    expect(await run(world)).toStrictEqual({ facts: 200 });
    expect([...world.evidence.blobs.keys()]).toStrictEqual([
      "ledger/2739f03444930a82a6468c55203d0390/000000000001-000000000299.jsonl",
    ]);
    expect(inTable(world).slice(0, 2)).toStrictEqual([301, 302]);
    expect(await world.dog.table.archivedTo(hubPartition)).toMatchObject({
      seq: 299,
      hash: facts[199]?.hash,
    });
    expect(told(world, "ledger-archived")).toMatchObject([
      { data: { partition: hubPartition, from: 1, to: 299, facts: 200, hash: facts[199]?.hash } },
    ]);
    await expectWhole(world);
  });

  it("ends where the table's first fact begins", async () => {
    const world = await oldLedger();
    await run(world);
    const from = await world.dog.table.archivedTo(hubPartition);
    expect(verifyLedger(world.dog.table.ledger(hubPartition), { from })).toMatchObject({
      ok: true,
      count: 100,
    });
  });

  it("is left alone by a second run, and goes on later", async () => {
    const world = await oldLedger();
    await run(world);
    expect(await run(world)).toStrictEqual({ facts: 0 });
    world.dog.clock.set(at("2026-11-21T03:30:00Z"));
    expect(await run(world)).toStrictEqual({ facts: 10 });
    expect(world.evidence.blobs.size).toBe(2);
    await expectWhole(world);
  });

  it("takes a whole ledger, which then still verifies", async () => {
    const world = await oldLedger();
    world.dog.clock.set(at("2027-12-31T00:00:00Z"));
    expect(await run(world)).toStrictEqual({ facts: 300 });
    expect(inTable(world)).toStrictEqual([]);
    expect(await verifyStored(hubPartition, world.ports)).toMatchObject({ ok: true, count: 300 });
  });

  it("takes the watchdog's own ledger, too", async () => {
    const world = evidenceWorld();
    world.dog.clock.set(now);
    await fill(world.dog.table, "watchdog", aChain(5, at("2025-01-01T00:00:00Z")));
    expect(await run(world)).toStrictEqual({ facts: 5 });
    expect(await verifyStored(watchdogPartition, world.ports)).toMatchObject({ ok: true, count: 6 });
  });

  it("is read page by page without a seam", async () => {
    const world = await oldLedger();
    await run(world);
    const read: number[] = [];
    for (let from: number | undefined = 0; from !== undefined;) {
      const page = await readPage({ partition: hubPartition, from, limit: 70 }, world.ports);
      expect(page.verification.ok).toBe(true);
      read.push(...page.records.map(({ seq }) => seq));
      from = page.next;
    }
    expect(read).toStrictEqual(facts.map(({ seq }) => seq));
  });

  it(
    "survives a crash before and after every call: nothing is lost, nothing is there twice",
    { timeout: 60_000 },
    async () => {
      const reference = await oldLedger();
      const setUp = reference.dog.crashes.calls();
      await run(reference);
      const calls = reference.dog.crashes.calls() - setUp;
      expect(calls).toBeGreaterThan(15);
      for (let call = 1; call <= calls; call += 1) {
        for (const when of ["before", "after"] as const) {
          const world = await oldLedger();
          world.dog.crashes.failAt(call, when);
          await expect(run(world)).rejects.toThrow("Crash");
          await expectWhole(world);
          world.dog.clock.set(at("2026-11-21T03:30:00Z"));
          await run(world);
          expect(inTable(world)[0]).toBeGreaterThan(299);
          await expectWhole(world);
        }
      }
    },
  );

  it("adopts the blob of a run that died, although more facts are old by now", async () => {
    const world = await oldLedger();
    for (let call = 1; world.evidence.blobs.size === 0; call += 1) {
      world.dog.crashes.failAt(call, "after");
      await run(world).catch(() => undefined);
    }
    world.dog.clock.set(at("2026-11-21T03:30:00Z"));
    await run(world);
    expect([...world.evidence.blobs.keys()].map((name) => name.slice(-31))).toStrictEqual([
      "000000000001-000000000299.jsonl",
      "000000000301-000000000314.jsonl",
    ]);
    await expectWhole(world);
  });
});

describe("The archive touches nothing of a ledger that is broken, and tells", () => {
  const expectTold = async (world: EvidenceWorld, why: string) => {
    const before = inTable(world);
    await expect(run(world)).rejects.toThrow(why);
    expect(inTable(world)).toStrictEqual(before);
    expect(told(world, "ledger-broken")).toMatchObject([
      { data: { why: expect.stringContaining(why) as unknown } },
    ]);
    expect(world.dog.heard()).toMatchObject([{ kind: "watchdog-trouble", severity: "high" }]);
  };
  const key = (seq: number) => `9ledger:${String(seq).padStart(12, "0")}`;

  it("when a fact was altered", async () => {
    const world = await oldLedger();
    world.dog.table.tamper(hubPartition, key(4), { ...facts[2], at: now });
    await expectTold(world, "Fact 4 does not have the content it was written with");
  });

  it("when a fact was dropped behind what would be archived", async () => {
    const world = await oldLedger();
    world.dog.table.tamper(hubPartition, key(400), undefined);
    await expectTold(world, "a fact between them is missing");
  });

  it("when somebody moved its mark to have facts deleted", async () => {
    const world = await oldLedger();
    await world.dog.table.markArchived(hubPartition, { seq: 299, hash: facts[199]?.hash ?? "" }, undefined);
    await expectTold(world, "fact 1 counts as archived, but the archive does not contain it");
  });

  it("when the blob of that name holds something else", async () => {
    const world = await oldLedger();
    await run(await oldLedger());
    world.evidence.blobs.set(
      "ledger/2739f03444930a82a6468c55203d0390/000000000001-000000000299.jsonl",
      "something else\n",
    );
    await expectTold(world, "does not hold what the table holds");
  });

  it("when a blob claims facts that the table does not hold", async () => {
    const world = await oldLedger();
    world.evidence.blobs.set("ledger/2739f03444930a82a6468c55203d0390/000000000002-000000000003.jsonl", "");
    await expectTold(world, "the table does not hold the facts of the blob");
  });

  it("while the ledgers of others are archived", async () => {
    const world = await oldLedger();
    await fill(world.dog.table, aBastion("bas-spoke"), facts);
    world.dog.table.tamper(hubPartition, key(4), undefined);
    await expect(run(world)).rejects.toThrow("Archiving is incomplete");
    expect(told(world, "ledger-archived")).toHaveLength(1);
    expect(inTable(world)).toHaveLength(299);
  });
});

it("An archived fact that somebody alters or drops is found, and where", async () => {
  const world = await oldLedger();
  await run(world);
  const [[name, text] = ["", ""]] = world.evidence.blobs;
  world.evidence.blobs.set(name, text.replace('"count":2,', '"count":3,'));
  expect(await verifyStored(hubPartition, world.ports)).toMatchObject({
    ok: false,
    seq: 4,
    reason: "wrong-hash",
  });
  world.evidence.blobs.set(name, text.split("\n").toSpliced(10, 1).join("\n"));
  expect(await verifyStored(hubPartition, world.ports)).toMatchObject({
    ok: false,
    seq: 17,
    reason: "wrong-previous",
  });
  world.evidence.blobs.set(name, text.replace('"seq":4,', '"seq":"four",'));
  expect(await verifyStored(hubPartition, world.ports)).toMatchObject({
    ok: false,
    seq: 3,
    reason: "unreadable",
  });
  world.evidence.blobs.delete(name);
  expect(await verifyStored(hubPartition, world.ports)).toMatchObject({
    ok: false,
    seq: 301,
    reason: "wrong-previous",
  });
});
