import { odata } from "@azure/data-tables";
import * as z from "zod";
import type { KeptSessions } from "../../../core/domain/links/observation.ts";
import { watchdogPartition, type Partition, type Version } from "../../../core/domain/partition.ts";
import type { Asking } from "../../../core/domain/state/asking.ts";
import { isoInstant } from "../../../core/domain/time.ts";
import type { AskingRow } from "../../../core/ports.ts";
import { checkedKey, readRow, rowOf, type Place, type StoredRow } from "../row-format.ts";
import { instantColumn, maybe, text } from "../row-schemas.ts";
import { at } from "../row-keys.ts";
import { etagOf } from "../rows.ts";
import type { TableAccess } from "../table-access.ts";

/** Outside the hot rows, so that no guard covers them: what is asked never makes a reconcile begin anew. */
const askingPlace = (place: string): Place => at(watchdogPartition, `5scan:${place}`);
const sessionsPlace = (partition: Partition): Place => at(partition, "5sessions");

const askingSchema: z.ZodType<Asking> = z.object({
  left: z.number(),
  at: instantColumn,
  asked: z.record(text, instantColumn),
});

const sessionsSchema: z.ZodType<KeptSessions> = z.object({
  askedAt: instantColumn,
  answer: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("listed"),
      sessions: z.array(
        z.object({
          sessionId: text,
          vmId: maybe(text),
          startedAt: maybe(instantColumn),
          userName: maybe(text),
          protocol: maybe(text),
          viaLink: z.boolean(),
        }),
      ),
    }),
    z.object({ kind: z.literal("unknown"), why: text }),
  ]),
});

export async function readAsking(table: TableAccess, place: string): Promise<AskingRow> {
  const row = await rowAt(table, askingPlace(place));
  return { asking: row && readOr(askingSchema, row), version: row && etagOf(row) };
}

export async function writeAsking(
  table: TableAccess,
  { place, asking }: { readonly place: string; readonly asking: Asking },
  expected: Version | undefined,
): Promise<Version | "lost"> {
  const columns = { left: Math.floor(asking.left), at: isoInstant(asking.at) };
  const row = rowOf(askingPlace(place), columns, asking);
  const written = await (expected === undefined ? table.insert(row) : table.replace(row, expected));
  return typeof written === "string" ? "lost" : (written.versions[0] ?? "lost");
}

export async function readSessions(
  table: TableAccess,
  partition: Partition,
): Promise<KeptSessions | undefined> {
  const row = await rowAt(table, sessionsPlace(partition));
  return row && readOr(sessionsSchema, row);
}

export async function keepSessions(
  table: TableAccess,
  partition: Partition,
  sessions: KeptSessions,
): Promise<void> {
  const row = rowOf(sessionsPlace(partition), { askedAt: isoInstant(sessions.askedAt) }, sessions);
  const written = await table.transact([["upsert", row, "Replace"]]);
  if (typeof written === "string")
    throw new Error(`Keeping the sessions of ${partition} was refused: a row is said to be ${written}`);
}

async function rowAt(table: TableAccess, { partitionKey, rowKey }: Place): Promise<StoredRow | undefined> {
  const [row] = await table.query(
    odata`PartitionKey eq ${checkedKey(partitionKey)} and RowKey eq ${checkedKey(rowKey)}`,
  );
  return row;
}

/** These rows are nobody's evidence: one that cannot be read begins anew. */
function readOr<Value>(schema: z.ZodType<Value>, row: StoredRow): Value | undefined {
  try {
    return readRow(schema, row);
  } catch {
    return undefined;
  }
}
