import { odata } from "@azure/data-tables";
import type { Partition } from "../../core/domain/partition.ts";
import { readLinkRows, type Watched } from "../../core/domain/state/watched.ts";
import { checkedKey, rowProblem, type StoredRow } from "./row-format.ts";
import { hostPlace, hotRows } from "./row-keys.ts";
import { etagOf, readAwaited, readHost, readLink, readOutbox, readSignal } from "./rows.ts";
import type { TableAccess } from "./table-access.ts";

/** The filter for all that a reconcile reads of a partition. */
export const hotRowsOf = (partition: Partition): string =>
  odata`PartitionKey eq ${checkedKey(partition)} and RowKey ge ${hotRows.from} and RowKey lt ${hotRows.below}`;

/** The host row sorts first: its version is older than, or as old as, every other row of the answer, also over several pages. */
export function watchedOf(rows: readonly StoredRow[]): Watched {
  const of = (kind: RowKind) => rows.filter((row) => kindOf(row) === kind);
  const [hostRow] = of("0host");
  const host = hostRow && readHost(hostRow);
  const awaited = of("4awaited")
    .map(readAwaited)
    .sort((a, b) => a.at - b.at);
  return {
    version: hostRow && etagOf(hostRow),
    host: host && { ...host, awaited },
    ...readLinkRows(of("1link").map(readLink), host?.openBatch),
    signals: of("2signal").map(readSignal),
    outbox: of("3outbox").map(readOutbox),
  };
}

/** One row instead of all: what only the host row tells costs no range. */
export async function readHostRow(
  table: TableAccess,
  partition: Partition,
): Promise<Pick<Watched, "host" | "version">> {
  const { rowKey } = hostPlace(partition);
  const [row] = await table.query(odata`PartitionKey eq ${checkedKey(partition)} and RowKey eq ${rowKey}`);
  return { version: row && etagOf(row), host: row && readHost(row) };
}

const kinds = ["0host", "1link", "2signal", "3outbox", "4awaited"] as const;
type RowKind = (typeof kinds)[number];

function kindOf(row: StoredRow): RowKind {
  const [name] = String(row["rowKey"]).split(":", 1);
  const kind = kinds.find((one) => one === name);
  if (kind) return kind;
  throw rowProblem(row, "has a kind that this program does not know");
}
