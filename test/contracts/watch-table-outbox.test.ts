import { describe, expect, it } from "vitest";
import type { WatchTable } from "../../src/core/ports.ts";
import { lease, type OutboxEntry, settle } from "../../src/core/domain/alerts/outbox.ts";
import { azurite } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { aCommit, anAlert, anEntry } from "../memory/samples.ts";
import { partition, tableKinds } from "./watch-tables.ts";

const now = at("2026-11-21T08:02:00Z");
const accepted = (entry: OutboxEntry, ...channels: string[]): OutboxEntry =>
  channels.reduce(
    (before, channel) => settle(before, channel, { outcome: { kind: "accepted" }, now }),
    entry,
  );

async function committedEntry(table: WatchTable, entry = anEntry(1)): Promise<OutboxEntry> {
  const answer = await table.commit(partition, aCommit(undefined, { outbox: [entry] }));
  const written = answer === "conflict" ? undefined : answer.outbox[0];
  if (!written) throw new Error("The entry was not committed");
  return written;
}

describe.each(tableKinds(azurite()))("The outbox in $name", ({ open }) => {
  it("can be updated with the version that the commit answered", async () => {
    const { table } = open();
    const entry = await committedEntry(table);
    const leased = lease(entry, ["teams"], now);
    const version = await table.updateOutbox(partition, leased);
    expect(version).not.toBe(entry.version);
    expect((await table.read(partition)).outbox).toStrictEqual([{ ...leased, version }]);
  });

  it("gives a lease to one of two", async () => {
    const { table } = open();
    const leased = lease(await committedEntry(table), ["teams"], now);
    const answers = await Promise.all([
      table.updateOutbox(partition, leased),
      table.updateOutbox(partition, leased),
    ]);
    expect(answers.filter((answer) => answer === "lost")).toHaveLength(1);
  });

  it("moves an entry with nothing pending to the sent rows", async () => {
    const { table, rowKeys } = open();
    const entry = await committedEntry(table);
    expect(await table.updateOutbox(partition, accepted(entry, "teams", "mail"))).toBeTypeOf("string");
    expect((await table.read(partition)).outbox).toStrictEqual([]);
    expect(await rowKeys(partition)).toStrictEqual(["0host", "8sent:000000000001"]);
  });

  it("moves nothing for whoever holds an old version", async () => {
    const { table, rowKeys } = open();
    const entry = await committedEntry(table);
    await table.updateOutbox(partition, accepted(entry, "mail"));
    expect(await table.updateOutbox(partition, accepted(entry, "teams", "mail"))).toBe("lost");
    expect(await rowKeys(partition)).toStrictEqual(["0host", "3outbox:000000000001"]);
    expect((await table.read(partition)).outbox).toMatchObject([
      { deliveries: { teams: { state: "pending" }, mail: { state: "accepted" } } },
    ]);
  });

  it("is lost for an entry that is already sent", async () => {
    const { table } = open();
    const entry = await committedEntry(table);
    await table.updateOutbox(partition, accepted(entry, "teams", "mail"));
    expect(await table.updateOutbox(partition, accepted(entry, "teams", "mail"))).toBe("lost");
    expect(await table.updateOutbox(partition, lease(entry, ["mail"], now))).toBe("lost");
  });

  it("settles an entry once under 10 parallel tries", async () => {
    const { table, rowKeys } = open();
    const settled = accepted(await committedEntry(table), "teams", "mail");
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => table.updateOutbox(partition, settled)),
    );
    expect(answers.filter((answer) => answer !== "lost")).toHaveLength(1);
    expect(await rowKeys(partition)).toStrictEqual(["0host", "8sent:000000000001"]);
  });

  it("moves an alert whose text looks like the header that guards the move", async () => {
    const { table, rowKeys } = open();
    const alert = anAlert({
      notes: [{ kind: "demanded", by: "\r\nIf-Match: *\r\n", why: "--changesetresponse_x" }],
    });
    const entry = await committedEntry(table, anEntry(1, alert));
    expect((await table.read(partition)).outbox).toMatchObject([{ alert }]);
    await table.updateOutbox(partition, accepted(entry, "teams", "mail"));
    expect(await rowKeys(partition)).toStrictEqual(["0host", "8sent:000000000001"]);
  });

  it("takes no update of an entry that was never read", async () => {
    await expect(open().table.updateOutbox(partition, anEntry(1))).rejects.toThrow(TypeError);
  });

  it("keeps an alert for no channel among the sent rows from the start", async () => {
    const { table, rowKeys } = open();
    await committedEntry(table, { ...anEntry(1), deliveries: {} });
    expect(await rowKeys(partition)).toStrictEqual(["0host", "8sent:000000000001"]);
  });
});
