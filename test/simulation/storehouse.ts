import type { LedgerFact } from "../../src/core/domain/ledger/ledger.ts";
import type { Life } from "../../src/core/domain/links/lives.ts";
import type { OutboxEntry } from "../../src/core/domain/alerts/outbox.ts";
import type { Partition } from "../../src/core/domain/partition.ts";
import type { Evidence, WatchTable } from "../../src/core/ports.ts";
import { memoryEvidence } from "../memory/memory-evidence.ts";
import { memoryTable } from "../memory/memory-table.ts";
import type { Remains } from "./truth.ts";

interface StoredRow {
  readonly key: string;
  readonly value: object;
}

/** A watch table whose every row, and evidence whose every blob, can be looked at in the end. */
export interface Storehouse {
  readonly table: WatchTable;
  readonly evidence: Evidence;
  /** Writes rows of a partition anew, behind everybody's back, as somebody who may write the table can. */
  rewrite?(partition: Partition, change: (row: StoredRow) => object | undefined): void;
  remains(): Promise<Remains>;
}

export function memoryStorehouse(): Storehouse {
  const table = memoryTable();
  const evidence = memoryEvidence();
  const partitions = () =>
    [...table.everything().keys()].filter((name) => name !== "|index" && name !== "|lives") as Partition[];
  return {
    table,
    evidence,
    rewrite: (partition, change) => {
      for (const row of table.everything().get(partition) ?? []) {
        const value = change(row);
        if (value) table.tamper(partition, row.key, value);
      }
    },
    remains: async () => ({
      partitions: new Map(
        await Promise.all(partitions().map(async (name) => [name, await table.read(name)] as const)),
      ),
      ledgers: new Map(
        partitions().map((name): [Partition, readonly LedgerFact[]] => [name, table.ledger(name)]),
      ),
      sent: new Map(
        partitions().map((name): [Partition, readonly OutboxEntry[]] => [name, table.sent(name)]),
      ),
      lives: new Map((table.everything().get("|lives") ?? []).map(({ key, value }) => [key, value as Life])),
      blobs: evidence.blobs,
      text: JSON.stringify([...table.everything()]),
    }),
  };
}
