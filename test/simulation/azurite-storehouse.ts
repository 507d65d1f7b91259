import { evidence } from "../../src/azure/storage/evidence.ts";
import { readLedger, readOutbox } from "../../src/azure/table/rows.ts";
import { tableClient, type StorageAccess } from "../../src/azure/storage/storage-clients.ts";
import { watchTable } from "../../src/azure/table/watch-table.ts";
import { type StoredRow } from "../../src/azure/table/row-format.ts";
import { readLife } from "../../src/azure/table/lives.ts";
import type { LedgerFact } from "../../src/core/domain/ledger/ledger.ts";
import type { OutboxEntry } from "../../src/core/domain/alerts/outbox.ts";
import { livesPartition, type Partition } from "../../src/core/domain/partition.ts";
import type { Storehouse } from "./storehouse.ts";

/** The real table adapter over a table of its own; what is left is read row by row, past the adapter. */
export function azuriteStorehouse(access: StorageAccess, tableName: string): Storehouse {
  const table = watchTable(tableClient(access, tableName));
  const blobs = evidence(access, tableName);
  return {
    table,
    evidence: blobs,
    remains: async () => {
      const rows: StoredRow[] = [];
      for await (const row of tableClient(access, tableName).listEntities()) rows.push(row);
      const names = [...new Set(rows.map(({ partitionKey }) => String(partitionKey) as Partition))].filter(
        (name) => name !== "|index" && name !== livesPartition,
      );
      const of = <Value>(
        name: Partition,
        prefix: string,
        read: (row: StoredRow) => Value,
      ): readonly Value[] =>
        rows
          .filter(({ partitionKey, rowKey }) => partitionKey === name && String(rowKey).startsWith(prefix))
          .map(read);
      return {
        partitions: new Map(
          await Promise.all(names.map(async (name) => [name, await table.read(name)] as const)),
        ),
        ledgers: new Map(
          names.map((name): [Partition, readonly LedgerFact[]] => [name, of(name, "9ledger:", readLedger)]),
        ),
        sent: new Map(
          names.map((name): [Partition, readonly OutboxEntry[]] => [name, of(name, "8sent:", readOutbox)]),
        ),
        lives: new Map(
          rows
            .filter(({ partitionKey }) => partitionKey === livesPartition)
            .map((row) => [String(row["rowKey"]), readLife(row)]),
        ),
        blobs: new Map(
          await Promise.all(
            (await blobs.list("")).map(async (name) => [name, (await blobs.read(name)) ?? ""] as const),
          ),
        ),
        text: JSON.stringify(rows),
      };
    },
  };
}
