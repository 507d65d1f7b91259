import { odata } from "@azure/data-tables";
import * as z from "zod";
import {
  noTurns,
  takeTurn,
  type RateLimit,
  type Slot,
  type Turns,
} from "../../../core/domain/alerts/rate-limit.ts";
import { seconds, type Instant } from "../../../core/domain/time.ts";
import { watchdogPartition } from "../../../core/domain/partition.ts";
import { checkedKey, readRow, rowOf, type Place, type StoredRow } from "../row-format.ts";
import { maybe, instantColumn } from "../row-schemas.ts";
import { at } from "../row-keys.ts";
import { etagOf } from "../rows.ts";
import type { TableAccess } from "../table-access.ts";

const turnsSchema: z.ZodType<Turns> = z.object({
  taken: z.array(instantColumn),
  promised: maybe(instantColumn),
});

/** Outside the hot rows: whoever reads the watchdog's own partition never needs to know. */
const placeOf = (channel: string): Place => at(watchdogPartition, `5pace:${channel}`);

/** So many instances at once are a crowd: whoever loses as often comes back later. */
const races = 5;
const crowded: Slot = { kind: "wait", wait: seconds(1) };

/** One row a channel, changed by ETag: every instance sees every other's turns. */
export async function takeSlot(
  table: TableAccess,
  channel: string,
  turn: { readonly rateLimit: RateLimit; readonly now: Instant },
): Promise<Slot> {
  const { partitionKey, rowKey } = placeOf(channel);
  for (let race = 0; race < races; race += 1) {
    const [row] = await table.query(
      odata`PartitionKey eq ${partitionKey} and RowKey eq ${checkedKey(rowKey)}`,
    );
    const { slot, turns } = takeTurn(row ? turnsIn(row) : noTurns, turn.rateLimit, turn.now);
    const next = rowOf({ partitionKey, rowKey }, { taken: turns.taken.length }, turns);
    const written = await (row ? table.replace(next, etagOf(row)) : table.insert(next));
    if (typeof written !== "string") return slot;
  }
  return crowded;
}

/** A row that cannot be read is no evidence and nobody's memory: it begins anew, or its channel would never be sent to again. */
function turnsIn(row: StoredRow): Turns {
  try {
    return readRow(turnsSchema, row);
  } catch {
    return noTurns;
  }
}
