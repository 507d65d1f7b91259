import type { TableClient, TableEntityQueryOptions, TransactionAction } from "@azure/data-tables";
import * as z from "zod";
import type { Version } from "../../core/domain/partition.ts";
import { guardedDelete, guarding } from "./guarded-delete.ts";
import type { Row, StoredRow } from "./row-format.ts";

/** What one transaction of Table Storage may hold. */
export const transactionLimit = 100;

/**
 * One table: reads, and writes whose expected refusals are values. The table is created when the service says that it is
 * missing, so that a running system never pays for asking.
 */
export interface TableAccess {
  /** All rows that fit the filter, from all pages, in the order of their keys. */
  query(filter: string): Promise<readonly StoredRow[]>;
  /** The same rows, page by page, for what may be long; `columns` narrows what comes along. */
  stream(filter: string, columns?: readonly string[]): AsyncIterable<StoredRow>;
  insert(row: Row): Promise<Written>;
  /** Replaces the whole row if it still has this version. */
  replace(row: Row, expected: Version): Promise<Written>;
  /**
   * All or nothing; answers with the versions of the rows in the order of the actions. `deleteGuard` is the version that the one delete among the
   * actions insists on; without it deletes are guarded by whatever else is in the transaction.
   */
  transact(actions: readonly TransactionAction[], deleteGuard?: Version): Promise<Written>;
}

/** Whoever is refused has written nothing. A deleted row has no version. */
export type Written = { readonly versions: readonly (Version | undefined)[] } | TableRefusal;

/** `exists`: an insert met a row. `changed`: the row has another version. `missing`: there is no such row. */
type TableRefusal = "exists" | "changed" | "missing";

/** Whatever is not a refusal is thrown: then nobody knows whether the write happened. */
export function tableAccess(client: TableClient): TableAccess {
  // Early: the shared-key policy writes down the length of the body that it meets.
  client.pipeline.addPolicy(guardedDelete, { phase: "Serialize" });
  return {
    query: (filter) => withTable(client, () => allRows(client, filter)),
    stream: (filter, columns) => stream(client, { filter, ...(columns ? { select: [...columns] } : {}) }),
    insert: (row) => write(client, async () => [await client.createEntity(row)]),
    replace: (row, expected) =>
      write(client, async () => [await client.updateEntity(row, "Replace", { etag: expected })]),
    transact: (actions, deleteGuard) => write(client, () => transaction(client, actions, deleteGuard)),
  };
}

async function allRows(client: TableClient, filter: string): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const row of client.listEntities({ queryOptions: { filter } })) rows.push(row);
  return rows;
}

/** A page that fails is thrown to the reader: half a ledger looks like a whole one. */
async function* stream(
  client: TableClient,
  queryOptions: TableEntityQueryOptions,
): AsyncGenerator<StoredRow> {
  const begin = async () => {
    const rows = client.listEntities({ queryOptions });
    return { rows, first: await rows.next() };
  };
  const { rows, first } = await withTable(client, begin);
  if (first.done === true) return;
  yield first.value;
  for await (const row of rows) yield row;
}

interface RowAnswer {
  readonly etag?: string;
}

async function transaction(
  client: TableClient,
  actions: readonly TransactionAction[],
  deleteGuard: Version | undefined,
): Promise<readonly RowAnswer[]> {
  const options = deleteGuard === undefined ? {} : { abortSignal: guarding(deleteGuard) };
  return (await client.submitTransaction([...actions], options)).subResponses;
}

async function write(client: TableClient, operation: () => Promise<readonly RowAnswer[]>): Promise<Written> {
  try {
    const answers = await withTable(client, operation);
    return { versions: answers.map(({ etag }) => etag as Version | undefined) };
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined || problem === "no-table") throw error;
    return problem;
  }
}

async function withTable<Result>(client: TableClient, operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (problemOf(error) !== "no-table") throw error;
    await client.createTable();
    return operation();
  }
}

/** The SDK puts the service's code in one place for single operations and in another for transactions. */
const serviceError = z.object({
  statusCode: z.number(),
  code: z.string().optional(),
  details: z
    .object({
      errorCode: z.string().optional(),
      odataError: z.object({ code: z.string().optional() }).optional(),
    })
    .optional(),
});

function problemOf(error: unknown): TableRefusal | "no-table" | undefined {
  const known = serviceError.safeParse(error);
  if (!known.success) return undefined;
  const { statusCode, code, details } = known.data;
  return meaningOf(statusCode, details?.odataError?.code ?? details?.errorCode ?? code);
}

/** A 409 has other reasons than a row that exists (a table that is being deleted): those are no answer to act on. */
function meaningOf(statusCode: number, reason: string | undefined): TableRefusal | "no-table" | undefined {
  if (statusCode === 404) return reason === "TableNotFound" ? "no-table" : "missing";
  if (statusCode === 409) return reason === "EntityAlreadyExists" ? "exists" : undefined;
  return statusCode === 412 ? "changed" : undefined;
}
