import { odata, type TransactionAction } from "@azure/data-tables";
import pMap from "p-map";
import { lifeKey, type Life } from "../../core/domain/links/lives.ts";
import { livesPartition } from "../../core/domain/partition.ts";
import { UnreadableRow } from "../../core/domain/state/watched.ts";
import { isoInstant, type Instant } from "../../core/domain/time.ts";
import { checkedKey, readRow, rowOf, type Row, type StoredRow } from "./row-format.ts";
import { at } from "./row-keys.ts";
import { lifeSchema } from "./row-schemas.ts";
import { transactionLimit, type TableAccess } from "./table-access.ts";

/**
 * A VM's rows lie side by side: whoever asks for one VM reads one range. How a life ended is a cell of its own, so that a run that stood still and
 * writes it as open afterwards changes nothing.
 */
function lifeRow(life: Life): Row {
  const { bastionId, from, until } = life;
  const columns = { bastionId, from: isoInstant(from), until: isoInstant(until) };
  const { body = "", ...row } = rowOf(at(livesPartition, lifeKey(life)), columns, life);
  return { ...row, [life.ended ? "ended" : "body"]: body };
}

/** Blind upserts, a hundred a transaction; of two rows with one key the last counts. */
export async function writeLives(table: TableAccess, lives: readonly Life[]): Promise<void> {
  const rows = [...new Map(lives.map((life) => [lifeKey(life), lifeRow(life)])).values()];
  for (let start = 0; start < rows.length; start += transactionLimit) {
    const chunk = rows.slice(start, start + transactionLimit);
    const written = await table.transact(chunk.map((row): TransactionAction => ["upsert", row, "Merge"]));
    if (typeof written === "string")
      throw new Error(`Writing ${chunk.length} lives was refused: a row is said to be ${written}`);
  }
}

const concurrency = 16;

export async function readLives(
  table: TableAccess,
  vmKeys: readonly string[],
): Promise<ReadonlyMap<string, readonly Life[]>> {
  const read = async (vmKey: string) => {
    const [from, below] = [checkedKey(`${vmKey}:`), checkedKey(`${vmKey};`)];
    const rows = await table.query(
      odata`PartitionKey eq ${livesPartition} and RowKey ge ${from} and RowKey lt ${below}`,
    );
    return [vmKey, rows.flatMap(readable)] as const;
  };
  return new Map(await pMap(vmKeys, read, { concurrency }));
}

/** Throws for a row that is damaged. */
export const readLife = (row: StoredRow): Life =>
  readRow(lifeSchema, { ...row, body: row["ended"] ?? row["body"] });

/** A damaged row is no reason to leave a bastion alone: it counts as one that is not there, which who can damage it could make of it, too. */
function readable(row: StoredRow): readonly Life[] {
  try {
    return [readLife(row)];
  } catch (error) {
    if (error instanceof UnreadableRow) return [];
    throw error;
  }
}

/** The filter for rows that count no more. */
export const livesEndedBefore = (before: Instant): string =>
  odata`PartitionKey eq ${livesPartition} and until lt ${isoInstant(before)}`;
