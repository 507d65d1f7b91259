import { odata } from "@azure/data-tables";
import * as z from "zod";
import type { KeptMessage } from "../../../core/domain/alerts/lane/message-id.ts";
import { isPartition, watchdogPartition } from "../../../core/domain/partition.ts";
import { isoInstant } from "../../../core/domain/time.ts";
import { checkedKey, readRow, rowOf, type Place } from "../row-format.ts";
import { instantColumn, text } from "../row-schemas.ts";
import { at } from "../row-keys.ts";
import type { TableAccess } from "../table-access.ts";

const placeOf = (id: string): Place => at(watchdogPartition, `8message:${id}`);

const messageSchema: z.ZodType<KeptMessage> = z.object({
  id: text,
  at: instantColumn,
  alerts: z.array(z.object({ partition: z.string().refine(isPartition), seq: z.int(), alertId: text })),
});

/** Whatever is there: the same alerts together have the same name. */
export async function keepMessage(table: TableAccess, message: KeptMessage): Promise<void> {
  const columns = { at: isoInstant(message.at), alerts: message.alerts.length };
  const written = await table.transact([["upsert", rowOf(placeOf(message.id), columns, message), "Replace"]]);
  if (typeof written === "string")
    throw new Error(`Keeping the message ${message.id} was refused: a row is said to be ${written}`);
}

export async function readMessage(table: TableAccess, id: string): Promise<KeptMessage | undefined> {
  const { partitionKey, rowKey } = placeOf(id);
  const [row] = await table.query(odata`PartitionKey eq ${partitionKey} and RowKey eq ${checkedKey(rowKey)}`);
  return row && readRow(messageSchema, row);
}
