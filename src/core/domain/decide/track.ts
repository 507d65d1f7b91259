import { noEventYet } from "../attribution.ts";
import type { ListedLink, TrackedLink } from "../link.ts";
import { after, instant, latest, parseInstant, type Instant } from "../time.ts";
import type { Verdict } from "../policy.ts";
import { factAbout, nothing, verdictOn, type LinkStep, type Situation } from "./situation.ts";

/** Shareable links came to Azure Bastion later than this; an older date is not a date. */
const beforeLinksExisted = instant(Date.UTC(2019, 0, 1));

/** Azure's date if it can be one: readable, not before 2019, not in the future. Never revoke on a guess. */
export function usableCreation(createdAt: string | undefined, now: Instant): Instant | undefined {
  const moment = createdAt === undefined ? undefined : parseInstant(createdAt);
  return moment === undefined || moment < beforeLinksExisted || moment > now ? undefined : moment;
}

export interface Tracking extends LinkStep {
  /** Open as far as we know: listed just now, or not to be judged from this look. */
  readonly links: readonly TrackedLink[];
  /** Tracked, and not in a complete listing. */
  readonly vanished: readonly TrackedLink[];
}

/** Compares what Azure lists with what we remember. Only a complete listing can prove a link gone. */
export function track(situation: Situation): Tracking {
  const { look, watched } = situation;
  if (look.kind !== "listed") return { ...nothing, links: watched.links, vanished: [] };
  const listed = new Map(look.listing.links.map((link) => [link.linkId, link]));
  const known = new Set(watched.links.map((link) => link.linkId));
  const present = watched.links.filter((link) => listed.has(link.linkId));
  const absent = watched.links.filter((link) => !listed.has(link.linkId));
  const appeared = [...listed.values()].filter((link) => !known.has(link.linkId)).map((link) => begin(link, situation));
  return {
    ...nothing,
    links: [...present.map((link) => ({ ...link, missingSince: undefined })), ...appeared, ...(look.listing.complete ? [] : absent)],
    vanished: look.listing.complete ? absent : [],
    facts: appeared.map((link) => seen(link, situation.now)),
  };
}

function begin(listed: ListedLink, situation: Situation): TrackedLink {
  const created = usableCreation(listed.createdAt, situation.now);
  const link = {
    linkId: listed.linkId,
    life: 1,
    vmId: listed.vmId,
    createdAt: created ?? situation.now,
    createdAtSource: created === undefined ? ("first-seen" as const) : ("azure" as const),
    firstSeenAt: situation.now,
    preexisting: situation.host.checkedAt === undefined,
    nativeExpiry: listed.nativeExpiry,
    attribution: noEventYet,
  };
  const verdict = verdictOn(link, situation);
  const deadline = policyDeadline(link, verdict, situation);
  return {
    ...link,
    rule: verdict.rule,
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

/**
 * The deadline the policy gives: the time to live from creation, but never less than one notice period from first sight.
 * Links older than the watchdog get the grace period; forbidden ones are due as soon as they are announced.
 */
function policyDeadline(
  link: Pick<TrackedLink, "createdAt" | "firstSeenAt" | "preexisting">,
  verdict: Verdict,
  { policy }: Situation,
): Instant {
  const grace = link.preexisting ? after(link.firstSeenAt, policy.preexistingGrace) : link.firstSeenAt;
  if (!verdict.allowed) return grace;
  return latest(after(link.createdAt, verdict.ttl), after(link.firstSeenAt, verdict.warnBefore), grace);
}

/** Judges again what may have changed since: policy, tags, creator. A shorter deadline comes only with fresh notice. */
export function rejudge(link: TrackedLink, situation: Situation): TrackedLink {
  const verdict = verdictOn(link, situation);
  const judgedDeadline = policyDeadline(link, verdict, situation);
  if (judgedDeadline === link.judgedDeadline) return { ...link, rule: verdict.rule };
  const isShorter = judgedDeadline < link.deadline && link.announced;
  const deadline = isShorter ? latest(judgedDeadline, after(situation.now, verdict.warnBefore)) : judgedDeadline;
  return {
    ...link,
    rule: verdict.rule,
    judgedDeadline,
    deadline,
    warnedAt: undefined,
    status: link.status === "warned" ? "open" : link.status,
  };
}

const seen = (link: TrackedLink, now: Instant) =>
  factAbout(link, {
    at: now,
    kind: "link-seen",
    actor: undefined,
    data: {
      createdAt: link.createdAt,
      createdAtSource: link.createdAtSource,
      preexisting: link.preexisting,
      rule: link.rule,
      deadline: link.deadline,
    },
  });
