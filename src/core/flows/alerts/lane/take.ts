import { lease, type OutboxEntry } from "../../../domain/alerts/outbox.ts";
import type { Partition } from "../../../domain/partition.ts";
import type { Ports } from "../../../ports.ts";

/** An entry, and those of its channels that it is to be sent to. */
export interface Wanted {
  readonly entry: OutboxEntry;
  readonly channels: readonly string[];
}

/** So many of one bastion are taken at once. */
export const mostAtOnce = 50;

/** Leases the first fifty for these channels; what somebody else is at is not taken. Throws if the outbox cannot be written. */
export async function take(
  partition: Partition,
  wanted: readonly Wanted[],
  { table, clock }: Ports,
): Promise<readonly Wanted[]> {
  const now = clock.now();
  const taken: Wanted[] = [];
  for (const { entry, channels } of wanted.slice(0, mostAtOnce)) {
    const leased = lease(entry, channels, now);
    const version = await table.updateOutbox(partition, leased);
    if (version !== "lost") taken.push({ entry: { ...leased, version }, channels });
  }
  return taken;
}

/** Entries for which there is a channel. */
export const wantedOf = (
  outbox: readonly OutboxEntry[],
  channelsOf: (entry: OutboxEntry) => readonly string[],
): readonly Wanted[] =>
  outbox
    .map((entry) => ({ entry, channels: channelsOf(entry) }))
    .filter(({ channels }) => channels.length > 0);
