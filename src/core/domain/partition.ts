import { idKey, parseBastionId, type BastionId } from "./arm-id.ts";

/** One bastion's rows, or the watchdog's own. Everything inside one partition moves in one transaction. */
export type Partition = string & { readonly __brand: "Partition" };

/** The bastion's id in lower case with `|` for `/`, which no key of a table may hold. */
export const partitionOf = (bastion: BastionId): Partition =>
  idKey(bastion.id).replaceAll("/", "|") as Partition;

/** Alerts and facts that belong to no bastion: poison messages, sweeps, configuration. */
export const watchdogPartition = "|watchdog" as Partition;

/** How long each VM was open, over all bastions; outside of every guard. */
export const livesPartition = "|lives" as Partition;

/** The bastion whose rows are here; undefined for the watchdog's own partition, and for a text that is none. */
export const bastionIn = (partition: string): BastionId | undefined =>
  parseBastionId(partition.replaceAll("|", "/"));

/** The ETag of a row: whoever writes must have read this. */
export type Version = string & { readonly __brand: "Version" };

/** Whether a text from outside names a partition that can be: the watchdog's own, or that of the id of a bastion host. */
export function isPartition(text: string): text is Partition {
  return text === watchdogPartition || (bastionIn(text) !== undefined && idKey(text) === text);
}
