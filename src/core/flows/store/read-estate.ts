import pMap from "p-map";
import { isSameId, parseBastionId, type BastionId } from "../../domain/arm-id.ts";
import type { KeptMessage } from "../../domain/alerts/lane/message-id.ts";
import type { Target } from "../../domain/console/command.ts";
import type { BastionHistory, BastionRows } from "../../domain/state/bastion-rows.ts";
import type { Instant } from "../../domain/time.ts";
import { notToBeRead, UnreadableRow } from "../../domain/state/watched.ts";
import { partitionOf, watchdogPartition, type Partition } from "../../domain/partition.ts";
import type { AlertsTable, Closed, WatchTable } from "../../ports.ts";

/** So many requests to the table are under way at once. */
export const concurrency = 16;

/** What is remembered of every bastion ever seen. Asks Azure nothing. Throws where a row cannot be read: whoever acts on half an estate misses links. */
export const readEstate = (table: WatchTable): Promise<readonly BastionRows[]> =>
  everyBastion(table, (bastion) => rowsOf(bastion, table));

/** The same to look at: a row that cannot be read hides one bastion, which says so, and no other. */
export const viewEstate = (table: WatchTable, now: Instant): Promise<readonly BastionRows[]> =>
  everyBastion(table, (bastion) => viewOf(bastion, table, now));

/** The same rows, with the closed links that are asked for. Throws where a row cannot be read. */
export const withClosed = (
  estate: readonly BastionRows[],
  which: Closed,
  table: AlertsTable,
): Promise<readonly BastionHistory[]> =>
  pMap(
    estate,
    async (rows) => ({ ...rows, closed: await table.readClosed(partitionOf(rows.bastion), which) }),
    { concurrency },
  );

async function viewOf(bastion: BastionId, table: WatchTable, now: Instant): Promise<BastionRows> {
  try {
    return await rowsOf(bastion, table);
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error;
    return { bastion, watched: notToBeRead(bastion.id, error, now) };
  }
}

const everyBastion = async (
  table: WatchTable,
  read: (bastion: BastionId) => Promise<BastionRows>,
): Promise<readonly BastionRows[]> => pMap(await table.knownBastions(), read, { concurrency });

const rowsOf = async (bastion: BastionId, table: WatchTable): Promise<BastionRows> => ({
  bastion,
  watched: await table.read(partitionOf(bastion)),
});

/** The rows of one bastion; undefined if none of this id was ever seen. */
export async function readBastionRows(
  bastionId: string,
  table: WatchTable,
): Promise<BastionRows | undefined> {
  const bastion = await findBastion(bastionId, table);
  return bastion && rowsOf(bastion, table);
}

/** The same to look at, also where a row cannot be read. */
export async function viewBastion(
  bastionId: string,
  table: WatchTable,
  now: Instant,
): Promise<BastionRows | undefined> {
  const bastion = await findBastion(bastionId, table);
  return bastion && viewOf(bastion, table, now);
}

const findBastion = async (bastionId: string, table: WatchTable): Promise<BastionId | undefined> =>
  (await table.knownBastions()).find(({ id }) => isSameId(id, bastionId));

/** Everything a target may lie in: one bastion's rows where it names one. */
export async function readTarget(
  target: Target,
  table: WatchTable & Pick<AlertsTable, "readMessage">,
): Promise<readonly BastionRows[]> {
  if (target.kind === "vm" || target.kind === "creator") return readEstate(table);
  if (target.kind === "message") return rowsOfMessage(await table.readMessage(target.messageId), table);
  if (target.bastionId === undefined)
    return [{ bastion: noBastion, watched: await table.read(watchdogPartition) }];
  const rows = await readBastionRows(target.bastionId, table);
  return rows ? [rows] : [];
}

/** Stands for the watchdog's own partition, which belongs to no bastion. */
const noBastion: BastionId = { id: "", subscriptionId: "", resourceGroup: "", name: "" };

/** Where these rows were read, and are to be written. */
export const partitionFor = ({ bastion }: BastionRows): Partition =>
  bastion.id === "" ? watchdogPartition : partitionOf(bastion);

/** The partitions that a message told of, each once. */
export const partitionsOf = ({ alerts }: KeptMessage): readonly Partition[] => [
  ...new Set(alerts.map(({ partition }) => partition)),
];

const rowsOfMessage = async (
  message: KeptMessage | undefined,
  table: WatchTable,
): Promise<readonly BastionRows[]> =>
  message ? await pMap(partitionsOf(message), (partition) => rowsIn(partition, table), { concurrency }) : [];

/** What is in a partition: of a bastion, or of the watchdog itself. */
export async function rowsIn(partition: Partition, table: WatchTable): Promise<BastionRows> {
  const watched = await table.read(partition);
  return { bastion: parseBastionId(watched.host?.bastionId ?? "") ?? noBastion, watched };
}
