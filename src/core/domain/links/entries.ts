/** Which entry of a list is which link that is remembered, also where an entry has no URL. */
import { idKey, isSameId } from "../arm-id.ts";
import { seconds, type Instant } from "../time.ts";
import { usableCreation } from "./created-at.ts";
import { holeIdOf, type LinkId, type LinkListing, type ListedLink, type TrackedLink } from "./link.ts";

/** Azure's dates of one link differ by so much at most, from answer to answer. */
const dateTolerance = seconds(3);

/** What a list says of the links that are remembered. */
export interface Matching {
  /** By the id of the link: the entry that it is listed as, with its URL or without. */
  readonly entryOf: ReadonlyMap<LinkId, ListedLink>;
  /** Entries with a URL that no link is remembered for. */
  readonly newLinks: readonly ListedLink[];
  /** Entries without a URL that no link is remembered for. */
  readonly newHoles: readonly ListedLink[];
  /** Links that the listing proves gone, if it is complete: no entry is theirs, and none without a URL could be. */
  readonly absent: readonly TrackedLink[];
}

/**
 * Gives each remembered link its entry: by id; else an entry without a URL is the link of its VM that was made at its time, and a link that was only ever
 * listed without a URL is the new one that was. An entry that could be several is the one whose date is nearest, and each is one link's only.
 */
export function matchEntries(
  { links, holes, complete }: LinkListing,
  tracked: readonly TrackedLink[],
  now: Instant,
): Matching {
  const known = new Set(tracked.map(({ linkId }) => linkId));
  const entryOf = new Map(
    [...links, ...holes].flatMap((entry) =>
      known.has(entry.linkId) ? [[entry.linkId, entry] as const] : [],
    ),
  );
  const isNew = ({ linkId }: ListedLink) => !entryOf.has(linkId);
  const [newLinks, newHoles] = [new Set(links.filter(isNew)), new Set(holes.filter(isNew))];
  const unmatched = tracked.filter(({ linkId }) => !entryOf.has(linkId));
  const linksOn = Map.groupBy(newLinks, ({ vmId }) => idKey(vmId));
  const holesOn = Map.groupBy(holes, ({ vmId }) => idKey(vmId));
  const holesLike = (link: TrackedLink) =>
    (holesOn.get(idKey(link.vmId)) ?? []).flatMap((entry) => pair(link, entry, now));
  const pairs = unmatched
    .flatMap((link) => {
      const itself = link.hole?.isOwnLife === true ? (linksOn.get(idKey(link.vmId)) ?? []) : [];
      return [...itself.flatMap((entry) => pair(link, entry, now)), ...holesLike(link)];
    })
    .sort((a, b) => a.apart - b.apart);
  for (const { link, entry } of pairs) {
    const isFree = newLinks.has(entry) || newHoles.has(entry);
    if (!isFree || entryOf.has(link.linkId)) continue;
    entryOf.set(link.linkId, entry);
    newLinks.delete(entry);
    newHoles.delete(entry);
  }
  const isGone = (link: TrackedLink) => !entryOf.has(link.linkId) && holesLike(link).length === 0;
  const absent = complete ? unmatched.filter(isGone) : [];
  return { entryOf, newLinks: [...newLinks], newHoles: [...newHoles], absent };
}

/** Whether an entry is this link, which another list had: by its id, or without a URL by VM and date, which may be missing. */
export function sameLink(entry: ListedLink, link: ListedLink, now: Instant): "certain" | "possible" | "no" {
  if (entry.linkId === link.linkId) return "certain";
  if (!isHole(entry) || !isSameId(entry.vmId, link.vmId)) return "no";
  const [one, other] = [usableCreation(entry.createdAt, now), usableCreation(link.createdAt, now)];
  if (one === undefined || other === undefined) return "possible";
  return Math.abs(one - other) <= dateTolerance ? "certain" : "no";
}

const isHole = ({ linkId, vmId, createdAt }: ListedLink): boolean => linkId === holeIdOf(vmId, createdAt);

interface Pair {
  readonly link: TrackedLink;
  readonly entry: ListedLink;
  readonly apart: number;
}

/** An entry or a link without a usable date may be any of its VM's, and comes after those whose dates agree. */
function pair(link: TrackedLink, entry: ListedLink, now: Instant): readonly Pair[] {
  const created = usableCreation(entry.createdAt, now);
  const apart = created === undefined ? undefined : Math.abs(created - link.createdAt);
  if (apart !== undefined && link.createdAtSource === "azure")
    return apart <= dateTolerance ? [{ link, entry, apart }] : [];
  const isLater = created !== undefined && created > link.firstSeenAt + dateTolerance;
  return isLater ? [] : [{ link, entry, apart: Infinity }];
}

/** Whether an entry without a URL is this link for certain: its date says so. Only then is it deleted by its VM. */
export const isCertainly = (entry: ListedLink, link: TrackedLink, now: Instant): boolean =>
  isHole(entry) &&
  isSameId(entry.vmId, link.vmId) &&
  link.createdAtSource === "azure" &&
  pair(link, entry, now).some(({ apart }) => apart <= dateTolerance);
