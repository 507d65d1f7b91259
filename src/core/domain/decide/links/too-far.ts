import type { TrackedLink } from "../../links/link.ts";
import { longestLifetime, longestWarning } from "../../policy/policy.ts";
import { clocksDiffer } from "../../state/reach.ts";
import { after, instant, latest, type Instant } from "../../time.ts";
import { verdictOn, type Situation } from "../situation.ts";

/** Links as their rows can have been written under this policy, and which of them were not. */
export interface WithinReach {
  readonly links: readonly TrackedLink[];
  readonly tooFar: readonly TrackedLink[];
}

/**
 * A deadline lies beyond the one that the policy gave by a notice at most, an extension and time given no further than the longest lifetime. One that
 * does is set to what people were told last, or to a notice from now, and written; an extension, or time given, that nobody can have given counts as none. Under a newer policy what was
 * written under another is shortened the same, and no sign of anything.
 */
export function withinReach(links: readonly TrackedLink[], situation: Situation): WithinReach {
  const mended = links.map((link) => withDeadline(withoutFarGifts(link, situation), situation));
  const isOfThisPolicy = ({ basis }: TrackedLink) => situation.configuration <= basis.configuration;
  const tooFar = mended.filter((link, index) => link !== links[index] && isOfThisPolicy(link));
  return { links: mended, tooFar };
}

function withDeadline(link: TrackedLink, situation: Situation): TrackedLink {
  const { now, policy } = situation;
  const { deadline, announced } = link;
  const judged = earlier(link.judgedDeadline, furthestJudged(link, situation));
  if (!announced || deadline <= latest(judged, after(now, longestWarning(policy) + clocksDiffer)))
    return link;
  const latestNotice = after(now, verdictOn(link, situation).warnBefore);
  return {
    ...link,
    judgedDeadline: judged,
    deadline: latest(judged, earlier(link.notice?.end ?? latestNotice, latestNotice)),
  };
}

const earlier = (one: Instant, other: Instant): Instant => instant(Math.min(one, other));

/** No rule lets a link live longer, but for grace and what a person gave. */
const furthestJudged = (link: TrackedLink, { policy }: Situation): Instant =>
  latest(
    after(link.createdAt, longestLifetime(policy) + clocksDiffer),
    after(link.firstSeenAt, Math.max(policy.preexistingGrace, longestWarning(policy)) + clocksDiffer),
    ...[link.extension?.until, link.given?.until].flatMap((until) => until ?? []),
  );

function withoutFarGifts(link: TrackedLink, { policy, now }: Situation): TrackedLink {
  const { extension, given, createdAt } = link;
  const longest = longestLifetime(policy) + clocksDiffer;
  const isFarGift = given !== undefined && given.until > now + longest;
  const further =
    isFarGift || !given ? after(createdAt, longest) : latest(after(createdAt, longest), given.until);
  const isFarExtension = extension !== undefined && extension.until > further;
  if (!isFarGift && !isFarExtension) return link;
  return {
    ...link,
    given: isFarGift ? undefined : given,
    extension: isFarExtension ? undefined : extension,
  };
}
