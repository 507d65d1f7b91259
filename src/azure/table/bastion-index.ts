import { odata, type TransactionAction } from "@azure/data-tables";
import { idKey, type BastionId } from "../../core/domain/arm-id.ts";
import { reasonOf } from "../../core/domain/foreign.ts";
import { bastionIn } from "../../core/domain/partition.ts";
import type { StoredRow } from "./row-format.ts";
import { indexPartition } from "./row-keys.ts";
import { bastionRow, readBastion } from "./rows.ts";
import { transactionLimit, type TableAccess } from "./table-access.ts";

/** One row of the index: whose it is, as far as that can be told, and what is wrong with it. */
interface IndexRow {
  readonly bastion: BastionId | undefined;
  readonly problem: string | undefined;
}

/** Rows are written as `rememberBastions` found them: who reads one knows the bastion by its content or, damaged, by its key. */
function indexRow(row: StoredRow): IndexRow {
  try {
    return { bastion: readBastion(row), problem: undefined };
  } catch (error) {
    return { bastion: bastionIn(String(row["rowKey"])), problem: reasonOf(error) };
  }
}

const indexRows = async (table: TableAccess): Promise<readonly IndexRow[]> =>
  (await table.query(odata`PartitionKey eq ${indexPartition}`)).map(indexRow);

export const knownBastions = async (table: TableAccess): Promise<readonly BastionId[]> =>
  (await indexRows(table)).flatMap(({ bastion }) => bastion ?? []);

export async function rememberBastions(table: TableAccess, bastions: readonly BastionId[]): Promise<void> {
  const rows = [...new Map(bastions.map((bastion) => [idKey(bastion.id), bastionRow(bastion)])).values()];
  for (let start = 0; start < rows.length; start += transactionLimit) {
    const chunk = rows.slice(start, start + transactionLimit);
    const written = await table.transact(chunk.map((row): TransactionAction => ["upsert", row, "Replace"]));
    if (typeof written === "string")
      throw new Error(`Remembering ${chunk.length} bastions was refused: a row is said to be ${written}`);
  }
}

export async function mendIndex(table: TableAccess): Promise<readonly string[]> {
  const damaged = (await indexRows(table)).filter(({ problem }) => problem !== undefined);
  await rememberBastions(
    table,
    damaged.flatMap(({ bastion }) => bastion ?? []),
  );
  return damaged.flatMap(({ bastion, problem }) => (bastion ? [] : (problem ?? [])));
}
