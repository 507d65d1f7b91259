import { describe, expect, it } from "vitest";
import { parseAnchor, witnessIn } from "../../../../src/core/domain/ledger/anchor.ts";
import { verifyLedger } from "../../../../src/core/domain/ledger/verify-ledger.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { anchor, newestAnchor } from "../../../../src/core/flows/scheduled/anchor.ts";
import { verifyStored } from "../../../../src/core/flows/store/read-ledger.ts";
import { hours, minutes } from "../../../../src/core/domain/time.ts";
import { evidenceWorld } from "../../../memory/evidence-ports.ts";
import { aChain, fill } from "../../../memory/ledgers.ts";
import { hubPartition } from "../../../memory/watchdog.ts";

const anchored = ({ dog }: ReturnType<typeof evidenceWorld>) =>
  dog.table.ledger(watchdogPartition).filter(({ kind }) => kind === "anchored");

describe("An hourly anchor", () => {
  it("holds where every chain stands, and is a fact in the watchdog's own ledger", async () => {
    const world = evidenceWorld();
    const facts = aChain(6);
    await fill(world.dog.table, world.dog.bastion, facts);
    const written = await anchor(world.ports, world.settings);
    expect(written.heads).toStrictEqual([{ partition: hubPartition, seq: 9, hash: facts[5]?.hash }]);
    expect(await world.evidence.list("anchors/")).toStrictEqual(["anchors/2026/11/21/08.json"]);
    expect(parseAnchor(world.evidence.blobs.get("anchors/2026/11/21/08.json") ?? "")).toStrictEqual(written);
    expect(anchored(world)).toMatchObject([
      { data: { hash: written.hash, ledgers: 1, blob: "anchors/2026/11/21/08.json" } },
    ]);
    expect(verifyLedger(facts, { head: witnessIn(written, hubPartition) })).toMatchObject({ ok: true });
  });

  it("is written once an hour, and includes the fact about the one before", async () => {
    const world = evidenceWorld();
    const first = await anchor(world.ports, world.settings);
    world.dog.clock.advance(minutes(30));
    expect(await anchor(world.ports, world.settings)).toStrictEqual(first);
    expect(anchored(world)).toHaveLength(1);
    world.dog.clock.advance(hours(1));
    const second = await anchor(world.ports, world.settings);
    expect(second.heads).toStrictEqual([
      { partition: watchdogPartition, seq: 1, hash: anchored(world)[0]?.hash },
    ]);
    expect(await newestAnchor(world.ports)).toStrictEqual(second);
    expect(await verifyStored(watchdogPartition, world.ports)).toMatchObject({ ok: true, count: 2 });
  });

  it("is undefined before there was one", async () => {
    expect(await newestAnchor(evidenceWorld().ports)).toBeUndefined();
  });

  it("that somebody altered is not believed", async () => {
    const world = evidenceWorld();
    await anchor(world.ports, world.settings);
    world.evidence.blobs.set(
      "anchors/2026/11/21/08.json",
      '{"version":1,"at":"2026-11-21T08:00:00Z","hash":"x","heads":[]}',
    );
    await expect(newestAnchor(world.ports)).rejects.toThrow("was altered");
    await expect(anchor(world.ports, world.settings)).rejects.toThrow("was altered");
  });

  it("survives a crash at every call, and ends with one anchor, one policy and one fact", async () => {
    const calls = async (failAt?: readonly [number, "before" | "after"]) => {
      const world = evidenceWorld();
      await fill(world.dog.table, world.dog.bastion, aChain(3));
      const before = world.dog.crashes.calls();
      if (failAt) {
        world.dog.crashes.failAt(...failAt);
        await expect(anchor(world.ports, world.settings)).rejects.toThrow("Crash");
      }
      await anchor(world.ports, world.settings);
      expect(world.evidence.blobs.size).toBe(2);
      expect(anchored(world)).toHaveLength(1);
      return world.dog.crashes.calls() - before;
    };
    const total = await calls();
    expect(total).toBe(6);
    for (let call = 1; call <= total; call += 1)
      for (const when of ["before", "after"] as const) await calls([call, when]);
  });
});
