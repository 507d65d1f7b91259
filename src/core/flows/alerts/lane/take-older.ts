import pMap from "p-map";
import {
  hasRoom,
  isHigh,
  keyOf,
  parcelOf,
  waitingOf,
  type Lane,
  type Waiting,
} from "../../../domain/alerts/lane/lane.ts";
import { escalate, freeChannels, type OutboxEntry } from "../../../domain/alerts/outbox.ts";
import { reasonOf } from "../../../domain/foreign.ts";
import type { Ports } from "../../../ports.ts";
import { take, wantedOf } from "./take.ts";

/** So many partitions are read at once. */
const concurrency = 4;

interface Leaving {
  readonly channel: string;
  readonly lane: Lane;
}

/**
 * Before a message leaves: what is older of a bastion in it, as loud, and only waits for the channel comes into the lane, so that order is kept there.
 * Once for each alert, as long as there is room; where rows cannot be read, it leaves without them. False: nothing was left to be looked for.
 */
export async function takeOlder(
  message: readonly Waiting[],
  leaving: Leaving,
  ports: Ports,
): Promise<boolean> {
  const asking = message.filter(({ isInOrder }) => !isInOrder);
  if (asking.length === 0) return false;
  const youngest = [...new Map(asking.map((one) => [one.parcel.partition, one])).values()];
  const look = (one: Waiting) =>
    takeOlderThan(one, leaving, ports).catch((error: unknown) => {
      ports.log.warn("Older alerts of a bastion were not looked for", { why: reasonOf(error) });
    });
  await pMap(youngest, look, { concurrency });
  const keys = new Set(asking.map(keyOf));
  const { lane } = leaving;
  lane.waiting = lane.waiting.map((one) => (keys.has(keyOf(one)) ? { ...one, isInOrder: true } : one));
  return true;
}

async function takeOlderThan(one: Waiting, { channel, lane }: Leaving, ports: Ports): Promise<void> {
  if (!hasRoom(lane, one)) return;
  const { partition, entry } = one.parcel;
  const { outbox } = await ports.table.read(partition);
  const now = ports.clock.now();
  const isBefore = ({ seq, alert }: OutboxEntry) =>
    seq < entry.seq && (alert.severity === "high") === isHigh(one);
  const older = outbox.filter(isBefore).map((other) => escalate(other, now));
  const free = wantedOf(older, (other) => freeChannels(other, now).filter((name) => name === channel));
  const taken = await take(partition, free, ports);
  const parcels = taken.map((other) =>
    parcelOf(partition, other.entry, { isLate: true, channels: [channel] }),
  );
  lane.waiting = [...lane.waiting, ...parcels.map((parcel) => waitingOf(parcel, true))];
}
