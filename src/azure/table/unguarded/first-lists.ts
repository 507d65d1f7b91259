import { odata } from "@azure/data-tables";
import * as z from "zod";
import type { FirstList } from "../../../core/domain/ledger/anchor.ts";
import { UnreadableRow } from "../../../core/domain/state/watched.ts";
import { watchdogPartition } from "../../../core/domain/partition.ts";
import { isoInstant, type Instant } from "../../../core/domain/time.ts";
import { readRow, rowOf, type Place } from "../row-format.ts";
import { at } from "../row-keys.ts";
import { instantColumn } from "../row-schemas.ts";
import type { TableAccess } from "../table-access.ts";

const firstListSchema = z.object({ since: instantColumn });

/** Outside the hot rows, one a subscription, inserted and never changed. */
const placeOf = (subscriptionId: string): Place => at(watchdogPartition, `5first:${subscriptionId}`);

/** When the first complete list of any bastion of the subscription began. */
export async function watchedSince(table: TableAccess, subscriptionId: string): Promise<Instant | undefined> {
  const { partitionKey, rowKey } = placeOf(subscriptionId);
  const [row] = await table.query(odata`PartitionKey eq ${partitionKey} and RowKey eq ${rowKey}`);
  return row && readRow(firstListSchema, row).since;
}

/** All of them, sorted by subscription. A damaged one is left out: what an anchor says of it counts. */
export async function firstLists(table: TableAccess): Promise<readonly FirstList[]> {
  const { partitionKey } = placeOf("");
  const rows = await table.query(
    odata`PartitionKey eq ${partitionKey} and RowKey ge ${"5first:"} and RowKey lt ${"5first;"}`,
  );
  return rows.flatMap((row) => {
    try {
      const { since } = readRow(firstListSchema, row);
      return [{ subscriptionId: String(row["rowKey"]).slice("5first:".length), since }];
    } catch (error) {
      if (error instanceof UnreadableRow) return [];
      throw error;
    }
  });
}

/** A row that is there stays as it is. */
export async function noteWatched(table: TableAccess, subscriptionId: string, since: Instant): Promise<void> {
  await table.insert(rowOf(placeOf(subscriptionId), { since: isoInstant(since) }, { since }));
}
