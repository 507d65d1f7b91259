import { partitionOf } from "../../../src/core/domain/partition.ts";
import type { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import type { Partition } from "../../../src/core/domain/partition.ts";
import { tableClient } from "../../../src/azure/storage/storage-clients.ts";
import { watchTable } from "../../../src/azure/table/watch-table.ts";
import { azurite, freshTableName } from "../../azurite.ts";
import { partition } from "../../contracts/watch-tables.ts";
import { aBastion, aCommit, aLink, anEntry, aSignal } from "../../memory/samples.ts";
import { storageOnTheWire, type WireAnswer } from "../storage-on-the-wire.ts";

const storage = azurite();

/** A table with one link in it, and a client to look at it and to damage it. */
async function tableWithLink() {
  const name = freshTableName();
  const table = watchTable(tableClient(storage(), name));
  await table.commit(partition, aCommit(undefined, { put: [aLink("one")] }));
  return { table, raw: tableClient(storage(), name) };
}

const linkKey = "1link:oneaaaaaaaaaaaaaaaaaaaaaaa:1";
const write = (raw: TableClient, rowKey: string, columns: object) =>
  raw.upsertEntity({ ...columns, partitionKey: partition, rowKey }, "Replace");

describe("The rows of the watch table", () => {
  it("have columns that people can read", async () => {
    const { raw } = await tableWithLink();
    const row = await raw.getEntity(partition, linkKey);
    expect(row).toMatchObject({
      v: 1,
      vmId: "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Hub/providers/Microsoft.Compute/virtualMachines/vm-staging-01",
      status: "open",
      deadline: "2026-11-21T16:00:00.123Z",
      rule: "everything else",
    });
  });

  it.each([
    ["no body", { v: 1 }, "does not hold JSON in its body"],
    ["half a body", { v: 1, body: '{"linkId":' }, "does not hold JSON in its body"],
    ["another object", { v: 1, body: "{}" }, "does not have the expected shape"],
    ["a later version", { v: 2, body: "{}" }, "has schema version 2"],
    ["no version", { body: "{}" }, "has schema version undefined"],
  ])("are never skipped: a row with %s fails the reading and is named", async (_, columns, problem) => {
    const { table, raw } = await tableWithLink();
    await write(raw, linkKey, columns);
    await expect(table.read(partition)).rejects.toThrow(
      `Row "${linkKey}" of partition "${partition}" ${problem}`,
    );
  });

  it("are never skipped: a row of an unknown kind fails the reading", async () => {
    const { table, raw } = await tableWithLink();
    await write(raw, "4future:1", { v: 1, body: "{}" });
    await expect(table.read(partition)).rejects.toThrow(
      `Row "4future:1" of partition "${partition}" has a kind that this program does not know`,
    );
  });

  it("of the index cost their own bastion at most: the key says whose they are", async () => {
    const { table, raw } = await tableWithLink();
    await table.rememberBastions([aBastion("Bas-Hub"), aBastion("Bas-Edge"), aBastion("Bas-Spoke")]);
    const rows = [
      { rowKey: "|x", v: 1, body: '{"bastionId":"/x"}' },
      { rowKey: partitionOf(aBastion("bas-hub")), v: 1, body: "torn" },
      {
        rowKey: partitionOf(aBastion("bas-edge")),
        v: 1,
        body: JSON.stringify({ bastionId: aBastion("bas-spoke").id }),
      },
    ];
    for (const row of rows) await raw.upsertEntity({ partitionKey: "|index", ...row }, "Replace");
    const named = async () => (await table.knownBastions()).map(({ name }) => name);
    expect(await named()).toStrictEqual(["bas-edge", "bas-hub", "Bas-Spoke"]);
    const left = ['Row "|x" of partition "|index" does not name a bastion host: "/x"'];
    expect(await table.mendIndex()).toStrictEqual(left);
    expect(await table.mendIndex()).toStrictEqual(left);
    expect(await named()).toStrictEqual(["bas-edge", "bas-hub", "Bas-Spoke"]);
    expect(await raw.getEntity("|index", partitionOf(aBastion("bas-hub")))).toMatchObject({
      body: JSON.stringify({ bastionId: aBastion("bas-hub").id.toLowerCase() }),
    });
  });

  it("are not read when they are history", async () => {
    const { table, raw } = await tableWithLink();
    await write(raw, "8closed:broken:1", { v: 9 });
    expect((await table.read(partition)).links).toHaveLength(1);
  });
});

describe("The watch table on the wire", () => {
  it("creates its table when the first call meets none, and asks for nothing after that", async () => {
    const client = tableClient(storage(), freshTableName());
    const sent: string[] = [];
    client.pipeline.addPolicy({
      name: "spy",
      sendRequest: (request, next) => {
        sent.push(`${request.method} ${new URL(request.url).pathname.split("/").at(-1) ?? ""}`);
        return next(request);
      },
    });
    const table = watchTable(client);
    await table.rememberSignal(partition, aSignal("event-1"));
    expect(sent.splice(0)).toStrictEqual(["POST $batch", "POST Tables", "POST $batch"]);
    await table.read(partition);
    await table.commit(partition, aCommit(undefined, { spent: [aSignal("event-1")], outbox: [anEntry(1)] }));
    expect(sent).toStrictEqual([`GET ${client.tableName}()`, "POST $batch"]);
  });

  it.each<[string, WireAnswer]>([
    ["an overloaded service", { status: 503, code: "ServerBusy" }],
    ["an operation that timed out", { status: 500, code: "OperationTimedOut" }],
    ["a table that is being deleted", { status: 409, code: "TableBeingDeleted" }],
    ["a refusal", { status: 403, code: "AuthorizationFailure" }],
    ["a dropped connection", "drop"],
  ])("throws at once, without a second try, on %s", async (_, answer) => {
    const { access, requests } = await storageOnTheWire(answer);
    const table = watchTable(tableClient(access, "watchdog"));
    await expect(table.read(partition)).rejects.toThrow();
    await expect(table.commit(partition, aCommit(undefined))).rejects.toThrow();
    await expect(table.rememberSignal(partition, aSignal("event-1"))).rejects.toThrow();
    expect(requests).toHaveLength(3);
  });

  it.each(["", "a/b", "a\\b", "a#b", "a?b", "a\nb", "a\u0085b", "x".repeat(513)])(
    "refuses the partition %j before sending anything",
    async (text) => {
      const { access, requests } = await storageOnTheWire({ status: 503 });
      const table = watchTable(tableClient(access, "watchdog"));
      await expect(table.read(text as Partition)).rejects.toThrow(RangeError);
      await expect(table.commit(text as Partition, aCommit(undefined))).rejects.toThrow(RangeError);
      expect(requests).toStrictEqual([]);
    },
  );
});
