import { describe, expect, it } from "vitest";
import { newHost } from "../../src/core/domain/state/watched.ts";
import { watchdogPartition } from "../../src/core/domain/partition.ts";
import { azurite } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { aBastion, aCommit, aLink, anEntry } from "../memory/samples.ts";
import { committed, partition, tableKinds } from "./watch-tables.ts";

const subscription = "11111111-0000-4000-8000-000000000001";
const eight = at("2026-11-21T08:00:00.123Z");

describe.each(tableKinds(azurite()))("A watch table in $name", ({ open }) => {
  it("keeps since when a subscription is watched, whatever is noted later or earlier", async () => {
    const { table, rowKeys } = open();
    expect(await table.watchedSince(subscription)).toBeUndefined();
    await table.noteWatched(subscription, eight);
    await table.noteWatched(subscription, at("2026-11-21T09:00:00Z"));
    await table.noteWatched(subscription, at("2026-11-21T07:00:00Z"));
    expect(await table.watchedSince(subscription)).toBe(eight);
    expect(await table.watchedSince("another")).toBeUndefined();
    expect(await rowKeys("|watchdog")).toStrictEqual([`5first:${subscription}`]);
    expect((await table.read(watchdogPartition)).host).toBeUndefined();
  });

  it("reads a host row alone, as `read` does among all rows", async () => {
    const { table } = open();
    expect(await table.readHost(partition)).toStrictEqual({ version: undefined, host: undefined });
    const configuration = {
      ...{ number: 7, policyHash: "p", mode: "observe" as const, startedAt: eight, judgedAt: undefined },
      reach: { hash: "r", startedAt: eight },
    };
    const host = { ...newHost(aBastion("bas-hub").id), configuration };
    const version = await committed(
      table,
      aCommit(undefined, { host, put: [aLink("one")], outbox: [anEntry(8)] }),
    );
    expect(await table.readHost(partition)).toStrictEqual({ version, host });
  });

  it("gives back what a link was judged and told by", async () => {
    const { table } = open();
    const link = aLink("one", {
      basis: { configuration: 12, creatorKnown: false, tagsKnown: true },
      gains: ["tags", "creator"],
      notice: { at: eight, end: at("2026-11-21T08:30:00Z"), enforced: false },
      noticeSpentUnder: 12,
      extension: { until: eight, from: eight, by: "olga", objectId: "o", why: "more" },
    });
    await committed(table, aCommit(undefined, { put: [link] }));
    expect((await table.read(partition)).links).toStrictEqual([link]);
  });
});
