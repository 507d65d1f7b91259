/** Entries of the list that have no URL, as links. */
import { holeIdOf, type LinkId, type ListedLink, type PastLink, type TrackedLink } from "../../links/link.ts";
import type { HostState } from "../../state/watched.ts";
import { after, latest, seconds, type Instant } from "../../time.ts";
import type { Situation } from "../situation.ts";

/** The link as an entry without a URL shows it: that was matched by VM and date, so nothing else of it is news. */
export const withoutUrl = (link: TrackedLink, now: Instant): TrackedLink => ({
  ...link,
  hole: link.hole ?? { since: now, isOwnLife: false },
});

/** A life that was never listed with its URL goes on under the id of the one that came: a later life, if that id had lives before. */
export function underItsUrl(link: TrackedLink, linkId: LinkId, past: readonly PastLink[]): TrackedLink {
  const before = past.find((closed) => closed.linkId === linkId)?.life ?? 0;
  return { ...link, linkId, life: Math.max(link.life, before + 1) };
}

/** An entry without a URL that is still there in a list so much later is a link of its own. */
const secondList = seconds(30);

/** When the last complete list without an entry began; one that was there without its URL was in every list since. A list that the feature was off for hides links. */
export function lastWithout(
  { vmId, createdAt }: ListedLink,
  { newHoles, featureOn, checkedAt }: HostState,
): Instant | undefined {
  const hole = newHoles.find(({ linkId }) => linkId === holeIdOf(vmId, createdAt));
  if (hole) return hole.absentAt;
  return featureOn === false ? undefined : checkedAt;
}

interface Holes {
  /** Links of their own by now. */
  readonly lasting: readonly ListedLink[];
  /** Still to be seen in a second list. */
  readonly waiting: HostState["newHoles"];
  readonly looks: readonly Instant[];
}

/** What becomes of entries without a URL that no link is remembered for. */
export function holesAfter(newHoles: readonly ListedLink[], situation: Situation): Holes {
  const { observation, host, isPart, now } = situation;
  if (observation.kind !== "listed") return { lasting: [], waiting: host.newHoles, looks: [] };
  const { startedAt } = observation;
  const sinceOf = ({ linkId }: ListedLink) =>
    host.newHoles.find((one) => one.linkId === linkId)?.since ?? startedAt;
  const isLasting = (hole: ListedLink) => startedAt >= after(sinceOf(hole), secondList);
  const lasting = newHoles.filter(isLasting);
  const young = newHoles
    .filter((hole) => !isLasting(hole))
    .map((hole) => ({ linkId: hole.linkId, since: sinceOf(hole), absentAt: lastWithout(hole, host) }));
  const isElsewhere = isPart === true || !observation.listing.complete;
  const unseen = host.newHoles.filter(({ linkId }) => !newHoles.some((hole) => hole.linkId === linkId));
  const waiting = isElsewhere ? [...young, ...unseen] : young;
  const looks = waiting.map(({ since }) => latest(after(since, secondList), after(now, seconds(1))));
  return { lasting, waiting, looks };
}
