import { beforeEach, describe, expect, it } from "vitest";
import { anchorHash } from "../../src/core/domain/ledger/anchor.ts";
import { watchdogPartition } from "../../src/core/domain/partition.ts";
import { after, days } from "../../src/core/domain/time.ts";
import { anchor } from "../../src/core/flows/scheduled/anchor.ts";
import type { EvidenceWorld } from "../memory/evidence-ports.ts";
import { hubPartition } from "../memory/watchdog.ts";
import {
  anchoredWorld,
  anHourLater,
  forge,
  objections,
  rewrite,
  verdict,
  withoutProduction,
} from "./evidence-forger.ts";

let world: EvidenceWorld;
beforeEach(async () => {
  world = await anchoredWorld();
});

describe("Whoever forges an anchor", () => {
  it.each([
    ["of the year 9999 under an old name", "anchors/9999/12/31/23.json", "among the anchors is not one"],
    ["with a number far ahead", "anchors/400000.json", "are missing"],
    [
      "with a number that nobody could come to",
      "anchors/999999999999999.json",
      "among the anchors is not one",
    ],
    ["under our next number, empty", "anchors/3.json", "among the anchors is not one"],
  ])(
    "%s blinds nobody: the line goes on, and the ledger rewritten after it is found",
    async (_, name, words) => {
      world.evidence.blobs.set(name, "{}");
      await rewrite(world, hubPartition, withoutProduction);
      await anHourLater(world);
      await anHourLater(world);
      expect(objections(world)).toHaveLength(1);
      const [code, said] = await verdict(world);
      expect([code, said.includes(words), said.includes("anchor 1 saw")]).toStrictEqual([2, true, true]);
    },
  );

  it("that knows no ledger, or the rewritten one, is found", async () => {
    await rewrite(world, hubPartition, withoutProduction);
    const { host } = await world.dog.table.read(hubPartition);
    const heads = [{ partition: hubPartition, seq: host?.headSeq ?? 0, hash: host?.chainHead ?? "" }];
    forge(world, { all: true, heads });
    await anHourLater(world);
    expect(objections(world)).toHaveLength(1);
    expect((await verdict(world))[0]).toBe(2);
  });

  it("dated in the future does not make the next one look old", async () => {
    forge(world, { at: after(world.dog.clock.now(), days(365)) });
    await anHourLater(world);
    await anHourLater(world);
    expect(objections(world)).toMatchObject([
      { notes: [{ objections: { shown: [{ reason: "misdated", number: 3 }] } }] },
    ]);
    expect((await verdict(world))[1]).toContain("Anchor 3 has a time that does not fit");
  });

  it("by playing an old one again is found", async () => {
    world.evidence.blobs.set("anchors/3.json", world.evidence.blobs.get("anchors/1.json") ?? "");
    await anHourLater(world);
    expect(objections(world)).toHaveLength(1);
    expect((await verdict(world))[0]).toBe(2);
  });

  it("line and ledger both anew, from the first on, cannot take back what a digest told", async () => {
    const told = anchorHash(world.evidence.blobs.get("anchors/2.json") ?? "");
    expect((await verdict(world, "--told", told))[0]).toBe(0);
    await rewrite(world, hubPartition, withoutProduction);
    await rewrite(world, watchdogPartition, (facts) => facts.filter(({ kind }) => kind !== "anchored"));
    const { host } = await world.dog.table.read(watchdogPartition);
    world.dog.table.tamper(watchdogPartition, "0host", { ...host, anchored: undefined });
    world.evidence.blobs.delete("anchors/1.json");
    world.evidence.blobs.delete("anchors/2.json");
    await anchor(world.ports, world.settings);
    expect((await verdict(world))[0]).toBe(0);
    expect(await verdict(world, "--told", told)).toMatchObject([
      2,
      expect.stringContaining("No anchor has the SHA-256"),
    ]);
  });
});
