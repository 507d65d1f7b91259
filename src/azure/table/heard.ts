import { odata } from "@azure/data-tables";
import * as z from "zod";
import type { Heard } from "../../core/domain/attribution/unheard.ts";
import type { Partition } from "../../core/domain/partition.ts";
import { isoInstant, type Instant } from "../../core/domain/time.ts";
import { checkedKey, readRow, type StoredRow } from "./row-format.ts";
import { instantColumn, maybe, signalOperation, text } from "./row-schemas.ts";
import type { TableAccess } from "./table-access.ts";

const heardSchema: z.ZodType<Heard> = z.object({
  eventId: text,
  at: instantColumn,
  operation: signalOperation,
  correlationId: maybe(text),
  caller: maybe(text),
});

/** What was heard of that happened in this time, both ends included. Marks that several share are among the rows, and say nothing that the first of them does not. */
export async function readHeard(
  table: TableAccess,
  partition: Partition,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): Promise<readonly Heard[]> {
  const [first, last] = [`8seen:${isoInstant(from)}`, `8seen:${isoInstant(until)};`];
  const rows = await table.query(
    odata`PartitionKey eq ${checkedKey(partition)} and RowKey ge ${first} and RowKey lt ${last}`,
  );
  return rows.flatMap(heardIn);
}

/** One that cannot be read was not heard of: what it was about is told again. */
function heardIn(row: StoredRow): readonly Heard[] {
  try {
    return [readRow(heardSchema, row)];
  } catch {
    return [];
  }
}
