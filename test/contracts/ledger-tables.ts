import type { LedgerTable } from "../../src/core/ports.ts";
import type { Partition } from "../../src/core/domain/partition.ts";
import { evidence } from "../../src/azure/storage/evidence.ts";
import { type StorageAccess, tableClient } from "../../src/azure/storage/storage-clients.ts";
import { rowOf } from "../../src/azure/table/row-format.ts";
import { watchTable } from "../../src/azure/table/watch-table.ts";
import type { Evidence } from "../../src/core/ports.ts";
import { freshTableName } from "../azurite.ts";
import { memoryEvidence } from "../memory/memory-evidence.ts";
import { memoryTable } from "../memory/memory-table.ts";

/** A table with whole ledgers in it, blobs beside it, and a way to reach behind both. */
export interface LedgerUnderTest {
  readonly table: LedgerTable;
  readonly evidence: Evidence;
  readonly rowKeys: (partition: Partition) => Promise<readonly string[]>;
  /** Writes any body into a row, or deletes it, past the program. */
  readonly tamper: (partition: Partition, key: string, body: object | undefined) => Promise<void>;
}

export interface LedgerKind {
  readonly name: string;
  readonly open: () => LedgerUnderTest;
}

export const ledgerKinds = (storage: () => StorageAccess): readonly LedgerKind[] => [
  { name: "memory", open: openMemory },
  { name: "Azure Storage", open: () => openStorage(storage()) },
];

export const keyOf = (seq: number): string => `9ledger:${String(seq).padStart(12, "0")}`;

function openMemory(): LedgerUnderTest {
  const table = memoryTable();
  return {
    table,
    evidence: memoryEvidence(),
    rowKeys: (partition) => Promise.resolve((table.everything().get(partition) ?? []).map(({ key }) => key)),
    tamper: (partition, key, body) => {
      table.tamper(partition, key, body);
      return Promise.resolve();
    },
  };
}

function openStorage(storage: StorageAccess): LedgerUnderTest {
  const name = freshTableName();
  const client = tableClient(storage, name);
  return {
    table: watchTable(tableClient(storage, name)),
    evidence: evidence(storage, name),
    rowKeys: async (partition) => {
      const keys: string[] = [];
      for await (const row of client.listEntities())
        if (row.partitionKey === partition) keys.push(String(row.rowKey));
      return keys;
    },
    tamper: async (partition, key, body) => {
      const place = { partitionKey: partition, rowKey: key };
      if (body === undefined) await client.deleteEntity(place.partitionKey, place.rowKey);
      else await client.upsertEntity(rowOf(place, {}, body), "Replace");
    },
  };
}
