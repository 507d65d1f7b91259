import { describe, expect, it } from "vitest";
import type { Life } from "../../src/core/domain/links/lives.ts";
import { livesPartition } from "../../src/core/domain/partition.ts";
import { newHost } from "../../src/core/domain/state/watched.ts";
import { azurite } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { aBastion, aClosedLink, aCommit, aLink, anId } from "../memory/samples.ts";
import { ledgerKinds } from "./ledger-tables.ts";
import { committed, partition } from "./watch-tables.ts";

const aLife = (name: string, changes: Partial<Life> = {}): Life => ({
  vmKey: "0123456789ab",
  linkId: anId(name),
  life: 1,
  bastionId: aBastion("bas-hub").id,
  from: at("2026-11-21T08:00:00.123Z"),
  until: at("2026-11-21T16:00:00.123Z"),
  ended: false,
  revoked: undefined,
  given: undefined,
  ...changes,
});

describe.each(ledgerKinds(azurite()))("A watch table in $name", ({ open }) => {
  it("keeps lives by VM, of all bastions, and whatever is written last of each", async () => {
    const { table, rowKeys } = open();
    const revoked = { askedAt: at("2026-11-21T12:00:00Z"), forbidden: true };
    const given = { until: at("2026-11-22T08:00:00Z"), by: "olga", objectId: "o", why: "one more night" };
    await table.writeLives([
      aLife("one"),
      aLife("two", { vmKey: "0123456789ac" }),
      aLife("three", { vmKey: "0123456789a" }),
      aLife("one", { life: 2, bastionId: aBastion("bas-two").id, given }),
    ]);
    await table.writeLives([aLife("one", { until: at("2026-11-21T12:00:01Z"), revoked })]);
    const found = await table.livesOf(["0123456789ab", "ffffffffffff"]);
    expect(found.get("0123456789ab")).toStrictEqual([
      aLife("one", { until: at("2026-11-21T12:00:01Z"), revoked }),
      aLife("one", { life: 2, bastionId: aBastion("bas-two").id, given }),
    ]);
    expect(found.get("ffffffffffff")).toStrictEqual([]);
    const recalled = await table.recall(partition, { lives: [], vmKeys: ["0123456789ab", "ffffffffffff"] });
    expect(recalled?.lives).toStrictEqual(found);
    expect((await rowKeys(livesPartition)).length).toBe(4);
  });

  it("keeps how a life ended, whoever writes it as open afterwards", async () => {
    const { table } = open();
    const revoked = { askedAt: at("2026-11-21T12:00:00Z"), forbidden: true };
    const ended = aLife("one", { until: at("2026-11-21T12:00:01Z"), ended: true, revoked });
    await table.writeLives([aLife("one")]);
    await table.writeLives([ended]);
    await table.writeLives([aLife("one", { until: at("2026-11-21T13:00:00Z") })]);
    expect((await table.livesOf(["0123456789ab"])).get("0123456789ab")).toStrictEqual([ended]);
    const corrected = { ...ended, until: at("2026-11-21T12:00:02Z") };
    await table.writeLives([corrected]);
    expect((await table.livesOf(["0123456789ab"])).get("0123456789ab")).toStrictEqual([corrected]);
  });

  it("leaves out a life that is damaged, and no other", async () => {
    const { table, tamper } = open();
    await table.writeLives([aLife("one"), aLife("two")]);
    await tamper(livesPartition, `0123456789ab:${anId("one")}:1`, {});
    expect((await table.livesOf(["0123456789ab"])).get("0123456789ab")).toStrictEqual([aLife("two")]);
  });

  it("takes more lives than a transaction holds, and none", async () => {
    const { table } = open();
    await table.writeLives([]);
    await table.writeLives(Array.from({ length: 230 }, (_, life) => aLife("many", { life })));
    expect((await table.livesOf(["0123456789ab"])).get("0123456789ab")).toHaveLength(230);
    expect(await table.livesOf([])).toStrictEqual(new Map());
  });

  it("prunes those that ended before a moment, and no others", async () => {
    const { table } = open();
    const old = Array.from({ length: 130 }, (_, life) =>
      aLife("old", { life, until: at("2026-10-01T00:00:00Z") }),
    );
    await table.writeLives([...old, aLife("new")]);
    await table.pruneLives(at("2026-11-21T16:00:00.123Z"));
    expect((await table.livesOf(["0123456789ab"])).get("0123456789ab")).toStrictEqual([aLife("new")]);
    await table.pruneLives(at("2026-11-21T16:00:00.124Z"));
    expect((await table.livesOf(["0123456789ab"])).get("0123456789ab")).toStrictEqual([]);
    await table.pruneLives(at("2026-11-21T16:00:00.124Z"));
  });

  it("gives back closed lives by their keys", async () => {
    const { table } = open();
    const [one, two] = [aClosedLink(aLink("one")), aClosedLink(aLink("one", { life: 2 }))];
    const version = await committed(table, aCommit(undefined, { put: [one.link, two.link] }));
    await committed(table, aCommit(version, { close: [one, two] }));
    expect(await table.closedLinks(partition, [[anId("one"), 2]])).toStrictEqual([two]);
    expect(await table.closedLinks(partition, [[anId("other"), 1]])).toStrictEqual([]);
    expect(await table.closedLinks(partition, [])).toStrictEqual([]);
  });

  it("gives back what a link keeps of its VM's time, and what a host owes", async () => {
    const { table } = open();
    const link = aLink("one", {
      usedBefore: { window: 2_592_000_000, length: 3_600_000 },
      given: { until: at("2026-11-22T08:00:00Z"), by: "olga", objectId: "o", why: "one more night" },
      comeback: { times: 3, afterRevocation: true, goesOnSince: at("2026-11-21T09:00:00Z") },
    });
    const host = { ...newHost(aBastion("bas-hub").id), owedLives: [aLife("one")] };
    await committed(table, aCommit(undefined, { host, put: [link] }));
    expect(await table.read(partition)).toMatchObject({ links: [link], host: { owedLives: [aLife("one")] } });
  });
});
