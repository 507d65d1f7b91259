import type { AlertDraft, AlertKind, Severity } from "../alert.ts";
import { attribute, fits, type Attribution } from "../attribution.ts";
import type { TrackedLink } from "../link.ts";
import { callerKey, type Signal } from "../signal.ts";
import { after, formatDuration, minutes, seconds, type Instant } from "../time.ts";
import { factAbout, groupBy, isEnforced, knownCaller, nothing, signalsOf, verdictOn, type LinkStep, type Situation } from "./situation.ts";
import { rejudge } from "./track.ts";

/** How long a link that was made a moment ago may wait for its event, so that the first card can name the creator. */
const eventPatience = seconds(15);
const fresh = minutes(2);
/** For links without a usable date: how far from first sight an event may still be theirs. */
const undatedWindow = minutes(15);

/** Names creators and tells people: one alert for all links of one kind by one creator, however many were made in one call. */
export function announce(links: readonly TrackedLink[], situation: Situation): LinkStep {
  const creates = signalsOf(situation, "create");
  const named = links.map((link) => name(link, creates));
  const judged = named.map((link, index) => (link === links[index] ? link : rejudge(link, situation)));
  const waiting = new Set(judged.filter((link) => isWaiting(link, situation.now)));
  const toAnnounce = judged.filter((link) => !link.announced && !waiting.has(link));
  const namedLate = judged.filter((link, index) => link.announced && link.attribution !== links[index]?.attribution);
  return {
    ...nothing,
    links: judged.map((link) => (toAnnounce.includes(link) ? { ...link, announced: true } : link)),
    spent: isIncomplete(situation) ? [] : creates.filter((signal) => judged.some((link) => explains(link, signal))),
    alerts: [...announcements(toAnnounce, situation), ...followUps(namedLate, situation)],
    facts: [...toAnnounce.map((link) => announced(link, situation.now)), ...namedLate.map((link) => creatorReported(link, situation.now))],
    looks: waiting.size > 0 ? [after(situation.now, eventPatience)] : [],
  };
}

/** The rest of one call's links may be on a page that did not arrive: its signal is kept for them. */
const isIncomplete = ({ look }: Situation): boolean => look.kind === "listed" && !look.listing.complete;

/** Gives a link the creator that the signals report, if they report one and it was not known before. */
function name(link: TrackedLink, creates: readonly Signal[]): TrackedLink {
  const candidates = creates.filter((signal) => isCandidate(link, signal));
  if (candidates.length === 0) return link;
  const attribution = attribute(candidates);
  return { ...link, attribution: link.attribution.kind === "known" ? corrected(link.attribution, attribution) : attribution };
}

/** A second fitting report of the same person changes nothing; one of somebody else makes it ambiguous. */
function corrected(before: Attribution & { kind: "known" }, found: Attribution): Attribution {
  if (found.kind === "known" && callerKey(found.caller) === callerKey(before.caller)) return before;
  const others = found.kind === "ambiguous" ? found.candidates : found.kind === "known" ? [found.caller] : [];
  return { kind: "ambiguous", candidates: [before.caller, ...others] };
}

/**
 * Whether a signal may tell who made this link. By the time a link is listed its operation is about to end, so an operation
 * that ended well after the link was first seen made another one. And a link whose creator was reported by an operation that
 * ended after the link was made has its owner: only an operation that ended earlier, and still fits, calls that into question.
 */
function isCandidate(link: TrackedLink, signal: Signal): boolean {
  if (signal.occurredAt > after(link.firstSeenAt, eventPatience) || hasOwner(link, signal)) return false;
  if (link.createdAtSource === "azure") return fits(link.createdAt, signal);
  return link.firstSeenAt - signal.occurredAt <= undatedWindow;
}

function hasOwner({ attribution, createdAt }: TrackedLink, signal: Signal): boolean {
  if (attribution.kind !== "known") return false;
  return attribution.eventId === signal.eventId || (attribution.reportedAt >= createdAt && signal.occurredAt >= attribution.reportedAt);
}

/** Whether this link is what the signal was about: it carries the signal, or lists its caller among the candidates. */
function explains(link: TrackedLink, signal: Signal): boolean {
  const { attribution } = link;
  if (attribution.kind === "known")
    return attribution.eventId === signal.eventId || (isCandidate(link, signal) && isSameCaller(attribution, signal));
  return (
    attribution.kind === "ambiguous" &&
    attribution.candidates.some((caller) => callerKey(caller) === callerKey(signal.caller)) &&
    isCandidate(link, signal)
  );
}

const isSameCaller = (attribution: Attribution & { kind: "known" }, signal: Signal): boolean =>
  callerKey(attribution.caller) === callerKey(signal.caller);

const isWaiting = (link: TrackedLink, now: Instant): boolean =>
  !link.announced &&
  !link.preexisting &&
  link.attribution.kind === "unknown" &&
  link.firstSeenAt - link.createdAt < fresh &&
  now < after(link.firstSeenAt, eventPatience);

function announcements(links: readonly TrackedLink[], situation: Situation): readonly AlertDraft[] {
  const groups = groupBy(
    links,
    (link) => `${kindOf(link)}|${attributionKey(link.attribution)}|${verdictOn(link, situation).channels.join()}`,
  );
  return groups.map((group) => draft(kindOf(group[0]), group, situation));
}

function followUps(links: readonly TrackedLink[], situation: Situation): readonly AlertDraft[] {
  return groupBy(links, (link) => attributionKey(link.attribution)).map((group) => draft("creator-reported", group, situation));
}

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
  const forbidden = verdicts.some(({ allowed }) => !allowed);
  return {
    kind,
    severity: verdicts.map(({ severity }) => severity).find((severity) => severity !== undefined) ?? severityOf(kind, links[0], forbidden),
    at: situation.now,
    links,
    actor: links[0].attribution,
    enforced: verdicts.every((verdict) => isEnforced(verdict, situation)),
    notes: [
      ...(forbidden ? ["The policy does not allow this link: it is taken down right away."] : []),
      ...(situation.look.kind === "listed" && !situation.look.listing.complete
        ? ["Azure's list was incomplete: there may be more links."]
        : []),
      ...links.flatMap(nativeExpiryNote).slice(0, 1),
    ],
    channels: [...new Set(verdicts.flatMap(({ channels }) => channels))],
  };
}

const highKinds: readonly AlertKind[] = ["re-created", "revoke-failed"];
const lowKinds: readonly AlertKind[] = ["expiring", "revoked", "would-revoke", "deleted", "creator-reported"];

function severityOf(kind: AlertKind, link: TrackedLink, forbidden: boolean): Severity {
  if (forbidden || highKinds.includes(kind)) return "high";
  if (lowKinds.includes(kind)) return "low";
  return knownCaller(link.attribution)?.kind === "guest" ? "high" : "medium";
}

const nativeExpiryNote = (link: TrackedLink): readonly string[] =>
  link.nativeExpiry === undefined || link.nativeExpiry <= link.createdAt
    ? []
    : [`Azure's own expiry is ${formatDuration(link.nativeExpiry - link.createdAt)} after creation.`];

const announced = (link: TrackedLink, now: Instant) =>
  factAbout(link, {
    at: now,
    kind: "link-announced",
    actor: knownCaller(link.attribution),
    data: { as: kindOf(link), deadline: link.deadline },
  });

const creatorReported = (link: TrackedLink, now: Instant) =>
  factAbout(link, {
    at: now,
    kind: "creator-reported",
    actor: knownCaller(link.attribution),
    data: { attribution: link.attribution.kind },
  });
