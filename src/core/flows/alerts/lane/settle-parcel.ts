import type { Parcel } from "../../../domain/alerts/lane/lane.ts";
import { escalate, isSettled, nextTry, settle, type OutboxEntry } from "../../../domain/alerts/outbox.ts";
import type { Partition } from "../../../domain/partition.ts";
import type { Ports } from "../../../ports.ts";
import type { FlowContext } from "../../settings.ts";
import { reportGivenUp } from "../report-given-up.ts";

/**
 * Writes what became of an alert at its channels, as soon as it is not under way to any; what has to be tried again comes back by the queue. Whoever is at it
 * takes along what others heard meanwhile. Who lost the lease writes nothing.
 */
export async function settleParcel(parcel: Parcel, context: FlowContext): Promise<void> {
  if (parcel.isWriting) return;
  parcel.isWriting = true;
  try {
    while (parcel.outcomes.length > 0 && parcel.underWay.size === 0) await write(parcel, context);
  } finally {
    parcel.isWriting = false;
  }
}

async function write(parcel: Parcel, context: FlowContext): Promise<void> {
  const { ports } = context;
  const { partition, entry: before } = parcel;
  const now = ports.clock.now();
  const outcomes = parcel.outcomes.splice(0);
  const settled = escalate(
    outcomes.reduce((entry, { channel, outcome }) => settle(entry, channel, { outcome, now }), before),
    now,
  );
  await reportGivenUp(settled, before, context);
  const version = await ports.table.updateOutbox(partition, settled);
  if (version === "lost") return;
  parcel.entry = { ...settled, version };
  const isBack = outcomes.some(({ outcome }) => outcome.kind === "later") || isPendingElsewhere(parcel);
  if (isBack && !isSettled(settled)) await comeBack(partition, settled, ports);
}

/** A channel waits for it that it is not on its way to: one that was put off, or a fallback just brought in. */
const isPendingElsewhere = ({ entry, channels }: Parcel): boolean =>
  Object.entries(entry.deliveries).some(
    ([name, { state }]) => state === "pending" && !channels.includes(name),
  );

/** The queue brings it again when a channel is due. */
export async function comeBack(partition: Partition, entry: OutboxEntry, ports: Ports): Promise<void> {
  const moment = nextTry(entry);
  if (moment !== undefined)
    await ports.queues.deliver({ partition, seq: entry.seq }, moment - ports.clock.now());
}
