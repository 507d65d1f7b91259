import { idKey } from "../../arm-id.ts";
import { noEventYet, type Attribution } from "../../attribution/attribution.ts";
import { fromActivityLog } from "../../attribution/from-activity-log.ts";
import type { Gain, JudgementBasis, TrackedLink } from "../../links/link.ts";
import type { TimeGiven } from "../../links/vm-time.ts";
import { isCreatorSettled } from "../../policy/deciding-rules.ts";
import type { Verdict } from "../../policy/policy.ts";
import { after, instant, latest, seconds, type Instant, type Milliseconds } from "../../time.ts";
import { judgedBy, noStep, verdictOn, type Situation, type Step } from "../situation.ts";
import { wasToldOfTags } from "../tags.ts";
import { isLapsed, policyEnd } from "./deadline.ts";
import { withLifetime } from "./lifetime.ts";
import { hasNotice, withNotice } from "./notice.ts";

/** What a judgement at this moment rests on. */
export const basisOf = (
  { vmId, attribution }: Pick<TrackedLink, "vmId" | "attribution">,
  { vms, configuration, policy }: Situation,
): JudgementBasis => ({
  configuration,
  creatorKnown: isCreatorSettled(attribution, policy),
  tagsKnown: vms.has(idKey(vmId)),
});

/**
 * Judges again what may have changed since: policy, mode, tags, creator. The earliest deadline ever announced stands: it moves later only under a
 * newer configuration, and once each when creator and tags become known; sooner with a whole notice period, which a configuration grants once.
 */
export function rejudge(before: TrackedLink, situation: Situation): TrackedLink {
  const link = broughtUp(withLifetime(before, situation), situation);
  const verdict = verdictOn(link, situation);
  const judged: Judged = {
    link: { ...link, ...judgedBy(verdict, situation) },
    ...endOf(link, situation),
    verdict,
    before,
  };
  const moved = moveEnd(judged, situation);
  return hasNotice(moved) ? moved : withoutNotice(moved);
}

interface Judged {
  readonly before: TrackedLink;
  /** By the new judgement, but for its end. */
  readonly link: TrackedLink;
  /** What the policy alone gives now. */
  readonly end: Instant;
  readonly warnBefore: Milliseconds;
  readonly verdict: Verdict;
}

/** By what is known now. Under a newer configuration it no longer counts which end an extension moved under an older one. */
function broughtUp(before: TrackedLink, situation: Situation): TrackedLink {
  const { preexisting, attribution, extension, basis } = before;
  const now = basisOf(before, situation);
  return {
    ...before,
    preexisting: preexisting && !isReported(attribution),
    extension: extension && isNewer(before, situation) ? { ...extension, from: undefined } : extension,
    basis: {
      ...now,
      configuration: Math.max(basis.configuration, now.configuration),
      tagsKnown: basis.tagsKnown || now.tagsKnown,
    },
  };
}

/** Time that lapses takes the link back to the end that it had moved. */
function endOf(link: TrackedLink, situation: Situation): Pick<Judged, "end" | "warnBefore"> {
  const { at, warnBefore } = policyEnd(link, situation);
  const from = isLapsed(link) ? link.extension?.from : undefined;
  return { end: from === undefined ? at : instant(Math.min(at, from)), warnBefore };
}

const isNewer = ({ basis }: TrackedLink, { configuration }: Situation): boolean =>
  configuration > basis.configuration;

function moveEnd(judged: Judged, situation: Situation): TrackedLink {
  const { before, link, end } = judged;
  if (!before.announced && before.comeback?.goesOnSince === undefined) return movedTo(link, end);
  if (end > before.deadline) return enforcedLater(later(judged, situation), judged, situation);
  // What was over before, and has its notice, is no sooner over when its rule ends as well; it is as soon as the creator of whom that notice speaks is known.
  const isOverBefore = before.judgedDeadline <= situation.now;
  const isSooner = isOverBefore
    ? !link.allowed && wasToldOfCreator(judged, situation)
    : end < before.judgedDeadline;
  return enforcedLater(isSooner ? sooner(judged, situation) : link, judged, situation);
}

/** The policy's own end, with whatever was said of another one forgotten. */
const movedTo = (link: TrackedLink, end: Instant): TrackedLink =>
  end === link.judgedDeadline && end === link.deadline
    ? link
    : { ...withoutNotice(link), deadline: end, judgedDeadline: end, wouldRevokeToldAt: undefined };

function later(judged: Judged, situation: Situation): TrackedLink {
  const { before, link, end } = judged;
  if (isNewer(before, situation)) return movedTo(link, end);
  const gain = gainOf(judged);
  return gain === undefined ? link : movedTo({ ...link, gains: [...link.gains, gain] }, end);
}

/** What has come to be known that was not, or for a creator is known no more, and has not moved this link's end before. */
function gainOf({ before, link }: Judged): Gain | undefined {
  const [was, is] = [before.basis, link.basis];
  const gained: readonly Gain[] = [
    ...(was.creatorKnown === is.creatorKnown ? [] : (["creator"] as const)),
    ...(was.tagsKnown || !is.tagsKnown ? [] : (["tags"] as const)),
  ];
  return gained.find((gain) => !link.gains.includes(gain));
}

/** Never later than the end that was announced, and never without the notice that is left. What was said of unknown tags, or of an unknown creator, was one. */
function sooner(judged: Judged, situation: Situation): TrackedLink {
  const { link, end, warnBefore } = judged;
  const isTold = isByToldTags(judged, situation) || wasToldOfCreator(judged, situation);
  const noticed = isTold ? end : withNotice(end, { link, warnBefore }, situation);
  const deadline = instant(Math.min(link.deadline, noticed));
  const isNoticed = isTold && !link.allowed;
  const notice = isNoticed ? { at: link.firstSeenAt, end: deadline, enforced: link.enforced } : link.notice;
  return { ...link, judgedDeadline: end, deadline, notice };
}

/** Whether people were told what the tags would mean, and it is these that end the link now: not the creator, who came to be known with them. */
const isByToldTags = ({ before, link, end }: Judged, situation: Situation): boolean =>
  wasToldOfTags(before, situation) &&
  (before.basis.creatorKnown === link.basis.creatorKnown ||
    policyEnd({ ...link, attribution: noEventYet }, situation).at <= end);

/** Whether people were told that the creator decides, and now he does; who were told since of more time are told of its end first. */
const wasToldOfCreator = ({ before, link, verdict }: Judged, situation: Situation): boolean =>
  before.notice?.byCreator === true &&
  verdict.creatorDecides === undefined &&
  !isNewer(before, situation) &&
  (link.extension === undefined || isLapsed(link));

/** People believe that nothing will be revoked, and are told anew. Under the same configuration what they were told before it was observed holds. */
function enforcedLater(link: TrackedLink, { before, warnBefore }: Judged, situation: Situation): TrackedLink {
  if (before.enforced || !link.enforced) return link;
  if ((link.intent || hasNotice(link)) && !isNewer(before, situation)) return link;
  return { ...withoutNotice(link), deadline: withNotice(link.deadline, { link, warnBefore }, situation) };
}

const withoutNotice = (link: TrackedLink): TrackedLink => ({
  ...link,
  notice: undefined,
  status: link.status === "warned" ? "open" : link.status,
});

/** The link whose VM an operator gave more than its lifetime, and which may stay until then. */
export function withLifetimeGiven(before: TrackedLink, given: TimeGiven, situation: Situation): TrackedLink {
  const link = rejudge({ ...before, given }, situation);
  return movedTo(link, latest(given.until, link.deadline));
}

/** Looks at links that end sooner than before: where this one listed nothing, or not them, it was no look to revoke them by. */
export function soonerLooks(links: readonly TrackedLink[], { watched, now }: Situation): Step {
  const before = new Map(watched.links.map(({ linkId, deadline }) => [linkId, deadline]));
  const looks = links
    .filter(({ linkId, deadline }) => deadline < (before.get(linkId) ?? deadline))
    .map(({ deadline }) => latest(deadline, after(now, seconds(1))));
  return { ...noStep, looks };
}

/** The link with more time from a person: to that moment, whatever else would give it more. */
export function withMoreTime(
  before: TrackedLink,
  given: Omit<NonNullable<TrackedLink["extension"]>, "from">,
  situation: Situation,
): TrackedLink {
  const link = rejudge(before, situation);
  const extension = { ...given, from: link.deadline };
  return { ...movedTo(link, latest(given.until, link.deadline)), extension };
}

/** Whether an event reported who made, or may have made, the link; a record of the Activity Log is no event, and may be older than the watchdog. */
const isReported = (attribution: Attribution): boolean =>
  attribution.kind === "known"
    ? !attribution.eventId.startsWith(fromActivityLog)
    : attribution.kind === "ambiguous";
