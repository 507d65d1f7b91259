import type { WatchTable } from "../../src/core/ports.ts";
import type { Commit } from "../../src/core/domain/state/watched.ts";
import { partitionOf, type Partition, type Version } from "../../src/core/domain/partition.ts";
import { type StorageAccess, tableClient } from "../../src/azure/storage/storage-clients.ts";
import { watchTable } from "../../src/azure/table/watch-table.ts";
import { freshTableName } from "../azurite.ts";
import { memoryTable } from "../memory/memory-table.ts";
import { aBastion } from "../memory/samples.ts";

/** A table under test, and a way to look at what it really stored. */
export interface TableUnderTest {
  readonly table: WatchTable;
  /** All row keys of a partition in their order, hot or not. */
  readonly rowKeys: (partition: string) => Promise<readonly string[]>;
}

export interface TableKind {
  readonly name: string;
  readonly open: () => TableUnderTest;
}

/** Both implementations of the port; `storage` is asked only when a test opens a table. */
export const tableKinds = (storage: () => StorageAccess): readonly TableKind[] => [
  { name: "memory", open: openMemory },
  { name: "Table Storage", open: () => openTableStorage(storage()) },
];

function openMemory(): TableUnderTest {
  const table = memoryTable();
  return {
    table,
    rowKeys: (partition) => Promise.resolve((table.everything().get(partition) ?? []).map(({ key }) => key)),
  };
}

function openTableStorage(storage: StorageAccess): TableUnderTest {
  const name = freshTableName();
  return {
    table: watchTable(tableClient(storage, name)),
    rowKeys: async (partition) => {
      const keys: string[] = [];
      for await (const row of tableClient(storage, name).listEntities())
        if (row.partitionKey === partition) keys.push(String(row.rowKey));
      return keys;
    },
  };
}

export const partition: Partition = partitionOf(aBastion("bas-hub"));

/** Commits and insists on it. */
export async function committed(table: WatchTable, commit: Commit): Promise<Version> {
  const answer = await table.commit(partition, commit);
  if (answer === "conflict") throw new Error("The commit met a conflict");
  return answer.version;
}
