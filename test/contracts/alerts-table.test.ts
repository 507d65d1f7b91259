import { describe, expect, it } from "vitest";
import { lease } from "../../src/core/domain/alerts/outbox.ts";
import { partitionOf } from "../../src/core/domain/partition.ts";
import { azurite } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { aBastion, aCommit, aLink, anAlert, anEntry } from "../memory/samples.ts";
import { ledgerKinds } from "./ledger-tables.ts";

const partition = partitionOf(aBastion("bas-hub"));

describe.each(ledgerKinds(azurite()))("Alerts in $name", ({ open }) => {
  it("are read in the order of their numbers, finished or not, from any number on", async () => {
    const { table } = open();
    const entries = [3, 12, 7].map((seq) => anEntry(seq, anAlert({ id: `0000000${seq % 10}` })));
    const committed = await table.commit(partition, aCommit(undefined, { outbox: entries }));
    if (committed === "conflict") throw new Error("Nobody else writes here");
    const [first] = committed.outbox;
    if (!first) throw new Error("Three alerts were written");
    const accepted = { state: "accepted" as const, at: at("2026-11-21T08:00:11Z"), attempts: 1 };
    await table.updateOutbox(partition, {
      ...lease(first, ["teams"], at("2026-11-21T08:00:10Z")),
      deliveries: { teams: accepted, mail: accepted },
    });
    expect(
      (await table.readAlerts(partition, 0)).map(({ seq, deliveries }) => [seq, deliveries["mail"]?.state]),
    ).toStrictEqual([
      [3, "accepted"],
      [7, "pending"],
      [12, "pending"],
    ]);
    expect((await table.readAlerts(partition, 8)).map(({ seq }) => seq)).toStrictEqual([12]);
  });

  it("are none where nothing was ever written", async () => {
    expect(await open().table.readAlerts(partition, 0)).toStrictEqual([]);
  });
});

describe.each(ledgerKinds(azurite()))("What people asked for in $name", ({ open }) => {
  it("is read back as it was written: demand, extension, release, acknowledgement", async () => {
    const { table } = open();
    const by = { by: "olga@contoso.example", objectId: "33333333-0000-4000-8000-000000000003" };
    const moment = at("2026-11-21T09:00:00Z");
    const link = aLink("one", {
      demanded: { ...by, at: moment, why: "why" },
      extension: { ...by, until: moment, why: "why" },
    });
    const commit = aCommit(undefined, { put: [link] });
    const { linkId } = link;
    const acknowledgement = {
      ...by,
      alertId: "1A2B3C4D",
      at: moment,
      stays: [linkId],
      about: { links: [linkId], isCut: true, waiting: undefined },
    };
    const host = {
      ...commit.host,
      breakerReleasedUntil: moment,
      acknowledged: [acknowledgement],
    };
    await table.commit(partition, { ...commit, host });
    const read = await table.read(partition);
    expect(read.links).toStrictEqual([link]);
    expect(read.host).toMatchObject({
      breakerReleasedUntil: moment,
      acknowledged: [acknowledgement],
    });
  });
});
