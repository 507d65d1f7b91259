import { beforeEach, describe, expect, it } from "vitest";
import { watchdogPartition, type Partition } from "../../src/core/domain/partition.ts";
import { after, days, hours, isoInstant, minutes } from "../../src/core/domain/time.ts";
import { anchor } from "../../src/core/flows/scheduled/anchor.ts";
import { archive } from "../../src/core/flows/scheduled/archive.ts";
import type { EvidenceWorld } from "../memory/evidence-ports.ts";
import { vmId } from "../memory/samples.ts";
import { hubPartition } from "../memory/watchdog.ts";
import {
  anchoredWorld,
  anHourLater,
  objections,
  rewrite,
  verdict,
  withoutProduction,
} from "./evidence-forger.ts";

let world: EvidenceWorld;
beforeEach(async () => {
  world = await anchoredWorld();
});

it("Nothing is objected to while nobody meddles", async () => {
  expect(await verdict(world)).toMatchObject([0, expect.stringContaining("Compared with 2 anchors")]);
  expect(objections(world)).toStrictEqual([]);
});

describe("Whoever rewrites a ledger", () => {
  it("is found by verify at any time after, and told of, high, with the next anchor", async () => {
    await rewrite(world, hubPartition, withoutProduction);
    expect(await verdict(world)).toMatchObject([2, expect.stringContaining("anchor 1 saw")]);
    await anHourLater(world);
    expect(objections(world)).toMatchObject([{ severity: "high", kind: "watchdog-trouble" }]);
    for (const wait of [hours(1), days(3)]) {
      await world.dog.run(wait);
      await anchor(world.ports, world.settings);
      expect(await verdict(world)).toMatchObject([2, expect.stringContaining("anchor 1 saw")]);
    }
  });

  it("is found where only what lies between two anchors is written anew", async () => {
    await rewrite(world, hubPartition, (facts) =>
      facts.map((fact, index) =>
        index === facts.length - 1 ? { ...fact, data: { note: "nothing" } } : fact,
      ),
    );
    await anHourLater(world);
    expect(objections(world)).toMatchObject([
      {
        notes: [
          { objections: { shown: [{ reason: "rewritten", partition: hubPartition, number: 2 }], more: 0 } },
        ],
      },
    ]);
    expect(await verdict(world)).toMatchObject([2, expect.stringContaining("anchor 2 saw")]);
  });

  it("is found where one fact holds something else under its old hash", async () => {
    const { host } = await world.dog.table.read(hubPartition);
    const key = `9ledger:${String(host?.headSeq).padStart(12, "0")}`;
    const fact = world.dog.table.ledger(hubPartition).at(-1);
    world.dog.table.tamper(hubPartition, key, { ...fact, data: { note: "nothing" } });
    world.dog.azure.create(world.dog.bastion, vmId("vm-other"));
    await world.dog.event({});
    await anHourLater(world);
    expect(objections(world)).toHaveLength(1);
    expect((await verdict(world))[0]).toBe(2);
  });

  it("is found where the end is cut off, host row and all", async () => {
    await rewrite(world, hubPartition, (facts) => facts.slice(0, -2));
    await anHourLater(world);
    expect(objections(world)).toHaveLength(1);
    expect((await verdict(world))[0]).toBe(2);
  });

  it("is told of once a day, not every hour", async () => {
    await rewrite(world, hubPartition, withoutProduction);
    for (let hour = 0; hour < 6; hour += 1) await anHourLater(world);
    expect(objections(world)).toHaveLength(1);
    await rewrite(world, watchdogPartition, (facts) => facts.slice(0, -2));
    await anHourLater(world);
    expect(objections(world)).toHaveLength(2);
  });

  it("is found where it is dated back behind the newest anchor, as a fact that was always there", async () => {
    await rewrite(world, hubPartition, (facts) => {
      const last = facts.at(-1);
      return last ? [...facts, { ...last, seq: last.seq + 1, at: after(last.at, -minutes(30)) }] : [];
    });
    expect(await verdict(world)).toMatchObject([2, expect.stringContaining("is dated")]);
  });
});

describe("Whoever deletes", () => {
  it("the whole table is told of, and finds no grace for it", async () => {
    const { dog } = world;
    const link = dog.azure.create(dog.bastion, vmId("vm-prod-db-02"), isoInstant(dog.clock.now()));
    for (const [partition, rows] of dog.table.everything())
      for (const { key } of rows) dog.table.tamper(partition as Partition, key, undefined);
    const before = dog.heard().length;
    await anchor(world.ports, world.settings);
    expect(objections(world)).toMatchObject([
      {
        notes: [
          {
            objections: {
              shown: [{ reason: "table-empty" }, { reason: "first-list-moved" }],
            },
          },
        ],
      },
    ]);
    dog.clock.advance(minutes(11));
    await dog.sweep();
    await dog.run(minutes(10));
    expect(
      dog
        .heard()
        .slice(before)
        .map(({ kind }) => kind),
    ).toContain("unannounced");
    expect(dog.azure.links.some(({ linkId }) => linkId === link)).toBe(false);
    expect((await verdict(world))[0]).toBe(2);
  });

  it("a ledger with its row in the index is told of", async () => {
    const { dog } = world;
    for (const { key } of dog.table.everything().get(hubPartition) ?? [])
      dog.table.tamper(hubPartition, key, undefined);
    dog.table.tamper("|index" as Partition, hubPartition, undefined);
    await anchor(world.ports, world.settings);
    expect(objections(world)).toMatchObject([
      { notes: [{ objections: { shown: [{ reason: "ledger-gone", partition: hubPartition }] } }] },
    ]);
    expect(await verdict(world)).toMatchObject([2, expect.stringContaining("The ledger is empty there")]);
  });

  it("all anchors, or the newest, is told of: facts speak of them", async () => {
    world.evidence.blobs.delete("anchors/2.json");
    expect(await verdict(world)).toMatchObject([2, expect.stringContaining("Anchor 2 is missing")]);
    world.evidence.blobs.delete("anchors/1.json");
    expect((await verdict(world))[0]).toBe(2);
    await anchor(world.ports, world.settings);
    expect(objections(world)).toMatchObject([
      { notes: [{ objections: { shown: [{ reason: "anchor-missing", from: 1, to: 2 }] } }] },
    ]);
    expect(await verdict(world)).toMatchObject([
      2,
      expect.stringContaining("is not the one that the watchdog wrote"),
    ]);
  });

  it("one of the anchors between leaves a gap for ever", async () => {
    await anHourLater(world);
    world.evidence.blobs.delete("anchors/2.json");
    await anHourLater(world);
    await anHourLater(world);
    expect(objections(world)).toHaveLength(1);
    expect(await verdict(world)).toMatchObject([2, expect.stringContaining("Anchor 2 is missing")]);
  });
});

it("The nightly run goes on beside all that", async () => {
  await rewrite(world, hubPartition, withoutProduction);
  await expect(archive(world.ports, world.settings)).resolves.toMatchObject({ facts: 0 });
});
