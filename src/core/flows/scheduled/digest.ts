import pMap from "p-map";
import { anchorName } from "../../domain/ledger/anchor.ts";
import { parseBastionId } from "../../domain/arm-id.ts";
import { digestOf, localTime } from "../../domain/reports/digest.ts";
import type { LinkUsage } from "../../domain/reports/overview.ts";
import type { OutboxEntry } from "../../domain/alerts/outbox.ts";
import { after, days, hours, latest, type Instant } from "../../domain/time.ts";
import { UnreadableRow, type HostState, type Watched } from "../../domain/state/watched.ts";
import type { ClosedLink } from "../../domain/links/link.ts";
import { partitionOf, watchdogPartition, type Partition } from "../../domain/partition.ts";
import type { AlertsTable, Ports } from "../../ports.ts";
import { sendCommitted } from "../alerts/deliver-alert.ts";
import { concurrency, viewEstate } from "../store/read-estate.ts";
import { plainFact, recordIf } from "../store/record.ts";
import type { DigestSettings, FlowSettings } from "../settings.ts";
import { usagesOf } from "../store/read-usage.ts";

/** The digest counts the alerts of the day, so its table can look back at them. */
export interface DigestPorts extends Ports {
  readonly table: AlertsTable;
}

/**
 * Tells the day's state to every channel, once a day, from the hour on that is set: an hour that the timer missed is made up for by
 * the next, also after midnight. Safe to run twice: the day it was sent for is committed with the alert.
 */
export async function digest(
  when: DigestSettings,
  ports: DigestPorts,
  settings: FlowSettings,
): Promise<"sent" | "not due"> {
  const now = ports.clock.now();
  const own = await ports.table.read(watchdogPartition);
  const day = dueDay(now, when, own.host?.digestFor);
  if (day === undefined) return "not due";
  const bastions = (await viewEstate(ports.table, now)).map(({ watched }) => watched);
  const since = await lastTaken(own, ports);
  const told = {
    since,
    channels: ports.channels,
    alerts: await alertsSince(since, [...bastions, own], ports),
    closed: await closedSince(since, bastions, ports),
  };
  const alert = digestOf({
    now,
    mode: settings.mode,
    bastions,
    own,
    witnesses: await ports.table.witnesses(),
    anchor: newestAnchor(own),
    ...told,
    usages: await usages(bastions, now, ports),
  });
  const facts = [plainFact(now, "digest-sent", { day, openLinks: alert.linkCount ?? 0, ...anchorTold(own) })];
  const entryFor = ({ dropped }: HostState) => ({
    partition: watchdogPartition,
    facts,
    alerts: [alert],
    host: { digestFor: day, dropped: { ...dropped, told: own.host?.dropped.events ?? 0 } },
  });
  const written = await recordIf(watchdogPartition, entryFor, { ports, settings });
  if (written) await sendCommitted(watchdogPartition, written.outbox, { ports, settings });
  return "sent";
}

/**
 * The local day whose digest is due: today's from its hour on, yesterday's before it, if that was missed. Undefined: it was sent, or there was none yet and the
 * hour has still to come.
 */
function dueDay(now: Instant, when: DigestSettings, sentFor: string | undefined): string | undefined {
  const { day, hour } = localTime(now, when.timeZone);
  if (hour < when.hour && sentFor === undefined) return undefined;
  // Two hours more than the day is old: it may have had an hour twice.
  const due = hour < when.hour ? localTime(after(now, -hours(hour + 2)), when.timeZone).day : day;
  return sentFor !== undefined && sentFor >= due ? undefined : due;
}

/** As far back as closed links are remembered. */
const longest = days(30);

/** When the last digest was decided that some channel took; a day ago where there was none. */
async function lastTaken(own: Watched, ports: DigestPorts): Promise<Instant> {
  const now = ports.clock.now();
  const entries = own.host ? await alertsOf(own.host, ports) : [];
  const taken = entries.flatMap(({ alert, deliveries }) =>
    alert.kind === "digest" && Object.values(deliveries).some(({ state }) => state === "accepted")
      ? [alert.at]
      : [],
  );
  return latest(taken.at(-1) ?? after(now, -days(1)), after(now, -longest));
}

/** The newest that was noted, whoever wrote others since. */
const newestAnchor = ({ host }: Watched): { readonly name: string; readonly hash: string } | undefined =>
  host?.anchored && { name: anchorName(host.anchored.number), hash: host.anchored.hash };

const anchorTold = (own: Watched) => {
  const anchor = newestAnchor(own);
  return { anchor: anchor?.name, anchorHash: anchor?.hash };
};

/** How many numbers of a partition are read back: far more than a day of alerts. */
const numbersBack = 2_000;

async function alertsSince(
  since: Instant,
  watched: readonly Watched[],
  ports: DigestPorts,
): Promise<readonly OutboxEntry[]> {
  const hosts = watched.flatMap(({ host }) => host ?? []);
  const read = await pMap(hosts, (host) => alertsOf(host, ports), { concurrency });
  const isNews = ({ alert, againAt = alert.at, deliveries }: OutboxEntry) =>
    againAt > since ||
    Object.values(deliveries).some((delivery) => delivery.state !== "pending" && delivery.at > since);
  return read.flat().filter(isNews);
}

/** Only bastions in scope that remember such a link are asked for it. */
async function closedSince(
  since: Instant,
  bastions: readonly Watched[],
  ports: DigestPorts,
): Promise<readonly ClosedLink[]> {
  const hosts = bastions.flatMap(({ host }) =>
    host?.outOfScope === undefined && host?.past.some(({ closedAt }) => closedAt > since) ? [host] : [],
  );
  const read = await pMap(
    hosts,
    ({ bastionId }) =>
      readable(bastionId, ports, (partition) => ports.table.readClosed(partition, { since })),
    { concurrency },
  );
  return read.flat().filter(({ closedAt }) => closedAt > since);
}

const alertsOf = ({ bastionId, seq }: HostState, ports: DigestPorts): Promise<readonly OutboxEntry[]> =>
  readable(bastionId, ports, (partition) =>
    ports.table.readAlerts(partition, Math.max(0, seq - numbersBack)),
  );

/** The day is told without what of a bastion cannot be read, rather than not at all. */
async function readable<Row>(
  bastionId: string,
  { log }: DigestPorts,
  read: (partition: Partition) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  try {
    return await read(partitionFor(bastionId));
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error;
    log.error("Digest without the alerts of a bastion", { bastion: bastionId, why: error.message });
    return [];
  }
}

function partitionFor(bastionId: string): Partition {
  const bastion = parseBastionId(bastionId);
  return bastion ? partitionOf(bastion) : watchdogPartition;
}

/** As many as one question to the log is asked about. */
const mostAskedAbout = 200;

/** Whether the open links were used, the oldest first; undefined where no workspace is configured. */
async function usages(
  bastions: readonly Watched[],
  now: Instant,
  ports: Ports,
): Promise<readonly LinkUsage[] | undefined> {
  const spans = bastions.flatMap(({ host, links }) =>
    links.map(({ vmId, createdAt }) => ({
      bastionId: host?.bastionId ?? "",
      vmId,
      from: createdAt,
      until: now,
    })),
  );
  const asked = spans.sort((a, b) => a.from - b.from).slice(0, mostAskedAbout);
  const found = await usagesOf(asked, now, ports);
  return found && asked.flatMap(({ vmId }, index) => (found[index] ? [{ vmId, usage: found[index] }] : []));
}
