import { severityNames } from "../../alerts/alert-kinds.ts";
import type { LinkId, TrackedLink } from "../../links/link.ts";
import { lastHour, linksIn, type CountedRevocation } from "../../state/counted-revocations.ts";
import type { HostState } from "../../state/watched.ts";
import type { Instant } from "../../time.ts";
import type { Troubled } from "./troubled.ts";
import { factsOn, verdictOn, type Situation } from "../situation.ts";

/** So many revocations an hour beyond `maxRevocationsPerHour`, for links that are forbidden: harmless ones that fall due first are no shield. */
const keptForForbidden = 5;

/**
 * Which of the links that are due may go now: forbidden ones first, then by severity, then by deadline. A link that was counted within the hour, and
 * what a person asked for, costs nothing.
 */
export function throughBreaker<Item extends { readonly link: TrackedLink }>(
  due: readonly Item[],
  situation: Situation,
): { readonly allowed: readonly Item[]; readonly held: readonly Item[] } {
  const { host, policy, now } = situation;
  const counted = lastHour(host.recentRevocations, now);
  const isFree = ({ link }: Item) =>
    link.demanded !== undefined || counted.some(({ linkId }) => linkId === link.linkId);
  const allowed: Item[] = due.filter(isFree);
  const held: Item[] = [];
  let used = isReleased(situation) ? -Infinity : linksIn(counted);
  for (const item of inOrder(due, situation)) {
    if (isFree(item)) continue;
    const most = policy.maxRevocationsPerHour + (item.link.allowed ? 0 : keptForForbidden);
    (used < most ? allowed : held).push(item);
    used += 1;
  }
  return { allowed, held };
}

const isReleased = ({ host, now }: Situation): boolean =>
  host.breakerReleasedUntil !== undefined && now < host.breakerReleasedUntil;

/** A forbidden link of whose severity no rule says anything is high. */
function inOrder<Item extends { readonly link: TrackedLink }>(
  items: readonly Item[],
  situation: Situation,
): readonly Item[] {
  const loudnessOf = (link: TrackedLink) =>
    severityNames.indexOf(verdictOn(link, situation).severity ?? (link.allowed ? "medium" : "high"));
  return items
    .map((item) => ({ item, link: item.link, loudness: loudnessOf(item.link) }))
    .sort(
      (a, b) =>
        Number(a.link.allowed) - Number(b.link.allowed) ||
        b.loudness - a.loudness ||
        a.link.deadline - b.link.deadline,
    )
    .map(({ item }) => item);
}

/** What counts once these links were asked to go, but for those that a person asked for. */
export function countedAfter(asked: readonly LinkId[], { host, watched, now }: Situation) {
  const isOurs = (linkId: LinkId) =>
    !watched.links.some((link) => link.linkId === linkId && link.demanded !== undefined);
  return [
    ...lastHour(host.recentRevocations, now),
    ...asked.filter(isOurs).map((linkId): CountedRevocation => ({ linkId, at: now })),
  ];
}

/** What counts once Azure refused what was asked of it at `at`: nothing came of those. */
export const takenBack = (
  { recentRevocations }: Pick<HostState, "recentRevocations">,
  refused: readonly LinkId[],
  at: Instant,
): readonly CountedRevocation[] =>
  recentRevocations.filter(
    (one) => one.linkId === undefined || one.at !== at || !refused.includes(one.linkId),
  );

/** What is held is a trouble: neither silent nor a storm. */
export function heldRevocations(
  held: readonly TrackedLink[],
  { policy, now }: Situation,
): readonly Troubled[] {
  if (held.length === 0) return [];
  const data = { perHour: policy.maxRevocationsPerHour };
  return [
    {
      ...{ kind: "revocations-held", links: held, reason: "held" },
      notes: [{ kind: "held", ...data }],
      facts: factsOn(held, { at: now, kind: "revocations-held", actor: undefined, data }),
    },
  ];
}
