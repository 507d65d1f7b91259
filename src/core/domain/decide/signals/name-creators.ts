import { attribute, fits, type Attribution } from "../../attribution/attribution.ts";
import { fromActivityLog } from "../../attribution/activity-log-answer.ts";
import type { TrackedLink } from "../../links/link.ts";
import { callerKey, type Signal } from "../../attribution/signal.ts";
import { wasReadBefore } from "./activity-log.ts";
import { after, minutes, seconds } from "../../time.ts";

/** By the time a link is listed its operation is about to end: one that ended later than this after first sight made another link. */
export const eventPatience = seconds(15);
/** For links without a usable date: how far back from first sight an event may still be theirs. */
const undatedWindow = minutes(15);

type Known = Attribution & { readonly kind: "known" };

/** Links with the creators that were found, and what that makes of the signals. */
export interface Named {
  /** In the order given. */
  readonly links: readonly TrackedLink[];
  /** The signals that a link answers to. What is left was about links that are not there. */
  readonly explained: readonly Signal[];
}

/**
 * Gives links the creators that create signals report. Azure says neither which VM nor which link an event is about, so time decides:
 * a creator is named only if every operation that fits is the same caller's. Each operation made at least one link, so each
 * of a caller's operations gets one of that caller's links before any gets a second.
 */
export function nameCreators(links: readonly TrackedLink[], creates: readonly Signal[]): Named {
  const inOrder = creates
    .filter((signal) => !links.some((link) => isRepeat(link, signal)))
    .sort((a, b) => a.occurredAt - b.occurredAt);
  const named = new Map(links.map((link) => [link.linkId, link]));
  for (const link of [...links].sort((a, b) => a.createdAt - b.createdAt)) {
    named.set(link.linkId, { ...link, attribution: nameOne(link, inOrder, [...named.values()]) });
  }
  for (const signal of inOrder) {
    const spare = ownerships(named.values(), signal) > 0 ? undefined : spareLink([...named.values()], signal);
    if (spare) named.set(spare.linkId, { ...spare, attribution: attribute([signal]) });
  }
  const result = links.map((link) => sameUnlessNamed(link, named.get(link.linkId)));
  return {
    links: result,
    explained: creates.filter((signal) => result.some((link) => answersTo(link, signal))),
  };
}

/** The event of an operation that the link was named by already, from a row of the Activity Log. */
const isRepeat = ({ attribution }: TrackedLink, signal: Signal): boolean =>
  attribution.kind === "known" &&
  attribution.eventId !== signal.eventId &&
  wasReadBefore(attribution, signal);

/** The very same object where nothing changed: callers tell by it what is news. */
function sameUnlessNamed(before: TrackedLink, now: TrackedLink | undefined): TrackedLink {
  return now === undefined || now.attribution === before.attribution ? before : now;
}

function nameOne(link: TrackedLink, creates: readonly Signal[], all: readonly TrackedLink[]): Attribution {
  const { attribution } = link;
  if (attribution.kind === "known")
    return questioned(
      attribution,
      creates.filter((signal) => isRival(link, attribution, signal)),
    );
  const candidates = creates.filter((signal) => mayHaveMade(signal, link));
  if (candidates.length === 0) return attribution;
  const unowned = candidates.filter((signal) => ownerships(all, signal) === 0);
  const found = attribute(candidates);
  return found.kind === "known" ? attribute(unowned.length > 0 ? unowned : candidates) : found;
}

/** Whether an event reported who made, or may have made, the link; a row of the Activity Log is no event. */
export const isReported = (attribution: Attribution): boolean =>
  attribution.kind === "known"
    ? !attribution.eventId.startsWith(fromActivityLog)
    : attribution.kind === "ambiguous";

/** Whether the operation that `signal` reports may have made this link. */
export function mayHaveMade(
  signal: Signal,
  link: Pick<TrackedLink, "createdAt" | "createdAtSource" | "firstSeenAt">,
): boolean {
  if (signal.occurredAt > after(link.firstSeenAt, eventPatience)) return false;
  return link.createdAtSource === "azure"
    ? fits(link.createdAt, signal)
    : link.firstSeenAt - signal.occurredAt <= undatedWindow;
}

/** Another caller's operation that fits and ended earlier than the one we named, or as well though ours ended before the link was made. */
const isRival = (link: TrackedLink, owner: Known, signal: Signal): boolean =>
  !isSameCaller(owner, signal) &&
  mayHaveMade(signal, link) &&
  (signal.occurredAt < owner.reportedAt || owner.reportedAt < link.createdAt);

function questioned(owner: Known, rivals: readonly Signal[]): Attribution {
  if (rivals.length === 0) return owner;
  const found = attribute(rivals);
  const others = found.kind === "known" ? [found.caller] : found.kind === "ambiguous" ? found.candidates : [];
  return { kind: "ambiguous", candidates: [owner.caller, ...others] };
}

/** A link of the same caller whose operation has another link as well: it may be this operation's instead. */
function spareLink(links: readonly TrackedLink[], signal: Signal): TrackedLink | undefined {
  return links.findLast(
    (link) =>
      link.attribution.kind === "known" &&
      isSameCaller(link.attribution, signal) &&
      mayHaveMade(signal, link) &&
      ownerships(links, link.attribution) > 1,
  );
}

function ownerships(links: Iterable<TrackedLink>, { eventId }: { readonly eventId: string }): number {
  return [...links].filter(
    ({ attribution }) => attribution.kind === "known" && attribution.eventId === eventId,
  ).length;
}

function answersTo(link: TrackedLink, signal: Signal): boolean {
  const { attribution } = link;
  if (attribution.kind === "known") return attribution.eventId === signal.eventId || isRepeat(link, signal);
  if (attribution.kind === "unknown" || !mayHaveMade(signal, link)) return false;
  return attribution.candidates.some((caller) => callerKey(caller) === callerKey(signal.caller));
}

const isSameCaller = (attribution: Known, signal: Signal): boolean =>
  callerKey(attribution.caller) === callerKey(signal.caller);
