import { noEventYet } from "../../attribution/attribution.ts";
import { isSameId } from "../../arm-id.ts";
import { usableCreation } from "../../links/created-at.ts";
import { matchEntries } from "../../links/entries.ts";
import type { LinkId, ListedLink, PastLink, TrackedLink } from "../../links/link.ts";
import type { HostState } from "../../state/watched.ts";
import type { Instant } from "../../time.ts";
import { mayHaveMade } from "../signals/name-creators.ts";
import {
  factsOn,
  groupBy,
  judgedBy,
  noStep,
  signalsOf,
  verdictOn,
  type LinkStep,
  type Situation,
} from "../situation.ts";
import { policyEnd } from "./deadline.ts";
import { holesAfter, lastWithout, underItsUrl, withoutUrl } from "./holes.ts";
import { comebackOf, givenBefore, goesOn, usedBefore } from "./lifetime.ts";
import { basisOf } from "./rejudge.ts";

/** What a look makes of the links that are remembered. */
export interface Tracking extends LinkStep {
  /** Open as far as we know: listed just now, or not to be judged from this look. */
  readonly links: readonly TrackedLink[];
  /** Of `links`, those that the list showed. Nothing else is warned of or revoked. */
  readonly seen: ReadonlySet<LinkId>;
  /** Tracked, and not in a complete listing. */
  readonly vanished: readonly TrackedLink[];
  /** Rows to take back: their links go on under the id of the URL that came. */
  readonly renamed: readonly TrackedLink[];
  readonly newHoles: HostState["newHoles"];
}

/**
 * Compares what Azure lists with what we remember, and begins a life for each link that is new. Only a complete listing can prove a link gone;
 * without a listing everything stays as it was.
 */
export function track(situation: Situation): Tracking {
  const { observation, watched, host, now } = situation;
  if (observation.kind !== "listed")
    return {
      ...{ ...noStep, links: watched.links, seen: new Set(), vanished: [] },
      ...{ renamed: [], newHoles: host.newHoles },
    };
  const { listing } = observation;
  const { entryOf, newLinks, newHoles, absent } = matchEntries(listing, watched.links, now);
  const isHole = new Set(listing.holes);
  const present = watched.links.flatMap((before): Present[] => {
    const entry = entryOf.get(before.linkId);
    if (!entry) return [];
    const link = isHole.has(entry) ? withoutUrl(before, now) : withUrl(before, entry, host.past);
    return [{ before, link: { ...link, missingSince: undefined, ...wholeSince(before, situation) } }];
  });
  const unproven = watched.links.filter((link) => !entryOf.has(link.linkId) && !absent.includes(link));
  const { lasting, waiting, looks } = holesAfter(newHoles, situation);
  const appeared = [
    ...newLinks.map((link) => begin(link, situation)),
    ...lasting.map((link) => ({ ...begin(link, situation), hole: { since: now, isOwnLife: true } })),
  ];
  const seen = [...present.map(({ link }) => link), ...appeared];
  const renamed = present.filter(({ before, link }) => link.linkId !== before.linkId);
  return {
    ...noStep,
    links: [...seen, ...unproven],
    seen: new Set(seen.map(({ linkId }) => linkId)),
    vanished: absent,
    renamed: renamed.map(({ before }) => before),
    newHoles: waiting,
    facts: [
      ...begun(appeared, now),
      ...moved(present, now),
      ...renamed.flatMap((one) => renamedFact(one, now)),
    ],
    looks,
  };
}

interface Present {
  readonly before: TrackedLink;
  readonly link: TrackedLink;
}

/** Where a link leads, since when, and until when by itself is Azure's to say, at every look; one resource may be spelled in many ways. */
function withUrl(link: TrackedLink, entry: ListedLink, past: readonly PastLink[]): TrackedLink {
  const { linkId, vmId, createdAt, nativeExpiry } = entry;
  const created = usableCreation(createdAt, link.firstSeenAt);
  return {
    ...(link.hole?.isOwnLife === true ? underItsUrl(link, linkId, past) : link),
    vmId: isSameId(vmId, link.vmId) ? link.vmId : vmId,
    createdAt: created ?? link.firstSeenAt,
    createdAtSource: created === undefined ? "first-seen" : "azure",
    nativeExpiry,
    hole: undefined,
  };
}

/** A VM that was moved is judged by where it is now. */
const moved = (present: readonly Present[], now: Instant) =>
  present
    .filter(({ before, link }) => !isSameId(before.vmId, link.vmId))
    .flatMap(({ before, link }) =>
      factsOn([link], { at: now, kind: "vm-moved", actor: undefined, data: { from: before.vmId } }),
    );

/** `links` names the id that it was told by before, so that whoever looks for that one finds this. */
const renamedFact = ({ before, link }: Present, now: Instant) =>
  factsOn([link], { at: now, kind: "link-renamed", actor: undefined, data: { links: before.linkId } });

/** What nobody has said of a link that was just found. */
const nothingYet = {
  toldCreator: undefined,
  tags: undefined,
  untagged: undefined,
  extension: undefined,
  demanded: undefined,
} as const;

function begin(listed: ListedLink, situation: Situation): TrackedLink {
  const closed = situation.closed?.get(listed.linkId);
  if (closed) return goesOn(closed, listed, situation);
  const fresh = firstSeen(listed, situation);
  const link = {
    ...fresh,
    usedBefore: usedBefore(fresh, situation),
    given: givenBefore(fresh, situation),
    comeback: comebackOf(fresh, situation, false),
  };
  const verdict = verdictOn(link, situation);
  const deadline = policyEnd(link, situation).at;
  return {
    ...link,
    ...judgedBy(verdict, situation),
    ...{ deadline, judgedDeadline: deadline, countedUntil: deadline },
    basis: basisOf(link, situation),
    gains: [],
    status: "open",
    announced: false,
    notice: undefined,
    noticeSpentUnder: undefined,
    wouldRevokeToldAt: undefined,
    intent: undefined,
    hole: undefined,
    missingSince: undefined,
    ...wholeSince({ firstSeenAt: undefined, wholeAt: undefined }, situation),
  };
}

/** The first complete list that held it; a version that did not write it down had it from a list that was complete. */
function wholeSince(
  { firstSeenAt, wholeAt }: Pick<TrackedLink, "wholeAt"> & { readonly firstSeenAt: Instant | undefined },
  { observation, host }: Situation,
): Pick<TrackedLink, "wholeAt"> {
  if (wholeAt !== undefined) return { wholeAt };
  const { checkedAt } = host;
  if (firstSeenAt !== undefined && checkedAt !== undefined && checkedAt >= firstSeenAt)
    return { wholeAt: firstSeenAt };
  return observation.kind === "listed" && observation.listing.complete
    ? { wholeAt: observation.startedAt }
    : {};
}

/** What is known of a link before anything is judged. */
function firstSeen(listed: ListedLink, situation: Situation) {
  const { now, host } = situation;
  const created = usableCreation(listed.createdAt, now);
  const dates = {
    createdAt: created ?? now,
    createdAtSource: created === undefined ? ("first-seen" as const) : ("azure" as const),
    firstSeenAt: now,
    absentAt: lastWithout(listed, host),
  };
  return {
    ...dates,
    linkId: listed.linkId,
    life: 1 + (host.past.find(({ linkId }) => linkId === listed.linkId)?.life ?? 0),
    vmId: listed.vmId,
    preexisting: isOlder(dates, situation),
    nativeExpiry: listed.nativeExpiry,
    attribution: noEventYet,
    ...nothingYet,
  };
}

/**
 * Older than the watchdog: created before any bastion of its subscription was first listed completely, and by no operation that an event
 * reports. Without a date that can be told only of what that very first list holds.
 */
function isOlder(
  dates: Pick<TrackedLink, "createdAt" | "createdAtSource" | "firstSeenAt" | "absentAt">,
  situation: Situation,
): boolean {
  const { watchedSince, observation } = situation;
  if (watchedSince === undefined || observation.kind !== "listed") return false;
  const isFirstList = observation.startedAt <= watchedSince;
  const isBefore = dates.createdAtSource === "azure" ? dates.createdAt < watchedSince : isFirstList;
  return isBefore && !signalsOf(situation, "create").some((signal) => mayHaveMade(signal, dates));
}

const begun = (links: readonly TrackedLink[], now: Instant) =>
  groupBy(links, (link) =>
    [link.createdAtSource, link.preexisting, link.hole !== undefined].join("|"),
  ).flatMap((group) =>
    factsOn(group, {
      at: now,
      kind: "link-seen",
      actor: undefined,
      data: {
        createdAtSource: group[0].createdAtSource,
        preexisting: group[0].preexisting,
        ...(group[0].hole && { withoutUrl: true }),
      },
    }),
  );
