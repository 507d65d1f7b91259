import pMap from "p-map";
import { odata, type TransactionAction } from "@azure/data-tables";
import { reasonOf } from "../../core/domain/foreign.ts";
import type {
  ChainPoint,
  LedgerHead,
  LedgerRecord,
  UnreadableHead,
} from "../../core/domain/ledger/ledger.ts";
import type { OutboxEntry } from "../../core/domain/alerts/outbox.ts";
import { isoInstant } from "../../core/domain/time.ts";
import {
  livesPartition,
  partitionOf,
  watchdogPartition,
  type Partition,
  type Version,
} from "../../core/domain/partition.ts";
import { UnreadableRow } from "../../core/domain/state/watched.ts";
import type { Archived, Closed, LedgerTable, WatchTable } from "../../core/ports.ts";
import { firstLists } from "./unguarded/first-lists.ts";
import { readMessage } from "./unguarded/messages.ts";
import { archivedSchema } from "./ledger-schemas.ts";
import { checkedKey, readRow, rowOf, type Row, type StoredRow } from "./row-format.ts";
import { livesEndedBefore } from "./lives.ts";
import { knownBastions } from "./bastion-index.ts";
import { at, numbered } from "./row-keys.ts";
import { readHostRow } from "./hot-rows.ts";
import { etagOf, readClosed, readLedger, readOutbox } from "./rows.ts";
import { transactionLimit, type TableAccess } from "./table-access.ts";

type LedgerRows = Omit<LedgerTable, keyof WatchTable>;

/** What of the table no reconcile touches: the ledger's rows as a whole, and the rows that are only history. */
export const ledgerTable = (table: TableAccess): LedgerRows => ({
  readLedger: (partition, from, to) => ledgerRecords(table, partition, { from, to }),
  heads: () => heads(table),
  firstLists: () => firstLists(table),
  readAlerts: (partition, from) => readAlerts(table, partition, from),
  readClosed: async (partition, which) => (await table.query(closedRows(partition, which))).map(readClosed),
  archivedTo: (partition) => archivedTo(table, partition),
  markArchived: (partition, to, expected) => markArchived(table, archivedRow(partition, to), expected),
  dropLedger: (partition, to) =>
    dropRows(table, partition, between(partition, "9ledger:", numbered("9ledger", to + 1))),
  pruneLives: (before) => dropRows(table, livesPartition, livesEndedBefore(before)),
  readMessage: (id) => readMessage(table, id),
  prune: async (partition, { seen, finished }) => {
    const [seenBefore, finishedBefore] = [isoInstant(seen), isoInstant(finished)];
    const rows = [
      ["8seen:", odata`receivedAt lt ${seenBefore}`],
      ["8closed:", odata`closedAt lt ${finishedBefore}`],
      ["8sent:", odata`at lt ${finishedBefore}`],
      ["8message:", odata`at lt ${finishedBefore}`],
    ] as const;
    for (const [kind, age] of rows)
      await dropRows(table, partition, `${between(partition, kind, endOf(kind))} and ${age}`);
  },
});

/** First those under way: one that finishes in between is found twice, and never lost. */
async function readAlerts(
  table: TableAccess,
  partition: Partition,
  from: number,
): Promise<readonly OutboxEntry[]> {
  const read = async (kind: string) =>
    (await table.query(between(partition, numbered(kind, from), endOf(`${kind}:`)))).map(readOutbox);
  const alerts = [...(await read("3outbox")), ...(await read("8sent"))];
  return [...new Map(alerts.map((entry) => [entry.seq, entry])).values()].sort((a, b) => a.seq - b.seq);
}

function closedRows(partition: Partition, which: Closed): string {
  if ("linkId" in which) return between(partition, `8closed:${which.linkId}:`, `8closed:${which.linkId};`);
  const since = isoInstant(which.since);
  return `${between(partition, "8closed:", endOf("8closed:"))} and ${odata`closedAt ge ${since}`}`;
}

/** The first key after all that begin with `kind`, which ends in a colon. */
const endOf = (kind: string): string => kind.replace(":", ";");

const between = (partition: Partition, from: string, below: string): string =>
  odata`PartitionKey eq ${checkedKey(partition)} and RowKey ge ${from} and RowKey lt ${below}`;

async function* ledgerRecords(
  table: TableAccess,
  partition: Partition,
  { from, to }: { readonly from: number; readonly to: number | undefined },
): AsyncGenerator<LedgerRecord> {
  const below = to === undefined ? endOf("9ledger:") : numbered("9ledger", to + 1);
  const rows = table.stream(between(partition, numbered("9ledger", Math.max(from, 0)), below));
  for await (const row of rows) yield recordIn(row);
}

/** A row is the fact its key says, or it is broken: whoever verifies has to hear of it by number. */
function recordIn(row: StoredRow): LedgerRecord {
  const seq = Number(/^9ledger:(\d+)$/.exec(String(row["rowKey"]))?.[1]);
  if (!Number.isSafeInteger(seq)) return { seq: 0, unreadable: "its key has no number" };
  try {
    const fact = readLedger(row);
    return fact.seq === seq ? fact : { seq, unreadable: `it holds fact ${fact.seq}` };
  } catch (error) {
    return { seq, unreadable: reasonOf(error) };
  }
}

const concurrency = 16;

async function heads(table: TableAccess): Promise<readonly (LedgerHead | UnreadableHead)[]> {
  const partitions = [...(await knownBastions(table)).map(partitionOf), watchdogPartition].sort();
  return (await pMap(partitions, (partition) => headOf(table, partition), { concurrency })).flat();
}

async function headOf(
  table: TableAccess,
  partition: Partition,
): Promise<readonly (LedgerHead | UnreadableHead)[]> {
  try {
    const { host } = await readHostRow(table, partition);
    return host && host.headSeq > 0
      ? [{ partition, seq: host.headSeq, hash: host.chainHead, acceptedTo: host.acceptedTo }]
      : [];
  } catch (error) {
    if (error instanceof UnreadableRow) return [{ partition, unreadable: error.message }];
    throw error;
  }
}

/** Outside the hot rows: a reconcile never needs to know. */
const archivedKey = "9archived";

const archivedRow = (partition: Partition, { seq, hash }: ChainPoint): Row =>
  rowOf(at(partition, archivedKey), { seq }, { seq, hash });

async function archivedTo(table: TableAccess, partition: Partition): Promise<Archived | undefined> {
  const [row] = await table.query(
    odata`PartitionKey eq ${checkedKey(partition)} and RowKey eq ${archivedKey}`,
  );
  return row && { ...readRow(archivedSchema, row), version: etagOf(row) };
}

async function markArchived(
  table: TableAccess,
  row: Row,
  expected: Version | undefined,
): Promise<Version | "lost"> {
  const written = await (expected === undefined ? table.insert(row) : table.replace(row, expected));
  return typeof written === "string" ? "lost" : (written.versions[0] ?? "lost");
}

/** A hundred a transaction. A row that is gone already fails its transaction; the next run takes the rest. */
async function dropRows(table: TableAccess, partition: Partition, filter: string): Promise<void> {
  let waiting: TransactionAction[] = [];
  const flush = async () => {
    const written = waiting.length === 0 ? undefined : await table.transact(waiting);
    if (typeof written === "string")
      throw new Error(`Deleting old rows of ${partition} met a row that is ${written}; run it again`);
    waiting = [];
  };
  for await (const { rowKey } of table.stream(filter, ["partitionKey", "rowKey"])) {
    waiting.push(["delete", { ...at(partition, String(rowKey)) }]);
    if (waiting.length === transactionLimit) await flush();
  }
  await flush();
}
