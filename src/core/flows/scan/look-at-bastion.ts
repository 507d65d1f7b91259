import type { BastionId } from "../../domain/arm-id.ts";
import type { Attribution } from "../../domain/attribution/attribution.ts";
import { reasonOf } from "../../domain/foreign.ts";
import { matchEntries } from "../../domain/links/entries.ts";
import { noLinks, type LinkListing, type ListedLink, type TrackedLink } from "../../domain/links/link.ts";
import { isStale } from "../../domain/reports/coverage.ts";
import type { ScannedBastion } from "../../domain/reports/scan-report.ts";
import { isAnsweredBy } from "../../domain/state/asking.ts";
import type { Watched } from "../../domain/state/watched.ts";
import { isoInstant, type Instant } from "../../domain/time.ts";
import { partitionOf } from "../../domain/partition.ts";
import type { ActivityLog, Ports, WatchTable } from "../../ports.ts";
import { askForLinks, type BelievedAnswer } from "../watch/look/ask-for-links.ts";

/** All that a scan needs; the table may be one that remembers nothing, and the asker one that counts nothing. */
export interface ScanPorts extends Pick<
  Ports,
  "clock" | "controlPlane" | "estate" | "log" | "logs" | "asker" | "naming"
> {
  readonly table: Pick<WatchTable, "read" | "knownBastions">;
  /** To name creators that no row names; absent where rows name them. */
  readonly creatorLog?: ActivityLog | undefined;
}

/** A link that Azure lists now, with its URL or without, and what is remembered of it; or one that is remembered, as it was listed last. */
export interface FoundLink {
  readonly bastion: BastionId;
  readonly listed: ListedLink;
  /** "not known": the rows of its bastion could not be read. */
  readonly tracked: TrackedLink | "not yet tracked" | "not known";
  readonly isLive: boolean;
  readonly asOf: Instant;
  /** Who made it, by the Activity Log; undefined: that was not asked, or not answered. */
  readonly creator?: Attribution | undefined;
}

/** One bastion's line of a scan, and its links, which are still to be judged. */
export interface Look {
  readonly bastion: BastionId;
  readonly report: ScannedBastion;
  readonly links: readonly FoundLink[];
}

/**
 * One bastion's links: from Azure, now, beside the rows of the table; or from the rows alone, where Azure was asked within half a minute or
 * those who ask have nothing left. Never throws: what cannot be read is in the report.
 */
export async function lookAt(bastion: BastionId, ports: ScanPorts): Promise<Look> {
  const watched = await rowsOf(bastion, ports);
  const now = ports.clock.now();
  const isWanted = !isAnsweredBy(watched?.host?.lookedAt, now);
  return isWanted && (await ports.asker.mayAsk(bastion, "links"))
    ? await lookLive(bastion, watched, ports)
    : lookBack(bastion, watched, now);
}

async function rowsOf(bastion: BastionId, { table, log }: ScanPorts): Promise<Watched | undefined> {
  try {
    return await table.read(partitionOf(bastion));
  } catch (error) {
    log.warn("Scan without the rows of a bastion", { bastion: bastion.id, why: reasonOf(error) });
    return undefined;
  }
}

async function lookLive(bastion: BastionId, watched: Watched | undefined, ports: ScanPorts): Promise<Look> {
  const asOf = ports.clock.now();
  const { listed, ...read } = await ask(bastion, ports);
  const rows = watched?.links;
  const entries = [...listed.links, ...listed.holes];
  const { entryOf } = matchEntries(listed, rows ?? [], ports.clock.now());
  const tracked = (entry: ListedLink) =>
    rows ? (rows.find(({ linkId }) => entryOf.get(linkId) === entry) ?? "not yet tracked") : "not known";
  const links = entries.map((entry): FoundLink => {
    const row = tracked(entry);
    const listed = typeof row === "string" ? entry : { ...entry, linkId: row.linkId };
    return { bastion, listed, tracked: row, isLive: true, asOf };
  });
  const remembered = rows !== undefined;
  return {
    bastion,
    report: { bastionId: bastion.id, ...read, isLive: true, asOf, remembered, linkCount: links.length },
    links,
  };
}

/** What the rows say, and of when that is. */
function lookBack(bastion: BastionId, watched: Watched | undefined, now: Instant): Look {
  const asOf = momentOf(watched?.host);
  const links = (watched?.links ?? []).map((row): FoundLink => ({
    ...{ bastion, tracked: row, isLive: false, asOf: asOf ?? row.firstSeenAt },
    listed: {
      linkId: row.linkId,
      vmId: row.vmId,
      createdAt: row.createdAtSource === "azure" ? isoInstant(row.createdAt) : undefined,
      nativeExpiry: row.nativeExpiry,
    },
  }));
  const remembered = watched !== undefined;
  const read = rememberedOf(watched, now);
  return {
    bastion,
    report: { bastionId: bastion.id, ...read, isLive: false, asOf, remembered, linkCount: links.length },
    links,
  };
}

/** A list that could not be read counts where it told all that there is to tell. */
const momentOf = (host: Watched["host"]): Instant | undefined =>
  host?.unreadable?.gone === true || host?.unreadable?.partly === true
    ? (host.lookedAt ?? host.checkedAt)
    : host?.checkedAt;

function rememberedOf(watched: Watched | undefined, now: Instant): Read {
  const { gone, partly, why } = watched?.host?.unreadable ?? {};
  if (gone === true) return { read: "complete", why: "this bastion no longer exists" };
  if (why !== undefined) return { read: partly === true ? "partly" : "no", why };
  const gap = gapIn(watched, now);
  return gap === undefined
    ? { read: "complete", why: undefined }
    : { read: "no", why: `${gap}, and the limit of requests to Azure is reached for now` };
}

/** Why the rows answer for nothing; undefined where they do. */
function gapIn(watched: Watched | undefined, now: Instant): string | undefined {
  if (!watched) return "the watchdog's rows did not answer";
  if (watched.host?.checkedAt === undefined) return "the watchdog has not read it yet";
  return isStale(watched, now) ? "the watchdog has not read it for an hour" : undefined;
}

interface Asked extends Pick<ScannedBastion, "read" | "why"> {
  readonly listed: LinkListing;
}

async function ask(bastion: BastionId, { controlPlane, log }: ScanPorts): Promise<Asked> {
  try {
    const { answer } = await askForLinks(bastion, controlPlane);
    const listed = answer.kind === "listed" ? answer.listing : noLinks;
    return { listed, ...readOf(answer) };
  } catch (error) {
    log.error("Scan of a bastion failed", { bastion: bastion.id, why: reasonOf(error) });
    return { read: "no", why: "asking Azure failed; the log says why", listed: noLinks };
  }
}

type Read = Pick<ScannedBastion, "read" | "why">;

function readOf(answer: BelievedAnswer): Read {
  if (answer.kind === "gone") return { read: "complete", why: "this bastion no longer exists" };
  if (answer.kind === "feature-off") return { read: "complete", why: "shareable links are switched off" };
  if (answer.kind !== "listed") return { read: "no", why: answer.why };
  return answer.listing.complete
    ? { read: "complete", why: undefined }
    : { read: "partly", why: answer.listing.problems[0] ?? "Azure's list was incomplete" };
}
