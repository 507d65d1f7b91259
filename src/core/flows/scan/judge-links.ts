import { idKey, isVirtualMachineId } from "../../domain/arm-id.ts";
import { noEventYet, ownerOf, type Attribution } from "../../domain/attribution/attribution.ts";
import type { KnownNames } from "../../domain/attribution/known-names.ts";
import { recalledTags } from "../../domain/policy/tags.ts";
import { noTags, tagsOf } from "../store/read-tags.ts";
import { usableCreation } from "../../domain/links/created-at.ts";
import type { VirtualMachineFacts } from "../../domain/state/estate.ts";
import { endByRules } from "../../domain/policy/fresh-link.ts";
import { judge, matchesByTag } from "../../domain/policy/policy.ts";
import type { ScannedLink } from "../../domain/reports/scan-report.ts";
import type { Instant } from "../../domain/time.ts";
import type { LinkSpan } from "../../domain/links/usage.ts";
import type { FlowSettings } from "../settings.ts";
import { usagesOf } from "../store/read-usage.ts";
import type { FoundLink, ScanPorts } from "./look-at-bastion.ts";
import { creatorNames } from "./scan-names.ts";

interface Judging {
  readonly scannedAt: Instant;
  readonly ports: ScanPorts;
  readonly settings: Pick<FlowSettings, "policy">;
}

/** `untagged`: how many VMs' tags could not be read; their links are judged without. */
interface Assessed {
  readonly links: readonly ScannedLink[];
  readonly untagged: number;
  /** What those who made them are called. */
  readonly names: KnownNames;
}

/** What the policy makes of these links at `scannedAt`, and whether they were used. */
export async function assess(
  found: readonly FoundLink[],
  { scannedAt, ports, settings }: Judging,
): Promise<Assessed> {
  const vmIds = [...new Set(found.map(({ listed }) => idKey(listed.vmId)))].filter(isVirtualMachineId);
  const isAskable =
    matchesByTag(settings.policy) && found.some(({ isLive }) => isLive) && (await ports.asker.mayQuery());
  const spans = found.map((link) => spanOf(link, scannedAt));
  const [{ vms, unread: refused }, usages, names] = await Promise.all([
    isAskable ? tagsOf(vmIds, ports) : noTags,
    usagesOf(spans, scannedAt, ports),
    creatorNames(found.map(attributionOf), ports),
  ]);
  const links = found.map((link, index) => ({
    ...judged(link, { tags: vms.get(idKey(link.listed.vmId))?.tags, settings, now: scannedAt }),
    used: usages?.[index],
  }));
  const isRecalled = (vmId: string) =>
    found.some(
      ({ listed, tracked }) =>
        idKey(listed.vmId) === vmId &&
        typeof tracked !== "string" &&
        recalledTags(tracked.tags, settings.policy) !== undefined,
    );
  const isUnknown = (vmId: string) =>
    !vms.has(vmId) && refused.get(vmId)?.kind !== "gone" && (isAskable || !isRecalled(vmId));
  return { links, names, untagged: matchesByTag(settings.policy) ? vmIds.filter(isUnknown).length : 0 };
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

/** As the rows have it, else as the Activity Log does. */
const attributionOf = ({ tracked, creator }: FoundLink): Attribution =>
  typeof tracked === "string" ? (creator ?? noEventYet) : tracked.attribution;

interface Circumstances {
  readonly tags: VirtualMachineFacts["tags"] | undefined;
  readonly settings: Pick<FlowSettings, "policy">;
  readonly now: Instant;
}

function judged(found: FoundLink, { tags, settings, now }: Circumstances): Omit<ScannedLink, "used"> {
  const { bastion, listed, tracked, isLive, asOf } = found;
  const row = typeof tracked === "string" ? undefined : tracked;
  const attribution = attributionOf(found);
  const known = tags ?? recalledTags(row?.tags, settings.policy);
  const subject = { bastionId: bastion.id, vmId: listed.vmId, tags: known, attribution };
  const verdict = judge(subject, settings.policy, now);
  const createdAt = usableCreation(listed.createdAt, now);
  const end = endByRules({ ...subject, createdAt: createdAt ?? now }, settings.policy, now);
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
    status: statusOf(tracked),
    isLive,
    asOf,
  };
}

const statusOf = (tracked: FoundLink["tracked"]): ScannedLink["status"] =>
  typeof tracked === "string" ? tracked : tracked.status;

function standing(deadline: Instant, warnBefore: number, now: Instant): ScannedLink["verdict"] {
  if (now >= deadline) return "overdue";
  return now >= deadline - warnBefore ? "expiring soon" : "within policy";
}
