import { describe, expect, it } from "vitest";
import { parseAnchor } from "../../../../src/core/domain/ledger/anchor.ts";
import { sha256 } from "../../../../src/core/domain/hash.ts";
import { watchdogPartition } from "../../../../src/core/domain/partition.ts";
import { anchor } from "../../../../src/core/flows/scheduled/anchor.ts";
import { verifyStored } from "../../../../src/core/flows/store/read-ledger.ts";
import { days, hours, minutes } from "../../../../src/core/domain/time.ts";
import { evidenceWorld } from "../../../memory/evidence-ports.ts";
import { aChain, fill } from "../../../memory/ledgers.ts";
import { hubPartition } from "../../../memory/watchdog.ts";

const anchored = ({ dog }: ReturnType<typeof evidenceWorld>) =>
  dog.table.ledger(watchdogPartition).filter(({ kind }) => kind === "anchored");

describe("An hourly anchor", () => {
  it("holds the newest fact of every ledger, and is a fact in the watchdog's own", async () => {
    const world = evidenceWorld();
    const facts = aChain(6);
    await fill(world.dog.table, world.dog.bastion, facts);
    await world.dog.table.noteWatched("s-1", world.dog.clock.now());
    const { hash, ...written } = await anchor(world.ports, world.settings);
    expect(written).toMatchObject({
      ...{ number: 1, previous: "", all: true, objections: [] },
      heads: [{ partition: hubPartition, seq: 8, hash: facts[5]?.hash }],
      firstLists: [{ subscriptionId: "s-1", since: world.dog.clock.now() }],
    });
    const text = world.evidence.blobs.get("anchors/1.json") ?? "";
    expect(hash).toBe(sha256(text));
    expect(parseAnchor({ name: "anchors/1.json", text })).toStrictEqual(written);
    expect(anchored(world)).toMatchObject([
      { data: { number: 1, hash, ledgers: 1, objections: 0, blob: "anchors/1.json" } },
    ]);
  });

  it("follows the one before, and names only what changed, but all in the first of a day", async () => {
    const world = evidenceWorld();
    await fill(world.dog.table, world.dog.bastion, aChain(6));
    const first = await anchor(world.ports, world.settings);
    world.dog.clock.advance(hours(1));
    const second = await anchor(world.ports, world.settings);
    expect(second).toMatchObject({
      ...{ number: 2, previous: first.hash, all: false },
      heads: [{ partition: watchdogPartition, seq: 1, hash: anchored(world)[0]?.hash }],
    });
    world.dog.clock.advance(days(1));
    expect(await anchor(world.ports, world.settings)).toMatchObject({
      ...{ number: 3, all: true, objections: [] },
      heads: [{ partition: hubPartition }, { partition: watchdogPartition, seq: 2 }],
    });
    expect(await verifyStored(watchdogPartition, world.ports)).toMatchObject({ ok: true, count: 3 });
  });

  it("goes on without a gap after hours in which none was written", async () => {
    const world = evidenceWorld();
    await anchor(world.ports, world.settings);
    world.dog.clock.advance(days(3));
    expect(await anchor(world.ports, world.settings)).toMatchObject({ number: 2, objections: [] });
  });

  it("is written by each of two at once, one behind the other", async () => {
    const world = evidenceWorld();
    await fill(world.dog.table, world.dog.bastion, aChain(3));
    const both = await Promise.all([
      anchor(world.ports, world.settings),
      anchor(world.ports, world.settings),
    ]);
    expect(both.map(({ number }) => number).sort()).toStrictEqual([1, 2]);
    world.dog.clock.advance(minutes(60));
    expect(await anchor(world.ports, world.settings)).toMatchObject({ number: 3, objections: [] });
  });

  it("costs a damaged host row its own ledger, which it objects to, and no other", async () => {
    const world = evidenceWorld();
    await fill(world.dog.table, world.dog.bastion, aChain(3));
    await anchor(world.ports, world.settings);
    world.dog.table.tamper(hubPartition, "0host", {});
    world.dog.clock.advance(hours(1));
    expect(await anchor(world.ports, world.settings)).toMatchObject({
      heads: [{ partition: watchdogPartition }],
      objections: [{ reason: "unreadable", partition: hubPartition }],
    });
  });

  it("survives a crash at every call, and ends with one line that holds, and one policy", async () => {
    const calls = async (failAt?: readonly [number, "before" | "after"]) => {
      const world = evidenceWorld();
      await fill(world.dog.table, world.dog.bastion, aChain(3));
      const before = world.dog.crashes.calls();
      if (failAt) {
        world.dog.crashes.failAt(...failAt);
        await expect(anchor(world.ports, world.settings)).rejects.toThrow("Crash");
      }
      const last = await anchor(world.ports, world.settings);
      const total = world.dog.crashes.calls() - before;
      const names = [...world.evidence.blobs.keys()];
      expect(names.filter((name) => name.startsWith("policies/"))).toHaveLength(1);
      expect(names.filter((name) => name.startsWith("anchors/"))).toHaveLength(last.number);
      expect(last.objections).toStrictEqual([]);
      expect(anchored(world).at(-1)).toMatchObject({ data: { number: last.number } });
      return total;
    };
    const total = await calls();
    expect(total).toBe(9);
    for (let call = 1; call <= total; call += 1)
      for (const when of ["before", "after"] as const) await calls([call, when]);
  });
});
