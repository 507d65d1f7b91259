import pMap from "p-map";
import { anchorName } from "../../domain/ledger/anchor.ts";
import { parseBastionId } from "../../domain/arm-id.ts";
import { digestOf, localTime } from "../../domain/reports/digest.ts";
import type { LinkUsage } from "../../domain/reports/overview.ts";
import type { OutboxEntry } from "../../domain/alerts/outbox.ts";
import { days, type Instant } from "../../domain/time.ts";
import { UnreadableRow, type HostState, type Watched } from "../../domain/state/watched.ts";
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
 * the next. Safe to run twice: the day it was sent for is committed with the alert.
 */
export async function digest(
  when: DigestSettings,
  ports: DigestPorts,
  settings: FlowSettings,
): Promise<"sent" | "not due"> {
  const now = ports.clock.now();
  const { day, hour } = localTime(now, when.timeZone);
  const own = await ports.table.read(watchdogPartition);
  if (hour < when.hour || own.host?.digestFor === day) return "not due";
  const bastions = (await viewEstate(ports.table, now)).map(({ watched }) => watched);
  const told = {
    channels: ports.channels.map(({ name }) => name),
    alerts: await alertsSince(days(1), [...bastions, own], ports),
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
  age: number,
  watched: readonly Watched[],
  ports: DigestPorts,
): Promise<readonly OutboxEntry[]> {
  const since = ports.clock.now() - age;
  const hosts = watched.flatMap(({ host }) => host ?? []);
  const read = await pMap(hosts, (host) => alertsOf(host, ports), { concurrency });
  return read.flat().filter(({ alert }) => alert.at > since);
}

/** The day is told without the alerts of a bastion whose rows cannot be read, rather than not at all. */
async function alertsOf(
  { bastionId, seq }: HostState,
  { table, log }: DigestPorts,
): Promise<readonly OutboxEntry[]> {
  try {
    return await table.readAlerts(partitionFor(bastionId), Math.max(0, seq - numbersBack));
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
