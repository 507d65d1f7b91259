import { odata, type TransactionAction } from "@azure/data-tables";
import * as z from "zod";
import { severityNames } from "../../../core/domain/alerts/alert-kinds.ts";
import { watchdogPartition } from "../../../core/domain/partition.ts";
import type { KeptWitness, WitnessState, WitnessRow } from "../../../core/domain/state/witness.ts";
import { isoInstant } from "../../../core/domain/time.ts";
import {
  checkedKey,
  readRow,
  rowOf,
  shownMoment,
  type Place,
  type Row,
  type StoredRow,
} from "../row-format.ts";
import { at } from "../row-keys.ts";
import { instantColumn, maybe, text } from "../row-schemas.ts";
import { etagOf } from "../rows.ts";
import type { TableAccess, Written } from "../table-access.ts";

const prefix = "5witness:";
const placeOf = (subscriptionId: string): Place => at(watchdogPartition, prefix + subscriptionId);

const witnessSchema: z.ZodType<WitnessState> = z.object({
  since: instantColumn,
  readTo: instantColumn,
  triedAt: instantColumn,
  readAgainTo: instantColumn,
  span: z.number(),
  notBefore: maybe(instantColumn),
  unread: maybe(z.object({ since: instantColumn, why: text, forbidden: z.boolean() })),
  deliveryReadTo: instantColumn,
  topics: z.array(text),
  toldChanges: z.array(text),
  logSpokeAt: maybe(instantColumn),
  eventsSpokeAt: maybe(instantColumn),
  unheardAt: maybe(instantColumn),
  toldUnheard: maybe(z.object({ at: instantColumn, severity: z.enum(severityNames) })),
  toldSilent: z.boolean(),
  toldUnread: maybe(instantColumn),
});

/** Those of all subscriptions, by subscription. */
export async function readWitnesses(table: TableAccess): Promise<readonly KeptWitness[]> {
  const below = prefix.replace(":", ";");
  const rows = await table.query(
    odata`PartitionKey eq ${watchdogPartition} and RowKey ge ${prefix} and RowKey lt ${below}`,
  );
  return rows.map(witnessIn);
}

export async function readWitness(
  table: TableAccess,
  subscriptionId: string,
): Promise<KeptWitness | undefined> {
  const { partitionKey, rowKey } = placeOf(subscriptionId);
  const [row] = await table.query(odata`PartitionKey eq ${partitionKey} and RowKey eq ${checkedKey(rowKey)}`);
  return row && witnessIn(row);
}

export const writeWitness = (table: TableAccess, row: WitnessRow): Promise<Written> =>
  row.version === undefined ? table.insert(rowFor(row)) : table.replace(rowFor(row), row.version);

/** The same as a part of a transaction. */
export const witnessAction = (row: WitnessRow): TransactionAction =>
  row.version === undefined
    ? ["create", rowFor(row)]
    : ["update", rowFor(row), "Replace", { etag: row.version }];

function rowFor({ subscriptionId, witness }: WitnessRow): Row {
  const columns = {
    readTo: isoInstant(witness.readTo),
    unread: witness.unread?.why,
    logSpokeAt: shownMoment(witness.logSpokeAt),
    eventsSpokeAt: shownMoment(witness.eventsSpokeAt),
  };
  return rowOf(placeOf(subscriptionId), columns, witness);
}

function witnessIn(row: StoredRow): KeptWitness {
  const subscriptionId = String(row["rowKey"]).slice(prefix.length);
  const version = etagOf(row);
  try {
    return { subscriptionId, witness: readRow(witnessSchema, row), version };
  } catch {
    return { subscriptionId, witness: undefined, version };
  }
}
