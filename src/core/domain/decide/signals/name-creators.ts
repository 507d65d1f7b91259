import {
  deedOf,
  deedsOf,
  knownBy,
  candidatesOf,
  whoKey,
  type Attribution,
  type Deed,
} from "../../attribution/attribution.ts";
import { fitOf, madeAt } from "../../attribution/fit.ts";
import { callerId, type Signal } from "../../attribution/signal.ts";
import type { LinkId, PastLink, TrackedLink } from "../../links/link.ts";
import { signalsOf, type Situation } from "../situation.ts";
import { assignCreates, type Assignment, type Create } from "./assign-creates.ts";

/** Links with the creators that are known by now, and what that makes of the create signals. */
export interface Naming {
  /** In the order given; the very same object where nothing changed. */
  readonly links: readonly TrackedLink[];
  /** Those that are not listed any more, in the order given. */
  readonly vanished: readonly TrackedLink[];
  /** Each link as it was before its creators were. */
  readonly before: ReadonlyMap<LinkId, TrackedLink>;
  /** Links that an operation may have made whose own link may still come: what is known of their creator may change back. */
  readonly unsettled: ReadonlySet<LinkId>;
  /** Pending signals for which a link of their own may still come. */
  readonly waiting: readonly Signal[];
  /** Pending signals that a link of their own can be given, listed or closed since. */
  readonly explained: readonly Signal[];
  /** The closed links, with the reports that came after their end. */
  readonly past: readonly PastLink[];
  /** Of `explained`, those whose caller no open link names: they are about a link that is closed. */
  readonly late: readonly Late[];
  /** Pending signals for which no link is left, each with all callers who may be the one whose links are gone. */
  readonly leftOver: readonly LeftOver[];
}

/** A report that comes after the link it fits was closed. */
export interface Late {
  readonly signal: Signal;
  /** Whom people were told of before. */
  readonly told: readonly string[];
}

/** An operation whose links are not there. */
export interface LeftOver {
  readonly signal: Signal;
  readonly creator: Attribution;
}

/**
 * Gives links the creators that create signals report. Azure says neither which VM nor which link an event is about, so time decides: a creator is
 * known only while one caller's operations fit, and whoever else turns out to fit, however late, makes them candidates. Each operation made
 * at least one link: one that has no link of its own within the usual time may have lasted long, and fits what was made before as well.
 */
export function nameCreators(
  { links, vanished }: { readonly links: readonly TrackedLink[]; readonly vanished: readonly TrackedLink[] },
  situation: Situation,
): Naming {
  const all = [...links, ...vanished];
  const before = new Map(all.map((link) => [link.linkId, link]));
  const assignment = assignCreates(all, createsOf(all, situation), situation);
  const named = (link: TrackedLink): TrackedLink => withCreator(link, assignment);
  const pending = signalsOf(situation, "create");
  const explained = pending.filter(({ eventId }) => assignment.explained.has(eventId));
  return {
    links: links.map(named),
    vanished: vanished.map(named),
    before,
    unsettled: new Set(all.flatMap(({ linkId }) => (assignment.isUnsettled(linkId) ? [linkId] : []))),
    waiting: pending.filter(({ eventId }) => assignment.isWaiting(eventId)),
    past: assignment.past,
    explained,
    late: explained.flatMap((signal): readonly Late[] => {
      const told = assignment.toldAs(signal.eventId);
      return told === undefined ? [] : [{ signal, told }];
    }),
    leftOver: pending.flatMap((signal): readonly LeftOver[] => {
      const contenders = assignment.contenders(signal.eventId);
      if (contenders === undefined) return [];
      return [{ signal, creator: creatorIn(contenders) }];
    }),
  };
}

/** Everything that is reported, and everything that links were named by before and that is not pending any more; the latter first, and last what people were told of as gone. */
function createsOf(links: readonly TrackedLink[], situation: Situation): readonly Create[] {
  const { host, watched, whole } = situation;
  const rows = [...links, ...(whole?.watched.links ?? watched.links)];
  const pending = signalsOf(whole ?? situation, "create");
  const isPending = new Set(pending.map(({ eventId }) => eventId));
  const isTold = (eventId: string) => host.toldCreates.includes(eventId);
  const spent = new Map<string, Create>();
  const kept = rows.flatMap(({ attribution }) => deedsOf(attribution));
  const closed = host.past.flatMap(({ creates }) => creates);
  for (const { eventId, reportedAt, beganAt, who } of closed)
    spent.set(eventId, {
      deed: { eventId, reportedAt, beganAt, correlationId: undefined },
      who,
      isTold: isTold(eventId),
    });
  for (const deed of kept)
    spent.set(deed.eventId, {
      deed,
      who: callerId(deed.caller, deed.eventId),
      isTold: isTold(deed.eventId),
    });
  const before = [...spent.values()].filter(({ deed }) => !isPending.has(deed.eventId));
  const news = pending.map((signal): Create => ({
    deed: deedOf(signal),
    who: callerId(signal.caller, signal.eventId),
    signal,
    isTold: isTold(signal.eventId),
  }));
  const inOrder = (creates: readonly Create[]) =>
    [...creates].sort((a, b) => a.deed.reportedAt - b.deed.reportedAt);
  const told = [...before, ...news].filter((create) => create.isTold);
  const isOpen = (create: Create) => !create.isTold;
  return [...inOrder(before.filter(isOpen)), ...inOrder(news.filter(isOpen)), ...inOrder(told)];
}

/** The very same object where nothing changed: callers tell by it what is news. */
function withCreator(link: TrackedLink, assignment: Assignment): TrackedLink {
  const { near, far, own } = assignment.fitting(link.linkId);
  const attribution = creatorOf(link.attribution, { near, far, own });
  return attribution === link.attribution ? link : { ...link, attribution };
}

interface Fitting {
  readonly near: readonly Create[];
  readonly far: readonly Create[];
  /** The one that has this link for its own. */
  readonly own: Create | undefined;
}

function creatorOf(before: Attribution, { near, far, own }: Fitting): Attribution {
  const all = [...near, ...far];
  const deeds = all.flatMap(({ deed }) => (isWhole(deed) ? [deed] : []));
  if (deeds.length === 0) return before;
  const callers = new Set(all.map(({ who }) => who));
  const isOneOnly = callers.size === 1 && near.length > 0 && deeds.length === all.length;
  const found = isOneOnly ? knownBy(deedFor(before, { deeds, own })) : undefined;
  const isOther = near.length === 0 || deeds.length < all.length;
  return unlessSame(before, found ?? candidatesOf(deeds, isOther ? true : undefined));
}

/** An operation keeps the link that it was told as having made, unless that is the only one there is for another of the same caller. */
function deedFor(
  before: Attribution,
  { deeds, own }: { readonly deeds: readonly Deed[]; readonly own: Create | undefined },
): Deed {
  const isOf = (eventId: string | undefined) => deeds.find((deed) => deed.eventId === eventId);
  const [first] = deeds;
  const kept = before.kind === "known" ? isOf(before.eventId) : undefined;
  const deed = isOf(own?.deed.eventId) ?? kept ?? first;
  if (!deed) throw new Error("A creator is known by at least one operation");
  return deed;
}

const isWhole = (deed: Create["deed"]): deed is Deed => "caller" in deed;

/** The same object where it is the same set, by the same operations. */
function unlessSame(before: Attribution, now: Attribution): Attribution {
  if (whoKey(before) !== whoKey(now)) return now;
  const events = (attribution: Attribution) =>
    deedsOf(attribution)
      .map(({ eventId }) => eventId)
      .join(" ");
  return events(before) === events(now) ? before : now;
}

/** Whoever of several made what is gone; they are not known apart. */
function creatorIn(contenders: readonly Create[]): Attribution {
  const deeds = contenders.flatMap(({ deed }) => (isWhole(deed) ? [deed] : []));
  const [first] = deeds;
  const callers = new Set(contenders.map(({ who }) => who));
  if (first && callers.size === 1) return knownBy(first);
  return candidatesOf(deeds, deeds.length < contenders.length ? true : undefined);
}

/** Whether an operation that an event reports may have made this link. */
export const mayHaveMade = (
  signal: Signal,
  link: Pick<TrackedLink, "createdAt" | "createdAtSource" | "firstSeenAt" | "absentAt">,
): boolean => fitOf(deedOf(signal), madeAt(link)) !== "no";
