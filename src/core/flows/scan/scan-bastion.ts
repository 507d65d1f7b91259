import { idKey, isVirtualMachineId, type BastionId } from "../../domain/arm-id.ts";
import { noEventYet, ownerOf } from "../../domain/attribution/attribution.ts";
import { recalledTags } from "../../domain/policy/tags.ts";
import { noTags, tagsOf } from "../store/read-tags.ts";
import { usableCreation } from "../../domain/links/created-at.ts";
import { reasonOf } from "../../domain/foreign.ts";
import type { VirtualMachineFacts } from "../../domain/state/estate.ts";
import { matchEntries } from "../../domain/links/entries.ts";
import { noLinks, type LinkListing, type ListedLink, type TrackedLink } from "../../domain/links/link.ts";
import { firstEnd, spellsOf } from "../../domain/policy/ahead.ts";
import { judge, matchesByTag } from "../../domain/policy/policy.ts";
import type { ScannedBastion, ScannedLink } from "../../domain/reports/scan-report.ts";
import { after, latest, type Instant } from "../../domain/time.ts";
import type { LinkSpan } from "../../domain/links/usage.ts";
import { partitionOf } from "../../domain/partition.ts";
import type { Ports, WatchTable } from "../../ports.ts";
import type { FlowSettings } from "../settings.ts";
import { usagesOf } from "../store/read-usage.ts";
import { askForLinks, type BelievedAnswer } from "../watch/look/ask-for-links.ts";

/** All that a scan needs; the table may be one that remembers nothing. */
export interface ScanPorts extends Pick<Ports, "clock" | "controlPlane" | "estate" | "log" | "logs"> {
  readonly table: Pick<WatchTable, "read" | "knownBastions">;
}

/** A link that Azure lists now, with its URL or without, and what is remembered of it. */
export interface FoundLink {
  readonly bastion: BastionId;
  readonly listed: ListedLink;
  /** "not known": the rows of its bastion could not be read. */
  readonly tracked: TrackedLink | "not yet tracked" | "not known";
}

/** One bastion's line of a scan, and its links, which are still to be judged. */
export interface LiveLook {
  readonly report: ScannedBastion;
  readonly links: readonly FoundLink[];
}

/** One bastion's links: from Azure, now, beside the rows of the table. Never throws: what cannot be read is in the report. */
export async function lookLive(bastion: BastionId, ports: ScanPorts): Promise<LiveLook> {
  const [asked, remembered] = await Promise.allSettled([
    ask(bastion, ports),
    ports.table.read(partitionOf(bastion)),
  ]);
  const { listed, ...read } =
    asked.status === "fulfilled" ? asked.value : unread(bastion, asked.reason, ports);
  const rows = remembered.status === "fulfilled" ? remembered.value.links : undefined;
  if (remembered.status === "rejected")
    ports.log.warn("Scan without the rows of a bastion", {
      bastion: bastion.id,
      why: reasonOf(remembered.reason),
    });
  const entries = [...listed.links, ...listed.holes];
  const { entryOf } = matchEntries(listed, rows ?? [], ports.clock.now());
  const tracked = (entry: ListedLink) =>
    rows ? (rows.find(({ linkId }) => entryOf.get(linkId) === entry) ?? "not yet tracked") : "not known";
  return {
    report: { bastionId: bastion.id, ...read, remembered: rows !== undefined, linkCount: entries.length },
    links: entries.map((entry) => {
      const row = tracked(entry);
      return {
        bastion,
        listed: typeof row === "string" ? entry : { ...entry, linkId: row.linkId },
        tracked: row,
      };
    }),
  };
}

interface Asked extends Pick<ScannedBastion, "read" | "why"> {
  readonly listed: LinkListing;
}

async function ask(bastion: BastionId, ports: ScanPorts): Promise<Asked> {
  const { answer } = await askForLinks(bastion, ports.controlPlane);
  const listed = answer.kind === "listed" ? answer.listing : noLinks;
  return { listed, ...readOf(answer) };
}

function unread(bastion: BastionId, thrown: unknown, { log }: ScanPorts): Asked {
  log.error("Scan of a bastion failed", { bastion: bastion.id, why: reasonOf(thrown) });
  return { read: "no", why: "asking Azure failed; the log says why", listed: noLinks };
}

type Read = Pick<ScannedBastion, "read" | "why">;

function readOf(answer: BelievedAnswer): Read {
  if (answer.kind === "gone") return { read: "complete", why: "this bastion does not exist any more" };
  if (answer.kind === "feature-off") return { read: "complete", why: "shareable links are switched off" };
  if (answer.kind !== "listed") return { read: "no", why: answer.why };
  return answer.listing.complete
    ? { read: "complete", why: undefined }
    : { read: "partly", why: answer.listing.problems[0] ?? "Azure's list was incomplete" };
}

interface Judging {
  readonly scannedAt: Instant;
  readonly ports: ScanPorts;
  readonly settings: Pick<FlowSettings, "policy">;
}

/**
 * What the policy makes of these links at `scannedAt`, and whether they were used. `untagged`: how many
 * machines' tags could not be read; their links are judged without.
 */
export async function assess(
  found: readonly FoundLink[],
  { scannedAt, ports, settings }: Judging,
): Promise<{ readonly links: readonly ScannedLink[]; readonly untagged: number }> {
  const vmIds = [...new Set(found.map(({ listed }) => idKey(listed.vmId)))].filter(isVirtualMachineId);
  const spans = found.map((link) => spanOf(link, scannedAt));
  const [{ vms, unread: refused }, usages] = await Promise.all([
    matchesByTag(settings.policy) ? tagsOf(vmIds, ports) : noTags,
    usagesOf(spans, scannedAt, ports),
  ]);
  const links = found.map((link, index) => ({
    ...judged(link, { tags: vms.get(idKey(link.listed.vmId))?.tags, settings, now: scannedAt }),
    used: usages?.[index],
  }));
  const isUnknown = (vmId: string) => !vms.has(vmId) && refused.get(vmId)?.kind !== "gone";
  return { links, untagged: matchesByTag(settings.policy) ? vmIds.filter(isUnknown).length : 0 };
}

/** From its creation, if that is known; else from when it was first seen, which may be now. */
function spanOf({ bastion, listed, tracked }: FoundLink, now: Instant): LinkSpan {
  const seen = typeof tracked === "string" ? now : tracked.createdAt;
  return {
    bastionId: bastion.id,
    vmId: listed.vmId,
    from: usableCreation(listed.createdAt, now) ?? seen,
    until: now,
  };
}

interface Circumstances {
  readonly tags: VirtualMachineFacts["tags"] | undefined;
  readonly settings: Pick<FlowSettings, "policy">;
  readonly now: Instant;
}

function judged(
  { bastion, listed, tracked }: FoundLink,
  { tags, settings, now }: Circumstances,
): Omit<ScannedLink, "used"> {
  const row = typeof tracked === "string" ? undefined : tracked;
  const { attribution = noEventYet, tags: recalled } = row ?? {};
  const known = tags ?? recalledTags(recalled, settings.policy);
  const subject = { bastionId: bastion.id, vmId: listed.vmId, tags: known, attribution };
  const verdict = judge(subject, settings.policy, now);
  const createdAt = usableCreation(listed.createdAt, now);
  const end = firstEnd(spellsOf(subject, settings.policy, { now }), ({ ttl, warnBefore }) =>
    latest(after(createdAt ?? now, ttl), after(now, warnBefore)),
  );
  const deadline = row?.deadline ?? end.at;
  return {
    linkId: listed.linkId,
    bastionId: bastion.id,
    vmId: listed.vmId,
    createdAt,
    createdBy: ownerOf(attribution),
    deadline,
    rule: verdict.rule,
    tightenedBy: verdict.tightenedBy,
    verdict: verdict.allowed ? standing(deadline, end.warnBefore, now) : "forbidden",
    status: typeof tracked === "string" ? tracked : tracked.status,
  };
}

function standing(deadline: Instant, warnBefore: number, now: Instant): ScannedLink["verdict"] {
  if (now >= deadline) return "overdue";
  return now >= deadline - warnBefore ? "expiring soon" : "within policy";
}
