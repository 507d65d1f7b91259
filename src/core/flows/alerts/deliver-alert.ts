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
import { dueChannels, escalate, lease, nextTry, type OutboxEntry } from "../../domain/alerts/outbox.ts";
import { after, seconds, type Instant, type Milliseconds } from "../../domain/time.ts";
import type { Partition } from "../../domain/partition.ts";
import type { Ports } from "../../ports.ts";
import type { DeliverRequest } from "../../domain/state/messages.ts";
import type { FlowContext, FlowSettings } from "../settings.ts";
import { logAnswer } from "./lane/log-answer.ts";
import { carryLane } from "./lane/carry-lane.ts";
import { comeBack, settleParcel } from "./lane/settle-parcel.ts";

/** So many of one bastion are taken at once; each has a message of its own that brings the rest. */
const mostAtOnce = 50;

/**
 * Brings one alert to every channel that is due, and with it what else of its partition is due, the oldest first: order is kept within a bastion. What became of it
 * is written down; what did not get through comes back as a delayed message. Safe to run twice: whoever does not get the lease sends nothing, and what is
 * not due has a message that comes then. Throws if the outbox cannot be read or written.
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
  await send({ partition, taken }, { ports, settings }, carriedFor);
}

const dueOf = (outbox: readonly OutboxEntry[], now: Instant): readonly OutboxEntry[] =>
  outbox.map((entry) => escalate(entry, now)).filter((entry) => dueChannels(entry, now).length > 0);

/** Leases what is due; what somebody else is at is not taken. */
async function take(
  partition: Partition,
  due: readonly OutboxEntry[],
  { table, clock }: Ports,
): Promise<readonly Taken[]> {
  const now = clock.now();
  const taken: Taken[] = [];
  for (const entry of due.slice(0, mostAtOnce)) {
    const channels = dueChannels(entry, now);
    const leased = lease(entry, channels, now);
    const version = await table.updateOutbox(partition, leased);
    if (version !== "lost") taken.push({ entry: { ...leased, version }, channels, isLate: true });
  }
  return taken;
}

/** The queue's clock is a little ahead of ours. What is not due for longer has a message that comes then. */
function isEarly(entry: OutboxEntry, now: Instant): boolean {
  const wait = (nextTry(entry) ?? now) - now;
  return wait > 0 && wait <= seconds(5);
}

/** An entry whose lease we hold, for some of its channels. */
interface Taken {
  readonly entry: OutboxEntry;
  readonly channels: readonly string[];
  /** It is not sent right after the commit that decided it. */
  readonly isLate: boolean;
}

/**
 * The first try, right after the commit that wrote these entries and leased them to its writer. What does not
 * get through comes back by the queue.
 */
export async function sendCommitted(
  partition: Partition,
  outbox: readonly OutboxEntry[],
  context: FlowContext,
): Promise<void> {
  await send({ partition, taken: committed(outbox, context.ports) }, context, carriedFor);
}

/** The same where entries of the partition waited before the commit: what of them is due goes first, so that order is kept within a bastion. */
export async function sendInOrder(
  partition: Partition,
  outbox: readonly OutboxEntry[],
  context: FlowContext,
): Promise<void> {
  const { table, clock } = context.ports;
  const own = new Set(outbox.map(({ seq }) => seq));
  const older = (await table.read(partition)).outbox.filter(({ seq }) => !own.has(seq));
  const taken = [
    ...(await take(partition, dueOf(older, clock.now()), context.ports)),
    ...committed(outbox, context.ports),
  ];
  await send({ partition, taken }, context, carriedFor);
}

/** The same for whoever has other things to do, or is waited for: after two seconds the queue does the rest. */
export async function sendInPassing(
  partition: Partition,
  outbox: readonly OutboxEntry[],
  context: FlowContext,
): Promise<void> {
  await send({ partition, taken: committed(outbox, context.ports) }, context, inPassing);
}

/** What no person is sent has its line in the log at once, and nothing more to do where no machine is sent it. */
function committed(outbox: readonly OutboxEntry[], ports: Ports): readonly Taken[] {
  for (const { alert, quiet } of outbox)
    if (quiet) logAnswer({ channel: quiet, alerts: [alert], answer: { kind: "accepted" } }, ports);
  const taken = outbox.map((entry) => ({ entry, channels: Object.keys(entry.deliveries), isLate: false }));
  return taken.filter(({ channels }) => channels.length > 0);
}

/** Puts them into the lanes of their channels, and carries the lanes that nobody carries. */
async function send(
  { partition, taken }: { readonly partition: Partition; readonly taken: readonly Taken[] },
  context: FlowContext,
  length: Milliseconds,
): Promise<void> {
  const channels = new Set(taken.flatMap((one) => one.channels));
  for (const { entry, channels: own, isLate } of taken) {
    const waiting = waitingOf(parcelOf(partition, entry, { isLate, channels: own }));
    for (const channel of own) add(channel, waiting, context.ports);
    await settleParcel(waiting.parcel, context);
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
