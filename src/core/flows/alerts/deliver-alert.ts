import type { AlertActor } from "../../domain/alerts/alert-actor.ts";
import { mainActor, type Alert, type AlertLink } from "../../domain/alerts/alert.ts";
import { namelessIn } from "../../domain/alerts/nameless.ts";
import { asOf } from "../../domain/alerts/as-of.ts";
import type { Note } from "../../domain/alerts/note.ts";
import {
  dueChannels,
  escalate,
  fallbackNote,
  isSettled,
  lease,
  nextTry,
  sendLease,
  settle,
  type OutboxEntry,
  type SendAnswer,
  type TryOutcome,
} from "../../domain/alerts/outbox.ts";
import type { Slot } from "../../domain/alerts/rate-limit.ts";
import type { Instant } from "../../domain/time.ts";
import { watchdogPartition, type Partition } from "../../domain/partition.ts";
import type { LogFields, Ports } from "../../ports.ts";
import type { DeliverRequest } from "../../domain/state/messages.ts";
import { plainFact, record, troubleAlert } from "../store/record.ts";
import type { FlowContext, FlowSettings } from "../settings.ts";

/**
 * Sends one alert to every channel that is due, and writes down what each answered. What did not get through comes back
 * as a delayed message. Safe to run twice: whoever does not get the lease sends nothing. Throws if the outbox cannot be read or written.
 */
export async function deliverAlert(
  { partition, seq }: DeliverRequest,
  ports: Ports,
  settings: FlowSettings,
): Promise<void> {
  const waiting = (await ports.table.read(partition)).outbox.find((candidate) => candidate.seq === seq);
  if (!waiting) return;
  const now = ports.clock.now();
  const entry = escalate(waiting, now);
  const channels = dueChannels(entry, now);
  if (channels.length === 0) {
    await comeBack(partition, entry, ports);
    return;
  }
  const leased = lease(entry, channels, now);
  const version = await ports.table.updateOutbox(partition, leased);
  if (version === "lost") return;
  await sendLeased({ partition, entry: { ...leased, version }, channels, isLate: true }, ports, settings);
}

/** An entry whose lease we hold, for some of its channels. */
interface Leased {
  readonly partition: Partition;
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
  { ports, settings }: FlowContext,
): Promise<void> {
  await Promise.all(
    outbox.map((entry) =>
      sendLeased(
        { partition, entry, channels: Object.keys(entry.deliveries), isLate: false },
        ports,
        settings,
      ),
    ),
  );
}

/** Sends what we hold the lease for. */
async function sendLeased(leased: Leased, ports: Ports, settings: FlowSettings): Promise<void> {
  const { partition, entry, channels } = leased;
  const [background, alert] = await Promise.all([backgroundOf(entry.alert, ports), asItIs(leased, ports)]);
  const turns = await Promise.all(
    channels.map(async (name) => ({ name, slot: await takeTurn(name, ports) })),
  );
  const answers = await Promise.all(
    turns.map((turn) => sendTo(turn, { ...wordsFor({ ...entry, alert }, turn.name), ...background }, ports)),
  );
  const now = ports.clock.now();
  const settled = escalate(
    answers.reduce((before, { name, answer }) => settle(before, name, { answer, now }), entry),
    now,
  );
  await reportGivenUp(settled, entry, { ports, settings });
  await ports.table.updateOutbox(partition, settled);
  if (!isSettled(settled)) await comeBack(partition, settled, ports);
}

/** What is sent later than it was decided says what became of it: a reminder speaks of an earlier alert, and of its links. */
async function asItIs(
  { partition, entry: { alert }, isLate }: Leased,
  { table, clock }: Ports,
): Promise<Alert> {
  if (!isLate && alert.about === undefined) return alert;
  const lives = alert.links.map(({ linkId, life }) => [linkId, life] as const);
  const isEverywhere = alert.bastionId === undefined && lives.length > 0;
  const recalled = isEverywhere ? undefined : await table.recall(partition, lives);
  return asOf(alert, recalled, clock.now());
}

/** Two seconds at most: what is not known by then is shown by its id. */
async function backgroundOf(
  alert: Alert,
  { directory, naming }: Ports,
): Promise<Pick<Alert, "person" | "names">> {
  const actor = mainActor(alert);
  const [person, names] = await Promise.all([
    actor?.kind === "known" ? directory?.whoIs(actor.caller) : undefined,
    naming?.namesOf(namelessIn(alert)),
  ]);
  return { person, names };
}

/** A fallback channel hears the reason with the alert. */
function wordsFor(entry: OutboxEntry, channel: string): Alert {
  const note = fallbackNote(entry, channel);
  return note ? { ...entry.alert, notes: [note, ...entry.alert.notes] } : entry.alert;
}

/**
 * A channel that will not take an alert is news for the others, told before the outbox forgets that it was pending: a crash in
 * between tells it twice rather than never. Trouble about trouble ends here; the fact stays.
 */
async function reportGivenUp(
  settled: OutboxEntry,
  before: OutboxEntry,
  { ports, settings }: FlowContext,
): Promise<void> {
  const now = ports.clock.now();
  for (const [name, delivery] of Object.entries(settled.deliveries)) {
    if (delivery.state !== "gave-up" || before.deliveries[name]?.state === "gave-up") continue;
    const others = ports.channels.map((channel) => channel.name).filter((other) => other !== name);
    const { id, kind } = settled.alert;
    const { attempts, why } = delivery;
    const note: Note = { kind: "undelivered", alertId: id, of: kind, channel: name, attempts, why };
    const isHeardElsewhere = (settled.fallback ?? []).length > 0 || kind === "watchdog-trouble";
    const alerts =
      others.length > 0 && !isHeardElsewhere ? [{ ...troubleAlert(now, note), channels: others }] : [];
    const facts = [plainFact(now, "alert-undelivered", { alert: id, kind, channel: name, why })];
    const { outbox } = await record({ partition: watchdogPartition, facts, alerts }, ports, settings);
    for (const { seq } of outbox)
      await ports.queues.deliver({ partition: watchdogPartition, seq }, sendLease);
  }
}

interface Turn {
  readonly name: string;
  readonly slot: Slot;
}

/** Asked for before anything is sent: if that fails, nobody was told yet, and nobody is told twice. */
async function takeTurn(name: string, { channels, table, clock }: Ports): Promise<Slot> {
  const rateLimit = channels.find((channel) => channel.name === name)?.rateLimit;
  return rateLimit ? await table.takeSlot(name, rateLimit, clock.now()) : { kind: "taken" };
}

async function sendTo(
  { name, slot }: Turn,
  alert: Alert,
  ports: Ports,
): Promise<{ readonly name: string; readonly answer: TryOutcome }> {
  if (slot.kind === "wait") return { name, answer: { kind: "not-its-turn", wait: slot.wait } };
  const channel = ports.channels.find((candidate) => candidate.name === name);
  const answer: SendAnswer = channel
    ? await channel.send(alert, ports.clock.now())
    : { kind: "refused", why: "not-configured" };
  const fields = { alert: alert.id, kind: alert.kind, channel: name };
  if (answer.kind === "accepted")
    for (const row of measures(alert, ports.clock.now()))
      ports.log.info("Alert accepted", { ...fields, ...row });
  else ports.log.warn("Alert not accepted", { ...fields, answer: answer.kind, why: answer.why });
  return { name, answer };
}

/**
 * What workbook and detections count: a row a link, one where there is none, so that no link hides behind another. Whoever counts alerts
 * counts distinct ids.
 */
function measures(alert: Alert, now: Instant): readonly LogFields[] {
  const { severity, bastionId, links, linkCount, actors } = alert;
  const idOf = (actor: AlertActor | undefined) =>
    actor?.kind === "known" ? actor.caller.objectId : undefined;
  const shared = {
    severity,
    bastion: bastionId,
    links: linkCount,
    actor: idOf(mainActor(alert)),
    creator: idOf(actors.creator),
  };
  return links.length === 0 ? [shared] : links.map((link) => ({ ...shared, ...linkMeasures(link, now) }));
}

const linkMeasures = (link: AlertLink, now: Instant): LogFields => ({
  link: link.linkId,
  vm: link.vmId,
  rule: link.rule,
  ...(link.tightenedBy.length > 0 && { tightenedBy: link.tightenedBy.join(", ") }),
  allowed: link.allowed,
  enforced: link.enforced,
  secondsSinceCreation:
    link.createdAtSource === "azure" ? Math.round((now - link.createdAt) / 1_000) : undefined,
});

async function comeBack(partition: Partition, entry: OutboxEntry, ports: Ports): Promise<void> {
  const moment = nextTry(entry);
  if (moment !== undefined)
    await ports.queues.deliver({ partition, seq: entry.seq }, moment - ports.clock.now());
}

/** Hands to the queue what a crash left unsent: entries with a channel that is due and that nobody holds a lease for. */
export async function resend(
  partition: Partition,
  outbox: readonly OutboxEntry[],
  { clock, queues }: Ports,
): Promise<void> {
  const now = clock.now();
  const due = outbox.filter((entry) => dueChannels(entry, now).length > 0);
  await Promise.all(due.map(({ seq }) => queues.deliver({ partition, seq })));
}
