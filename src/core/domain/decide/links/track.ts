import { noEventYet } from "../../attribution/attribution.ts";
import { vmKeyOf } from "../../arm-id.ts";
import type { ListedLink, PastLink, TrackedLink } from "../../links/link.ts";
import { mayBeCreator } from "../../attribution/actor.ts";
import type { Verdict } from "../../policy/policy.ts";
import { after, instant, latest, minutes, type Instant, type Milliseconds } from "../../time.ts";
import {
  factsOn,
  groupBy,
  judgedBy,
  noStep,
  verdictOn,
  type LinkStep,
  type Situation,
} from "../situation.ts";
import { usableCreation } from "../../links/created-at.ts";

/** What a look makes of the links that are remembered. */
export interface Tracking extends LinkStep {
  /** Open as far as we know: listed just now, or not to be judged from this look. */
  readonly links: readonly TrackedLink[];
  /** Tracked, and not in a complete listing. */
  readonly vanished: readonly TrackedLink[];
}

/**
 * Compares what Azure lists with what we remember, and begins a life for each link that is new. Only a complete listing can prove a link gone;
 * without a listing everything stays as it was.
 */
export function track(situation: Situation): Tracking {
  const { observation, watched } = situation;
  if (observation.kind !== "listed") return { ...noStep, links: watched.links, vanished: [] };
  const listed = new Map(observation.listing.links.map((link) => [link.linkId, link]));
  const known = new Set(watched.links.map((link) => link.linkId));
  const present = watched.links.filter((link) => listed.has(link.linkId));
  const absent = watched.links.filter((link) => !listed.has(link.linkId));
  const appeared = [...listed.values()]
    .filter((link) => !known.has(link.linkId))
    .map((link) => begin(link, situation));
  return {
    ...noStep,
    links: [
      ...present.map((link) => ({ ...link, missingSince: undefined })),
      ...appeared,
      ...(observation.listing.complete ? [] : absent),
    ],
    vanished: observation.listing.complete ? absent : [],
    facts: seen(appeared, situation.now),
  };
}

function begin(listed: ListedLink, situation: Situation): TrackedLink {
  const { now, host } = situation;
  const created = usableCreation(listed.createdAt, now);
  const link = {
    linkId: listed.linkId,
    life: 1 + livesBefore(listed, host.past),
    vmId: listed.vmId,
    createdAt: created ?? now,
    createdAtSource: created === undefined ? ("first-seen" as const) : ("azure" as const),
    firstSeenAt: now,
    preexisting: host.checkedAt === undefined && (created === undefined || created < now - justMade),
    nativeExpiry: listed.nativeExpiry,
    attribution: noEventYet,
    extension: undefined,
    demanded: undefined,
  };
  const verdict = verdictOn(link, situation);
  const deadline = policyDeadline(link, verdict, situation);
  return {
    ...link,
    ...judgedBy(verdict, situation),
    deadline,
    judgedDeadline: deadline,
    status: "open",
    announced: false,
    warnedAt: undefined,
    wouldRevokeToldAt: undefined,
    intent: undefined,
    missingSince: undefined,
  };
}

/** A link younger than this at our first look was not there before us: it gets no grace. */
const justMade = minutes(10);

/** A link is re-created if its id was closed before, or if the watchdog took a link to the same VM down lately. */
const livesBefore = ({ linkId, vmId }: ListedLink, past: readonly PastLink[]): number =>
  Math.max(
    past.find((link) => link.linkId === linkId)?.life ?? 0,
    past.filter((link) => link.vmKey === vmKeyOf(vmId) && link.closedBy === "revoked-by-watchdog").length,
  );

/**
 * The deadline the policy gives: the time to live from creation, or what a person extended it to, but no longer than the VM's
 * whole `maxLifetime` allows, earlier lives included, nor than the link lives in Azure. Never less than one notice period from first sight.
 * Links older than the watchdog get the grace period; forbidden ones are due as soon as they are announced.
 */
function policyDeadline(link: Judgeable, verdict: Verdict, situation: Situation): Instant {
  const grace = link.preexisting
    ? after(link.firstSeenAt, situation.policy.preexistingGrace)
    : link.firstSeenAt;
  if (!verdict.allowed) return grace;
  const wanted = latest(after(link.createdAt, verdict.ttl), extendedTo(link) ?? link.createdAt);
  const end = instant(Math.min(wanted, lastMoment(link, verdict, situation)));
  return latest(end, after(link.firstSeenAt, verdict.warnBefore), grace);
}

type Judgeable = Pick<
  TrackedLink,
  "createdAt" | "firstSeenAt" | "preexisting" | "vmId" | "extension" | "nativeExpiry" | "attribution"
>;

/** More time that the link's own creator gave does not count, also when it comes out only later that it was them. */
const extendedTo = ({ extension, attribution }: Judgeable): Instant | undefined =>
  extension && !mayBeCreator(attribution, extension) ? extension.until : undefined;

/** What nobody can extend past: the VM's whole `maxLifetime`, earlier lives included, and the end the link has in Azure. */
export function lastMoment(
  link: Pick<Judgeable, "createdAt" | "vmId" | "nativeExpiry">,
  verdict: Verdict,
  { host }: Situation,
): Instant {
  const cap = after(link.createdAt, verdict.maxLifetime - openBefore(link, host.past));
  const { nativeExpiry, createdAt } = link;
  return nativeExpiry !== undefined && nativeExpiry > createdAt ? instant(Math.min(cap, nativeExpiry)) : cap;
}

/** How long the VM was open before this link was made. Links that were open side by side count once. */
function openBefore(
  { vmId, createdAt }: Pick<Judgeable, "createdAt" | "vmId">,
  past: readonly PastLink[],
): Milliseconds {
  const lives = past.filter(({ vmKey }) => vmKey === vmKeyOf(vmId)).sort((a, b) => a.openedAt - b.openedAt);
  let total = 0;
  let countedTo = 0;
  for (const { openedAt, closedAt } of lives) {
    const end = Math.min(closedAt, createdAt);
    total += Math.max(0, end - Math.max(openedAt, countedTo));
    countedTo = Math.max(countedTo, end);
  }
  return total;
}

/**
 * Judges again what may have changed since: policy, tags, creator. The deadline moves only if the policy's own did, and then a warning given
 * before counts no more; where people know of the link, a shorter one comes only with a whole notice period from now.
 */
export function rejudge(link: TrackedLink, situation: Situation): TrackedLink {
  const verdict = verdictOn(link, situation);
  const judgedDeadline = policyDeadline(link, verdict, situation);
  if (judgedDeadline === link.judgedDeadline) return { ...link, ...judgedBy(verdict, situation) };
  const isShorter = judgedDeadline < link.deadline && link.announced;
  const deadline = isShorter
    ? latest(judgedDeadline, after(situation.now, verdict.warnBefore))
    : judgedDeadline;
  return {
    ...link,
    ...judgedBy(verdict, situation),
    judgedDeadline,
    deadline,
    warnedAt: undefined,
    status: link.status === "warned" ? "open" : link.status,
  };
}

const seen = (links: readonly TrackedLink[], now: Instant) =>
  groupBy(links, (link) => `${link.createdAtSource}|${link.preexisting}`).flatMap((group) =>
    factsOn(group, {
      at: now,
      kind: "link-seen",
      actor: undefined,
      data: {
        createdAtSource: group[0].createdAtSource,
        preexisting: group[0].preexisting,
      },
    }),
  );
