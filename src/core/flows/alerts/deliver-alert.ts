import {
  carriedFor,
  hasRoom,
  inPassing,
  isHigh,
  laneOf,
  parcelOf,
  waitingOf,
  type Waiting,
} from "../../domain/alerts/lane/lane.ts";
import { nextSlot } from "../../domain/alerts/lane/pace.ts";
import { dueChannels, escalate, nextTry, type OutboxEntry } from "../../domain/alerts/outbox.ts";
import { after, seconds, type Instant, type Milliseconds } from "../../domain/time.ts";
import { watchdogPartition, type Partition } from "../../domain/partition.ts";
import type { Ports } from "../../ports.ts";
import type { DeliverRequest } from "../../domain/state/messages.ts";
import type { FlowContext, FlowSettings } from "../settings.ts";
import { logAnswer } from "./lane/log-answer.ts";
import { carryLane } from "./lane/carry-lane.ts";
import { comeBack, settleParcel } from "./lane/settle-parcel.ts";
import { mostAtOnce, take, wantedOf, type Wanted } from "./lane/take.ts";

/**
 * Brings one alert to every channel that is due, and with it what else of its partition is due. What became of it is written down; what did not get
 * through comes back as a delayed message. Safe to run twice: whoever does not get the lease sends nothing, and what is not due has a message that comes
 * then. Throws if the outbox cannot be read or written.
 */
export async function deliverAlert(
  { partition, seq }: DeliverRequest,
  ports: Ports,
  settings: FlowSettings,
): Promise<void> {
  const { outbox } = await ports.table.read(partition);
  const asked = outbox.find((entry) => entry.seq === seq);
  if (!asked) return;
  const now = ports.clock.now();
  const due = dueOf(outbox, now);
  const taken = await take(partition, due, ports);
  if (due.length > mostAtOnce || isEarly(asked, now)) await comeBack(partition, asked, ports);
  await send(
    { partition, taken, isLate: true, isAll: due.length === outbox.length },
    { ports, settings },
    carriedFor,
  );
}

const dueOf = (outbox: readonly OutboxEntry[], now: Instant): readonly Wanted[] =>
  wantedOf(
    outbox.map((entry) => escalate(entry, now)),
    (entry) => dueChannels(entry, now),
  );

/** The queue's clock is a little ahead of ours. What is not due for longer has a message that comes then. */
function isEarly(entry: OutboxEntry, now: Instant): boolean {
  const wait = (nextTry(entry) ?? now) - now;
  return wait > 0 && wait <= seconds(5);
}

/**
 * The first try, right after the commit that wrote these entries and leased them to its writer. What does not get through comes back by the queue.
 */
export async function sendCommitted(
  partition: Partition,
  outbox: readonly OutboxEntry[],
  context: FlowContext,
): Promise<void> {
  await send({ partition, taken: committed(outbox, context.ports), ...first }, context, carriedFor);
}

/** The same where nothing of the partition waited before the commit. */
export async function sendAlone(
  partition: Partition,
  outbox: readonly OutboxEntry[],
  context: FlowContext,
): Promise<void> {
  await send(
    { partition, taken: committed(outbox, context.ports), ...first, isAll: true },
    context,
    carriedFor,
  );
}

/** The same for whoever has other things to do, or is waited for: after two seconds the queue does the rest. */
export async function sendInPassing(
  partition: Partition,
  outbox: readonly OutboxEntry[],
  context: FlowContext,
): Promise<void> {
  await send({ partition, taken: committed(outbox, context.ports), ...first }, context, inPassing);
}

const first = { isLate: false, isAll: false } as const;

/** What no person is sent has its line in the log at once, and nothing more to do where no machine is sent it. */
function committed(outbox: readonly OutboxEntry[], ports: Ports): readonly Wanted[] {
  for (const { alert, quiet } of outbox)
    if (quiet) logAnswer({ channel: quiet, alerts: [alert], answer: { kind: "accepted" } }, ports);
  return wantedOf(outbox, ({ deliveries }) => Object.keys(deliveries));
}

/** Entries of one partition whose leases we hold. */
interface Sending {
  readonly partition: Partition;
  readonly taken: readonly Wanted[];
  /** They are not sent right after the commit that decided them. */
  readonly isLate: boolean;
  /** Nothing else of the partition waits. */
  readonly isAll: boolean;
}

/** Puts them into the lanes of their channels, and carries the lanes that nobody carries. The watchdog's own are in no order. */
async function send(
  { partition, taken, isLate, isAll }: Sending,
  context: FlowContext,
  length: Milliseconds,
): Promise<void> {
  const channels = new Set(taken.flatMap((one) => one.channels));
  for (const { entry, channels: own } of taken) {
    const parcel = parcelOf(partition, entry, { isLate, channels: own });
    for (const channel of own)
      add(channel, waitingOf(parcel, isAll || partition === watchdogPartition), context.ports);
    await settleParcel(parcel, context);
  }
  await Promise.all([...channels].map((channel) => carryLane(channel, context, length)));
}

/** A lane that is full leaves it to the queue. */
function add(channel: string, waiting: Waiting, { lanes, clock }: Ports): void {
  const lane = laneOf(lanes, channel);
  if (hasRoom(lane, waiting)) {
    lane.waiting = [...lane.waiting, waiting];
    return;
  }
  const now = clock.now();
  const at = after(now, Math.max(0, (lane.pause?.until ?? nextSlot(lane.sent, isHigh(waiting))) - now));
  const outcome = { kind: "later" as const, at, why: lane.pause?.why, isTry: false };
  waiting.parcel.outcomes.push({ channel, outcome });
}

/** Hands to the queue what a crash left unsent: entries with a channel that is due and that nobody holds a lease for. */
export async function resend(
  partition: Partition,
  outbox: readonly OutboxEntry[],
  { clock, queues }: Ports,
): Promise<void> {
  const now = clock.now();
  const due = outbox.filter((entry) => dueChannels(escalate(entry, now), now).length > 0);
  await Promise.all(due.map(({ seq }) => queues.deliver({ partition, seq })));
}
