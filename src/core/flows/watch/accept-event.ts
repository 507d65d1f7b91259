import { readActivityEvent, type ActivityEvent } from "../../domain/attribution/activity-event.ts";
import { isSameId, type BastionId } from "../../domain/arm-id.ts";
import { reasonOf } from "../../domain/foreign.ts";
import { clockTolerance } from "../../domain/attribution/attribution.ts";
import { fromActivityLog } from "../../domain/attribution/from-activity-log.ts";
import { alikeOf, apart, patience } from "../../domain/attribution/unheard.ts";
import { sharedRow, type Signal } from "../../domain/attribution/signal.ts";
import { after, instant, minutes, type Instant } from "../../domain/time.ts";
import { askedAgainAfter, isAnsweredBy } from "../../domain/state/asking.ts";
import { newHost, type HostState } from "../../domain/state/watched.ts";
import { partitionOf, watchdogPartition } from "../../domain/partition.ts";
import type { Ports } from "../../ports.ts";
import { reconcile } from "./reconcile.ts";
import { reportTrouble } from "../alerts/report-trouble.ts";
import { isInSubscriptions, type FlowSettings } from "../settings.ts";
import { recordIf, type Entry } from "../store/record.ts";
import { isOutOfScope } from "./scope/scope.ts";

type Taken = Extract<ActivityEvent, { readonly kind: "signal" }> & {
  readonly remembers: boolean;
  readonly looks: boolean;
};

/** What an event leads to: whether its claim is remembered, and whether it makes us look. */
export type Consequence = Exclude<ActivityEvent, { readonly kind: "signal" }> | Taken;

/** Judges an event alone; whether its bastion is in scope is another question. Our own reads are no news. */
export function consequenceOf(
  event: unknown,
  now: Instant,
  { principalId }: Pick<FlowSettings, "principalId">,
): Consequence {
  const read = readActivityEvent(event, now);
  if (read.kind !== "signal") return read;
  const { operation, caller } = read.signal;
  const isOurs = principalId !== undefined && caller.objectId?.toLowerCase() === principalId;
  const isNews = !isOurs || operation !== "read";
  return { ...read, remembers: isNews, looks: isNews };
}

/**
 * Takes one Activity Log event: remembers what it claims, then looks at the bastion. An event never revokes anything; forged,
 * duplicated, late or out of order it costs a look, and in an hour all reads, or all creates that Azure refused, of one caller cost one, and
 * none while a list is half a minute young: the sweep looks anyway. One that cannot be read is recorded and told, because retrying cannot help.
 * Throws what storage or Resource Graph throws: then the queue delivers the event again, and remembering it twice does no harm.
 */
export async function acceptEvent(event: unknown, ports: Ports, settings: FlowSettings): Promise<void> {
  const now = ports.clock.now();
  const read = consequenceOf(event, now, settings);
  if (read.kind === "ignored") {
    ports.log.info("Event ignored", { why: read.why });
    return;
  }
  if (read.kind === "invalid") {
    await reportTrouble({ kind: "message-rejected", source: "activity", why: read.why }, ports, settings);
    return;
  }
  await acceptSignal(read, { ports, settings });
}

/** So that health can say when Azure last told us anything. Once a minute is enough, and an event counts as taken without it. */
async function noteEvent(now: Instant, { table, log }: Ports): Promise<void> {
  try {
    const { host = newHost(""), version } = await table.read(watchdogPartition);
    if (host.eventAt !== undefined && now < after(host.eventAt, minutes(1))) return;
    const nothing = { put: [], close: [], spent: [], facts: [], outbox: [] };
    await table.commit(watchdogPartition, { ...nothing, expected: version, host: { ...host, eventAt: now } });
  } catch (error) {
    log.warn("The time of an event was not noted", { why: reasonOf(error) });
  }
}

interface EventContext {
  readonly ports: Ports;
  readonly settings: FlowSettings;
}

async function acceptSignal(
  { bastion, signal: said, alike, remembers, looks }: Taken,
  { ports, settings }: EventContext,
): Promise<void> {
  const signal = { ...said, shares: sharedRow(said) };
  if (!(await isInScope(bastion, { ports, settings }))) {
    ports.log.warn("Event ignored: its bastion is outside WATCHDOG_SCOPE", {
      bastion: bastion.id,
      operation: signal.operation,
    });
    await countDropped({ ports, settings });
    return;
  }
  if (!remembers) return;
  // Links that were created were on a bastion, so that those are told even where it is gone by now.
  const known = signal.operation === "create" ? undefined : await ports.table.readHost(partitionOf(bastion));
  if (await neverWas(bastion, known, ports)) {
    ports.log.warn("Event ignored: there is no such bastion, and never was one here", {
      bastion: bastion.id,
      operation: signal.operation,
    });
    return;
  }
  const isNews = await remember({ bastion, signal, alike }, ports);
  if (!looks || !isNews) return;
  await lookFor({ bastion, signal, lookedAt: known?.host?.lookedAt }, { ports, settings });
  if (!isFromLog(signal)) await noteEvent(signal.receivedAt, ports);
}

/** Whether it is worth a look: it is not, where the other witness told of it before, or one that shares its row did. */
async function remember(heard: Reported, ports: Ports): Promise<boolean> {
  const { bastion, signal } = heard;
  if (await wasToldByOther(heard, ports)) {
    ports.log.info("Event ignored: the other witness reported it before", { operation: signal.operation });
    return false;
  }
  const kept = await ports.table.rememberSignal(partitionOf(bastion), signal);
  return kept === "new" || signal.shares === undefined;
}

const isFromLog = ({ eventId }: Pick<Signal, "eventId">): boolean => eventId.startsWith(fromActivityLog);

/**
 * Whether the other witness brought the very operation: the log, because Event Grid took too long, or Event Grid, since the log was compared. Only an event that late
 * costs this query, or a record that says how many events alike tell of other operations: one create that is heard of hides no other of its call.
 */
async function wasToldByOther(
  { bastion, signal, alike }: Reported,
  { table, clock }: Ports,
): Promise<boolean> {
  const { occurredAt } = signal;
  const isLog = isFromLog(signal);
  if (isLog ? alike === undefined : clock.now() < after(occurredAt, patience)) return false;
  const time = { from: after(occurredAt, -apart), until: after(occurredAt, apart) };
  const told = (await table.heard(partitionOf(bastion), time)).filter((one) => isFromLog(one) !== isLog);
  return alikeOf(signal, told).length > (alike ?? 0);
}

interface Heard {
  readonly bastion: BastionId;
  readonly signal: Signal;
}

type Reported = Heard & Pick<Taken, "alike">;

/** At once; where signals alike share a row, half a minute after another list. */
async function lookFor(
  { bastion, signal, lookedAt }: Heard & { readonly lookedAt: Instant | undefined },
  { ports, settings }: EventContext,
): Promise<void> {
  const request = { bastionId: bastion.id, cause: "event", since: answeredFrom(signal) } as const;
  if (signal.shares !== undefined && isAnsweredBy(lookedAt, ports.clock.now()))
    await ports.queues.reconcile(request, askedAgainAfter);
  else await reconcile(request, ports, settings);
}

/**
 * Whether nothing was ever seen of the bastion, and it is not there by its own word: whoever may write to a resource group can try to create links on, read, or
 * delete as many names as they like.
 */
const neverWas = async (
  bastion: BastionId,
  known: { readonly version: string | undefined } | undefined,
  { controlPlane }: Ports,
): Promise<boolean> =>
  known !== undefined &&
  known.version === undefined &&
  (await controlPlane.getBastion(bastion)).kind === "gone";

/**
 * A complete listing that begins after an operation ended shows the links it made, so that a burst that is reported late costs one list.
 * If it does not, the signal is left over, and asks for looks of its own. What else may have happened is not in a list made before we heard.
 */
function answeredFrom({ operation, occurredAt, receivedAt }: Signal): Instant {
  return operation === "create" ? instant(Math.min(receivedAt, occurredAt + clockTolerance)) : receivedAt;
}

/** For the digest. It is no more than a count, and nobody waits for it. */
async function countDropped({ ports, settings }: EventContext): Promise<void> {
  const counted = ({ dropped }: HostState): Entry => ({
    partition: watchdogPartition,
    facts: [],
    alerts: [],
    host: { dropped: { ...dropped, events: dropped.events + 1 } },
  });
  try {
    await recordIf(watchdogPartition, counted, { ports, settings });
  } catch (error) {
    ports.log.warn("An event out of scope was not counted", { why: reasonOf(error) });
  }
}

/** With management groups in scope, what Resource Graph names or the watchdog has seen before is in scope as well, unless that is disproved. */
async function isInScope(bastion: BastionId, { ports, settings }: EventContext): Promise<boolean> {
  if (isInSubscriptions(bastion, settings)) return true;
  if (await isOutOfScope(bastion, ports, settings)) return false;
  const isThis = (other: BastionId) => isSameId(other.id, bastion.id);
  if ((await ports.table.knownBastions()).some(isThis)) return true;
  return (await ports.estate.bastions()).some((facts) => isThis(facts.bastion));
}
