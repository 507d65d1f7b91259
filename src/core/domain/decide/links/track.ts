import { noEventYet } from "../../attribution/attribution.ts";
import { idKey, vmKeyOf } from "../../arm-id.ts";
import { usableCreation } from "../../links/created-at.ts";
import type { ClosedBy, ListedLink, PastLink, TrackedLink } from "../../links/link.ts";
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
import { policyDeadline } from "./deadline.ts";
import { basisOf } from "./rejudge.ts";

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
  const present = watched.links.flatMap((link) => {
    const now = listed.get(link.linkId);
    return now ? [{ before: link, link: asListed(link, now) }] : [];
  });
  const absent = watched.links.filter((link) => !listed.has(link.linkId));
  const appeared = [...listed.values()]
    .filter((link) => !known.has(link.linkId))
    .map((link) => begin(link, situation));
  return {
    ...noStep,
    links: [
      ...present.map(({ link }) => ({ ...link, missingSince: undefined })),
      ...appeared,
      ...(observation.listing.complete ? [] : absent),
    ],
    vanished: observation.listing.complete ? absent : [],
    facts: [...seen(appeared, situation.now), ...moved(present, situation.now)],
  };
}

/** Where a link leads, since when, and until when by itself is Azure's to say, at every look; one resource may be spelled in many ways. */
const asListed = (link: TrackedLink, { vmId, createdAt, nativeExpiry }: ListedLink): TrackedLink => {
  const created = usableCreation(createdAt, link.firstSeenAt);
  return {
    ...link,
    vmId: idKey(vmId) === idKey(link.vmId) ? link.vmId : vmId,
    createdAt: created ?? link.firstSeenAt,
    createdAtSource: created === undefined ? "first-seen" : "azure",
    nativeExpiry,
  };
};

interface Present {
  readonly before: TrackedLink;
  readonly link: TrackedLink;
}

/** A VM that was moved is judged by where it is now. */
const moved = (present: readonly Present[], now: Instant) =>
  present
    .filter(({ before, link }) => idKey(before.vmId) !== idKey(link.vmId))
    .flatMap(({ before, link }) =>
      factsOn([link], { at: now, kind: "vm-moved", actor: undefined, data: { from: before.vmId } }),
    );

function begin(listed: ListedLink, situation: Situation): TrackedLink {
  const { now, host } = situation;
  const created = usableCreation(listed.createdAt, now);
  const dates = {
    createdAt: created ?? now,
    createdAtSource: created === undefined ? ("first-seen" as const) : ("azure" as const),
    firstSeenAt: now,
  };
  const link = {
    ...dates,
    linkId: listed.linkId,
    life: 1 + livesBefore(listed, host.past),
    vmId: listed.vmId,
    preexisting: isOlder(dates, situation),
    nativeExpiry: listed.nativeExpiry,
    attribution: noEventYet,
    tags: undefined,
    untagged: undefined,
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
    basis: basisOf(link, situation),
    gains: [],
    status: "open",
    announced: false,
    notice: undefined,
    noticeSpentUnder: undefined,
    wouldRevokeToldAt: undefined,
    intent: undefined,
    missingSince: undefined,
  };
}

/**
 * Older than the watchdog: created before any bastion of its subscription was first listed completely, and by no operation that an event
 * reports. Without a date that can be told only of what that very first list holds.
 */
function isOlder(
  dates: Pick<TrackedLink, "createdAt" | "createdAtSource" | "firstSeenAt">,
  situation: Situation,
): boolean {
  const { watchedSince, observation } = situation;
  if (watchedSince === undefined || observation.kind !== "listed") return false;
  const isFirstList = observation.startedAt <= watchedSince;
  const isBefore = dates.createdAtSource === "azure" ? dates.createdAt < watchedSince : isFirstList;
  return isBefore && !signalsOf(situation, "create").some((signal) => mayHaveMade(signal, dates));
}

const tookDown: readonly ClosedBy[] = ["revoked-by-watchdog", "perhaps-by-watchdog"];

/** A link is re-created if its id was closed before, or if the watchdog took a link to the same VM down lately. */
const livesBefore = ({ linkId, vmId }: ListedLink, past: readonly PastLink[]): number =>
  Math.max(
    past.find((link) => link.linkId === linkId)?.life ?? 0,
    past.filter((link) => link.vmKey === vmKeyOf(vmId) && tookDown.includes(link.closedBy)).length,
  );

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
