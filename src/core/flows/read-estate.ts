import { idKey, type BastionId } from "../domain/arm-id.ts";
import type { Target } from "../domain/command.ts";
import type { BastionRows } from "../domain/target.ts";
import { partitionOf, watchdogPartition, type Partition } from "../domain/watched.ts";
import type { WatchTable } from "../ports.ts";

const together = 16;

/** What is remembered of every bastion ever seen. Asks Azure nothing. */
export async function readEstate(table: WatchTable): Promise<readonly BastionRows[]> {
  const bastions = await table.knownBastions();
  const rows: BastionRows[] = [];
  for (let start = 0; start < bastions.length; start += together) {
    rows.push(...(await Promise.all(bastions.slice(start, start + together).map((bastion) => rowsOf(bastion, table)))));
  }
  return rows;
}

const rowsOf = async (bastion: BastionId, table: WatchTable): Promise<BastionRows> => ({
  bastion,
  watched: await table.read(partitionOf(bastion)),
});

/** The rows of one bastion; undefined if none of this id was ever seen. */
export async function readBastion(bastionId: string, table: WatchTable): Promise<BastionRows | undefined> {
  const bastion = (await table.knownBastions()).find(({ id }) => idKey(id) === idKey(bastionId));
  return bastion && rowsOf(bastion, table);
}

/** Everything a target may lie in: one bastion's rows where it names one. */
export async function readTarget(target: Target, table: WatchTable): Promise<readonly BastionRows[]> {
  if (target.kind === "vm" || target.kind === "creator") return readEstate(table);
  if (target.bastionId === undefined) return [{ bastion: noBastion, watched: await table.read(watchdogPartition) }];
  const rows = await readBastion(target.bastionId, table);
  return rows ? [rows] : [];
}

/** Stands for the watchdog's own partition, which belongs to no bastion. */
const noBastion: BastionId = { id: "", subscriptionId: "", resourceGroup: "", name: "" };

export const partitionFor = ({ bastion }: BastionRows): Partition => (bastion.id === "" ? watchdogPartition : partitionOf(bastion));
