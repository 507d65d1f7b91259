import { idKey, isVirtualMachineId, resourceName, type BastionId } from "../domain/arm-id.ts";
import { noEventYet, type Attribution } from "../domain/attribution.ts";
import { usableCreation } from "../domain/decide/track.ts";
import type { VirtualMachineFacts } from "../domain/estate.ts";
import type { ListedLink } from "../domain/link.ts";
import { judge } from "../domain/policy.ts";
import type { ScanReport, ScannedBastion, ScannedLink } from "../domain/scan-report.ts";
import { callerName } from "../domain/signal.ts";
import { after, latest, type Instant } from "../domain/time.ts";
import { partitionOf, type Watched } from "../domain/watched.ts";
import type { LinkAnswer, Ports } from "../ports.ts";
import type { FlowSettings } from "./settings.ts";

/** Narrows a scan; all that are given must hold. Ids and names compare case-insensitively. */
export interface ScanScope {
  readonly subscription?: string | undefined;
  readonly resourceGroup?: string | undefined;
  readonly bastion?: string | undefined;
  readonly vm?: string | undefined;
}

const together = 16;

/** Looks at every bastion live and says what is open now. Writes nothing and revokes nothing. */
export async function scan(scope: ScanScope, ports: Ports, settings: FlowSettings): Promise<ScanReport> {
  const now = ports.clock.now();
  const bastions = (await everyBastion(ports)).filter((bastion) => isWanted(bastion, scope));
  const looks: Looked[] = [];
  for (let start = 0; start < bastions.length; start += together) {
    looks.push(...(await Promise.all(bastions.slice(start, start + together).map((bastion) => look(bastion, ports)))));
  }
  const vms = await tags(looks, ports);
  const links = looks
    .flatMap((looked) => looked.links.map((link) => assess(link, looked, { vms, settings, now })))
    .filter((link) => isWantedVm(link.vmId, scope));
  return {
    scannedAt: now,
    complete: looks.every(({ report }) => report.read === "complete"),
    bastions: looks.map(({ report }) => report),
    links: links.sort((a, b) => a.deadline - b.deadline),
  };
}

async function everyBastion(ports: Ports): Promise<readonly BastionId[]> {
  const [named, known] = await Promise.all([ports.estate.bastions(), ports.table.knownBastions()]);
  return [...new Map([...known, ...named.map(({ bastion }) => bastion)].map((bastion) => [idKey(bastion.id), bastion])).values()];
}

const same = (wanted: string | undefined, text: string): boolean => wanted === undefined || wanted.toLowerCase() === text.toLowerCase();
const sameIdOrName = (wanted: string | undefined, id: string): boolean => same(wanted, id) || same(wanted, resourceName(id));

const isWanted = (bastion: BastionId, { subscription, resourceGroup, bastion: wanted }: ScanScope): boolean =>
  same(subscription, bastion.subscriptionId) && same(resourceGroup, bastion.resourceGroup) && sameIdOrName(wanted, bastion.id);

const isWantedVm = (vmId: string, { vm }: ScanScope): boolean => sameIdOrName(vm, vmId);

interface Looked {
  readonly bastion: BastionId;
  readonly report: ScannedBastion;
  readonly links: readonly ListedLink[];
  readonly watched: Watched;
}

async function look(bastion: BastionId, ports: Ports): Promise<Looked> {
  const [answer, watched] = await Promise.all([ports.controlPlane.listLinks(bastion), ports.table.read(partitionOf(bastion))]);
  const links = answer.kind === "listed" ? answer.listing.links : [];
  const read = answer.kind === "gone" ? await goneOrNot(bastion, ports) : readOf(answer);
  return { bastion, links, watched, report: { bastionId: bastion.id, linkCount: links.length, ...read } };
}

type Read = Pick<ScannedBastion, "read" | "why">;

/** A list that says "no such bastion" is believed only when the bastion itself says so too; then there is nothing to read. */
async function goneOrNot(bastion: BastionId, { controlPlane }: Ports): Promise<Read> {
  const host = await controlPlane.getBastion(bastion);
  if (host.kind === "gone") return { read: "complete", why: "this bastion does not exist any more" };
  return { read: "no", why: host.kind === "found" ? "its list of links was not found" : host.why };
}

function readOf(answer: LinkAnswer): Read {
  if (answer.kind === "feature-off") return { read: "complete", why: "shareable links are switched off" };
  if (answer.kind !== "listed") return { read: "no", why: answer.why };
  return answer.listing.complete
    ? { read: "complete", why: undefined }
    : { read: "partly", why: answer.listing.problems[0] ?? "Azure's list was incomplete" };
}

async function tags(looks: readonly Looked[], ports: Ports): Promise<ReadonlyMap<string, VirtualMachineFacts>> {
  const vmIds = [...new Set(looks.flatMap(({ links }) => links.map(({ vmId }) => vmId)))].filter(isVirtualMachineId);
  return vmIds.length === 0 ? new Map() : await ports.estate.virtualMachines(vmIds);
}

interface Judging {
  readonly vms: ReadonlyMap<string, VirtualMachineFacts>;
  readonly settings: FlowSettings;
  readonly now: Instant;
}

function assess(listed: ListedLink, { bastion, watched }: Looked, { vms, settings, now }: Judging): ScannedLink {
  const tracked = watched.links.find(({ linkId }) => linkId === listed.linkId);
  const attribution = tracked?.attribution ?? noEventYet;
  const verdict = judge(
    { bastionId: bastion.id, vmId: listed.vmId, tags: vms.get(idKey(listed.vmId))?.tags, attribution },
    settings.policy,
    now,
  );
  const createdAt = usableCreation(listed.createdAt, now);
  const deadline = tracked?.deadline ?? latest(after(createdAt ?? now, verdict.ttl), after(now, verdict.warnBefore));
  return {
    linkId: listed.linkId,
    bastionId: bastion.id,
    vmId: listed.vmId,
    createdAt,
    createdBy: creator(attribution),
    deadline,
    rule: verdict.rule,
    verdict: verdict.allowed ? standing(deadline, verdict.warnBefore, now) : "forbidden",
    status: tracked?.status ?? "not yet tracked",
  };
}

function standing(deadline: Instant, warnBefore: number, now: Instant): ScannedLink["verdict"] {
  if (now >= deadline) return "overdue";
  return now >= deadline - warnBefore ? "expiring soon" : "within policy";
}

function creator(attribution: Attribution): string {
  switch (attribution.kind) {
    case "known":
      return callerName(attribution.caller);
    case "ambiguous":
      return `one of ${attribution.candidates.map(callerName).join(", ")}`;
    case "unknown":
      return "unknown";
  }
}
