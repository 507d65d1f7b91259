import pMap from "p-map";
import { targetKey, type LinksTarget } from "../../domain/console/command.ts";
import { resourceName } from "../../domain/arm-id.ts";
import {
  pageOf,
  type AlertsPage,
  type BastionPage,
  type ClosedLine,
  type LedgerPageView,
  type LinkFilter,
  type LinkPage,
  type MessagePage,
  type OverviewPage,
  type RevokeForm,
} from "../../domain/console/console-view.ts";
import { ownerOf } from "../../domain/attribution/attribution.ts";
import { isAbout, isUnreadable, type LedgerFact } from "../../domain/ledger/ledger.ts";
import { lastingPauses } from "../../domain/alerts/lane/told-pause.ts";
import type { LinkId, TrackedLink } from "../../domain/links/link.ts";
import {
  creatorKey,
  linksOf,
  versionOfCare,
  versionOfHost,
  versionOfLinks,
} from "../../domain/console/target.ts";
import { openLinks, type BastionRows, type OpenLink } from "../../domain/state/bastion-rows.ts";
import { UnreadableRow } from "../../domain/state/watched.ts";
import { witnessLines } from "../../domain/reports/witness-lines.ts";
import { matchesByTag } from "../../domain/policy/policy.ts";
import { after, days, type Instant } from "../../domain/time.ts";
import type { LinkSpan } from "../../domain/links/usage.ts";
import { partitionOf, watchdogPartition, type Partition } from "../../domain/partition.ts";
import type { AlertsTable, EvidencePorts } from "../../ports.ts";
import { knownSessions } from "../asking/sessions.ts";
import { extendableUntil, tagsOfVm } from "../store/read-situation.ts";
import {
  concurrency,
  partitionFor,
  readBastionRows,
  readTarget,
  viewBastion,
  viewEstate,
} from "../store/read-estate.ts";
import { timeToGive } from "../store/time-to-give.ts";
import { usageOfOpen, usageOfSpan } from "../store/read-usage.ts";
import { findLedger, ledgerFrom, readPage, verifyStored, type LedgerPorts } from "../store/read-ledger.ts";
import type { FlowSettings } from "../settings.ts";

/**
 * What the console's pages read; of Azure only a machine's tags, as far as those who only ask may, and the sign-in log. A page changes nothing; it
 * may have sessions listed for the next.
 */
export type ViewPorts = Pick<
  EvidencePorts,
  "table" | "evidence" | "estate" | "channels" | "logs" | "asker" | "queues" | "clock"
>;

/** What is open and fits `filter`, what was closed within seven days (the last 25), and every bastion with its state. */
export async function overview(filter: LinkFilter, now: Instant, ports: ViewPorts): Promise<OverviewPage> {
  const estate = await viewEstate(ports.table, now);
  const bastions = estate
    .map(({ bastion, watched }) => ({
      bastionId: bastion.id,
      host: watched.host,
      open: watched.links.length,
    }))
    .sort((a, b) => resourceName(a.bastionId).localeCompare(resourceName(b.bastionId)));
  const page = pageOf(openLinks(estate), filter);
  const [closed, usage, witnesses, { host }] = await Promise.all([
    closedLately(estate, now, ports),
    usageOfOpen(page.shown, now, ports),
    ports.table.witnesses(),
    ports.table.readHost(watchdogPartition),
  ]);
  const pauses = lastingPauses(host?.pauses ?? [], ports.channels);
  return { ...page, bastions, closed, usage, witnesses: witnessLines(witnesses, now), pauses };
}

const closedShown = 25;
const lately = days(7);
/** The host rows know what was closed lately; the rows of the closed links know the rest. */
async function closedLately(
  estate: readonly BastionRows[],
  now: Instant,
  { table }: ViewPorts,
): Promise<readonly ClosedLine[]> {
  const since = after(now, -lately);
  const newest = estate
    .flatMap((rows) => (rows.watched.host?.past ?? []).map((past) => ({ rows, past })))
    .filter(({ past }) => past.closedAt > since)
    .sort((a, b) => b.past.closedAt - a.past.closedAt)
    .slice(0, closedShown);
  const where = [...new Set(newest.map(({ rows }) => rows))];
  const closed = await Promise.all(where.map((rows) => closedOn(rows, since, table)));
  return newest.map(({ rows, past: { linkId, life, openedAt, closedAt, closedBy } }) => {
    const link = closed[where.indexOf(rows)]?.find((known) => known.linkId === linkId && known.life === life);
    const known = { vmId: link?.vmId, owner: link && ownerOf(link.attribution), rule: link?.rule };
    return { bastionId: rows.bastion.id, linkId, life, ...known, openedAt, closedAt, closedBy };
  });
}

/** A row that cannot be read costs the names of what was closed there, and not the page. */
async function closedOn(
  rows: BastionRows,
  since: Instant,
  table: AlertsTable,
): Promise<readonly TrackedLink[]> {
  try {
    return (await table.readClosed(partitionFor(rows), { since })).map(({ link }) => link);
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error;
    return [];
  }
}

async function factsFrom(
  partition: Partition,
  from: number,
  ports: LedgerPorts,
): Promise<readonly LedgerFact[]> {
  const facts: LedgerFact[] = [];
  for await (const record of ledgerFrom(partition, from, ports))
    if (!isUnreadable(record)) facts.push(record);
  return facts;
}

/**
 * One link with its facts, its use, the sessions open now and the forms of what can be asked of it; undefined if neither the rows nor the
 * ledger know it. Throws where the rows of its bastion, or tags that a rule asks for, cannot be read.
 */
export async function linkPage(
  { bastionId, linkId }: { readonly bastionId: string; readonly linkId: LinkId },
  context: { readonly ports: ViewPorts; readonly settings: FlowSettings; readonly now: Instant },
): Promise<LinkPage | undefined> {
  const { ports, settings, now } = context;
  const rows = await readBastionRows(bastionId, ports.table);
  if (!rows) return undefined;
  const [open] = linksOf({ kind: "link", bastionId, linkId }, [rows]);
  const facts = await linkFacts(rows, linkId, ports);
  const last = facts.flatMap(({ links }) => links.filter((link) => link.linkId === linkId)).at(-1);
  if (!open && !last) return undefined;
  const forms = open ? revokeForms(open, await viewEstate(ports.table, now)) : [];
  const moments = await mostTime({ rows, linkId, open, last, now }, ports, settings);
  const span = spanOf({ rows, open, last, facts }, now);
  const [usage, live] = await Promise.all([
    span && usageOfSpan(span, now, ports),
    open && knownSessions(rows.bastion, ports),
  ]);
  const page = {
    bastionId: rows.bastion.id,
    linkId,
    open,
    last,
    facts,
    forms,
    ...moments,
  };
  return { ...page, usage, live, hostVersion: versionOfHost(rows.watched) };
}

/** Until when the link can be extended, and its VM be given time. By the VM's tags as they were last known where Azure was asked too often: whoever acts is judged by those of that moment. */
async function mostTime(
  {
    rows,
    linkId,
    open,
    last,
    now,
  }: Pick<LinkPage, "linkId" | "open" | "last"> & { readonly rows: BastionRows; readonly now: Instant },
  ports: ViewPorts,
  settings: FlowSettings,
): Promise<Pick<LinkPage, "extendableUntil" | "givableUntil">> {
  const isAskable = matchesByTag(settings.policy) && (await ports.asker.mayQuery());
  const vmId = open?.link.vmId ?? last?.vmId ?? "";
  const tags = await tagsOfVm({ rows, vmId }, isAskable ? ports : undefined, settings);
  const give = { table: ports.table, tags: () => Promise.resolve(tags) };
  const given = await timeToGive({ rows, linkId, now }, give, settings);
  return {
    extendableUntil: open && extendableUntil({ rows, vmId, link: open.link, now }, tags, settings),
    givableUntil: typeof given === "string" ? undefined : given.until,
  };
}

/** The link's life, as far as rows and ledger know it: its end is the fact that says it is gone. */
function spanOf(
  { rows, open, last, facts }: Pick<LinkPage, "open" | "last" | "facts"> & { readonly rows: BastionRows },
  now: Instant,
): LinkSpan | undefined {
  const known = open?.link ?? last;
  const until = open ? now : facts.findLast(({ kind }) => kind === "link-closed")?.at;
  return known && until && { bastionId: rows.bastion.id, vmId: known.vmId, from: known.createdAt, until };
}

const firstStep = 1_000;

/** One link's facts in their order, read from the end of the ledger back to where it was first seen; older lives may lie further back. */
export async function linkFacts(
  { bastion, watched }: BastionRows,
  linkId: LinkId,
  ports: LedgerPorts,
): Promise<readonly LedgerFact[]> {
  const seq = watched.host?.seq ?? 0;
  for (let step = firstStep; ; step *= 8) {
    const from = Math.max(0, seq - step);
    const facts = (await factsFrom(partitionOf(bastion), from, ports)).filter((fact) =>
      isAbout(fact, linkId),
    );
    if (from === 0 || facts.some(({ kind }) => kind === "link-seen")) return facts;
  }
}

function revokeForms(open: OpenLink, estate: readonly BastionRows[]): readonly RevokeForm[] {
  const { bastionId, link } = open;
  const creator = creatorKey(link.attribution);
  return [
    revokeForm({ kind: "link", bastionId, linkId: link.linkId }, resourceName(link.vmId), estate),
    revokeForm({ kind: "vm", vmId: link.vmId }, resourceName(link.vmId), estate),
    ...(creator === undefined
      ? []
      : [revokeForm({ kind: "creator", creator }, ownerOf(link.attribution), estate)]),
    revokeForm({ kind: "bastion", bastionId }, resourceName(bastionId), estate),
  ];
}

function revokeForm(target: LinksTarget, name: string, estate: readonly BastionRows[]): RevokeForm {
  const links = linksOf(target, estate);
  const { kind, ...fields } = target;
  const count = links.filter(({ link }) => !link.demanded).length;
  return { kind, count, name, target: targetKey(target), fields, version: versionOfLinks(links) };
}

/** What is open on one bastion, by deadline, and what can be asked of it; undefined if none of this id was ever seen. */
export async function bastionPage(
  bastionId: string,
  now: Instant,
  ports: ViewPorts,
): Promise<BastionPage | undefined> {
  const rows = await viewBastion(bastionId, ports.table, now);
  if (!rows) return undefined;
  const links = openLinks([rows]).toSorted((a, b) => a.link.deadline - b.link.deadline);
  const form = revokeForm({ kind: "bastion", bastionId: rows.bastion.id }, rows.bastion.name, [rows]);
  return { rows, links, forms: [form], hostVersion: versionOfHost(rows.watched) };
}

const alertsBack = 1_000;

/** The newest hundred alerts of a bastion, or of the watchdog itself; undefined if no bastion of this id was ever seen. */
export async function alertsPage(
  bastionId: string | undefined,
  ports: ViewPorts,
): Promise<AlertsPage | undefined> {
  const rows = bastionId === undefined ? undefined : await readBastionRows(bastionId, ports.table);
  if (bastionId !== undefined && !rows) return undefined;
  const partition = rows ? partitionOf(rows.bastion) : watchdogPartition;
  const { host } = rows?.watched ?? (await ports.table.read(watchdogPartition));
  const alerts = await ports.table.readAlerts(partition, Math.max(0, (host?.seq ?? 0) - alertsBack));
  return { bastionId: rows?.bastion.id, host, alerts: alerts.toReversed().slice(0, 100) };
}

/** What one message carried; undefined for one that nobody kept. */
export async function messagePage(messageId: string, { table }: ViewPorts): Promise<MessagePage | undefined> {
  const message = await table.readMessage(messageId);
  if (!message) return undefined;
  const rows = await readTarget({ kind: "message", messageId }, table);
  const parts = await pMap(
    rows,
    async (one): Promise<AlertsPage> => {
      const own = message.alerts.filter(({ partition }) => partition === partitionFor(one));
      const entries = await table.readAlerts(partitionFor(one), Math.min(...own.map(({ seq }) => seq)));
      const alerts = entries.filter((entry) => own.some(({ seq }) => seq === entry.seq));
      return { bastionId: one.bastion.id || undefined, host: one.watched.host, alerts };
    },
    { concurrency },
  );
  return { messageId, at: message.at, parts, version: versionOfCare(rows) };
}

/** How many facts a page of the ledger has, and how many numbers back the newest page begins. */
const factsShown = 200;

/**
 * Two hundred facts of one ledger from number `from` on, or the newest, verified as far as they go; with
 * `whole`, from the very beginning. Undefined if no ledger has that name, or two have.
 */
export async function ledgerPage(
  {
    name,
    from,
    whole,
  }: { readonly name: string; readonly from: number | undefined; readonly whole: boolean },
  ports: ViewPorts,
): Promise<LedgerPageView | undefined> {
  const found = await findLedger(name, ports);
  if (found.kind !== "found") return undefined;
  const { partition } = found;
  const start = from ?? Math.max(0, ((await ports.table.read(partition)).host?.seq ?? 0) - factsShown + 1);
  const page = await readPage({ partition, from: start, limit: factsShown }, ports);
  const verification = whole ? await verifyStored(partition, ports) : page.verification;
  const title = found.bastionId ?? "watchdog";
  return { name: title, records: page.records, verification, whole, from: start, next: page.next };
}
