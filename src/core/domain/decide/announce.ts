import type { AlertDraft, AlertKind, Severity } from "../alerts/alert.ts";
import type { Attribution } from "../attribution/attribution.ts";
import type { TrackedLink } from "../links/link.ts";
import { callerKey } from "../attribution/signal.ts";
import { after, formatDuration, minutes, type Instant } from "../time.ts";
import { confirmed, createsIn } from "./activity-log.ts";
import { eventPatience, nameCreators } from "./name-creators.ts";
import { factsAbout, groupBy, isEnforced, knownCaller, nothing, signalsOf, verdictOn, type LinkStep, type Situation } from "./situation.ts";
import { rejudge } from "./track.ts";

/** A link younger than this may wait a moment for its event, so that the first card can name the creator. */
const fresh = minutes(2);
/** So many links in one alert are worth more than a glance. */
const many = 5;

/** Names creators and tells people: one alert for all links of one kind by one creator, however many were made in one call. */
export function announce(links: readonly TrackedLink[], situation: Situation): LinkStep {
  const named = nameCreators(links, createsIn(links, situation));
  const judged = named.links.map((link, index) => confirmed(link === links[index] ? link : rejudge(link, situation), situation));
  const waiting = new Set(judged.filter((link) => isWaiting(link, situation.now)));
  const toAnnounce = judged.filter((link) => !link.announced && !waiting.has(link));
  const namedLate = judged.filter((link, index) => link.announced && isNews(links[index]?.attribution, link.attribution));
  const groups = groupBy(toAnnounce, (link) => groupKey(link, situation));
  const late = groupBy(namedLate, (link) => attributionKey(link.attribution));
  return {
    ...nothing,
    links: judged.map((link) => (toAnnounce.includes(link) ? { ...link, announced: true } : link)),
    spent: isIncomplete(situation) ? [] : signalsOf(situation, "create").filter((signal) => named.explained.includes(signal)),
    alerts: [
      ...groups.map((group) => draft(kindOf(group[0]), group, situation)),
      ...late.map((group) => draft("creator-reported", group, situation)),
    ],
    facts: [
      ...groups.flatMap((group) => announced(group, situation.now)),
      ...late.flatMap((group) => creatorReported(group, situation.now)),
      ...groupBy(newlyConfirmed(links, judged), (link) => attributionKey(link.attribution)).flatMap((group) =>
        creatorConfirmed(group, situation.now),
      ),
    ],
    looks: waiting.size > 0 ? [after(situation.now, eventPatience)] : [],
  };
}

/** The rest of one call's links may be on a page that did not arrive: its signal is kept for them. */
const isIncomplete = ({ observation }: Situation): boolean => observation.kind === "listed" && !observation.listing.complete;

/** Another operation of the same caller is no news. */
const isNews = (before: Attribution | undefined, now: Attribution): boolean =>
  before !== now && (before?.kind !== now.kind || attributionKey(before) !== attributionKey(now));

const isWaiting = (link: TrackedLink, now: Instant): boolean =>
  !link.announced &&
  !link.preexisting &&
  link.attribution.kind === "unknown" &&
  link.firstSeenAt - link.createdAt < fresh &&
  now < after(link.firstSeenAt, eventPatience);

const groupKey = (link: TrackedLink, situation: Situation): string =>
  `${kindOf(link)}|${attributionKey(link.attribution)}|${verdictOn(link, situation).channels.join()}`;

function kindOf(link: TrackedLink): AlertKind {
  if (link.life > 1) return "re-created";
  if (link.attribution.kind !== "unknown") return "created";
  return link.preexisting ? "preexisting" : "unannounced";
}

const attributionKey = (attribution: Attribution): string => {
  if (attribution.kind === "known") return callerKey(attribution.caller) ?? attribution.eventId;
  return attribution.kind === "ambiguous" ? attribution.candidates.map((caller) => callerKey(caller) ?? "?").join() : "";
};

/** An alert about links that share kind, creator and channels. */
export function draft(kind: AlertKind, links: readonly [TrackedLink, ...TrackedLink[]], situation: Situation): AlertDraft {
  const verdicts = links.map((link) => verdictOn(link, situation));
  const isForbidden = verdicts.some(({ allowed }) => !allowed);
  return {
    kind,
    severity: verdicts.map(({ severity }) => severity).find((severity) => severity !== undefined) ?? severityOf(kind, links, isForbidden),
    at: situation.now,
    links,
    actor: links[0].attribution,
    enforced: verdicts.every((verdict) => isEnforced(verdict, situation)),
    notes: [
      ...(isForbidden ? ["The policy does not allow this link."] : []),
      ...(isIncomplete(situation) ? ["Azure's list was incomplete: there may be more links."] : []),
      ...(openingKinds.includes(kind) ? [expiryNote(links[0])] : []),
    ],
    channels: [...new Set(verdicts.flatMap(({ channels }) => channels))],
    fallback: [...new Set(verdicts.flatMap(({ fallback }) => fallback))],
  };
}

const openingKinds: readonly AlertKind[] = ["created", "unannounced", "preexisting", "re-created"];
const highKinds: readonly AlertKind[] = ["re-created", "revoke-failed"];
const lowKinds: readonly AlertKind[] = ["expiring", "revoked", "would-revoke", "deleted", "creator-reported"];

function severityOf(kind: AlertKind, links: readonly [TrackedLink, ...TrackedLink[]], isForbidden: boolean): Severity {
  if (lowKinds.includes(kind)) return "low";
  if (isForbidden || highKinds.includes(kind)) return "high";
  return links.length >= many || knownCaller(links[0].attribution)?.kind === "guest" ? "high" : "medium";
}

/** Azure lets a creator set an end of their own since August 2026. Without one only the watchdog ends the link. */
function expiryNote({ nativeExpiry, createdAt, deadline }: TrackedLink): string {
  if (nativeExpiry === undefined) return "Azure tells no expiry of its own for it.";
  const length = formatDuration(nativeExpiry - createdAt);
  return nativeExpiry > deadline
    ? `Its own expiry in Azure, ${length} after creation, is later than the policy allows.`
    : `It expires in Azure ${length} after creation.`;
}

const announced = (group: readonly [TrackedLink, ...TrackedLink[]], now: Instant) =>
  factsAbout(group, {
    at: now,
    kind: "link-announced",
    actor: knownCaller(group[0].attribution),
    data: { as: kindOf(group[0]), rule: group[0].rule },
  });

const creatorReported = (group: readonly [TrackedLink, ...TrackedLink[]], now: Instant) =>
  factsAbout(group, {
    at: now,
    kind: "creator-reported",
    actor: knownCaller(group[0].attribution),
    data: { attribution: group[0].attribution.kind },
  });

const isConfirmed = ({ attribution }: TrackedLink): boolean => attribution.kind === "known" && attribution.confirmed === true;

const newlyConfirmed = (before: readonly TrackedLink[], now: readonly TrackedLink[]): readonly TrackedLink[] =>
  now.filter((link, index) => isConfirmed(link) && !(before[index] && isConfirmed(before[index])));

const creatorConfirmed = (group: readonly [TrackedLink, ...TrackedLink[]], now: Instant) =>
  factsAbout(group, { at: now, kind: "creator-confirmed", actor: knownCaller(group[0].attribution), data: {} });
