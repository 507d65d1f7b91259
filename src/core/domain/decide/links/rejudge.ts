import { idKey } from "../../arm-id.ts";
import type { Gain, JudgementBasis, TrackedLink } from "../../links/link.ts";
import type { TimeGiven } from "../../links/vm-time.ts";
import type { Verdict } from "../../policy/policy.ts";
import { instant, latest, type Instant, type Milliseconds } from "../../time.ts";
import { isReported } from "../signals/name-creators.ts";
import { judgedBy, verdictOn, type Situation } from "../situation.ts";
import { wasToldOfTags } from "../tags.ts";
import { isLapsed, policyDeadline } from "./deadline.ts";
import { withLifetime } from "./lifetime.ts";
import { hasNotice, withNotice } from "./notice.ts";

/** What a judgement at this moment rests on. */
export const basisOf = (
  { vmId, attribution }: Pick<TrackedLink, "vmId" | "attribution">,
  { vms, configuration }: Situation,
): JudgementBasis => ({
  configuration,
  creatorKnown: attribution.kind === "known",
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
    end: policyEnd(link, verdict, situation),
    warnBefore: verdict.warnBefore,
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
function policyEnd(link: TrackedLink, verdict: Verdict, situation: Situation): Instant {
  const end = policyDeadline(link, verdict, situation);
  const from = isLapsed(link) ? link.extension?.from : undefined;
  return from === undefined ? end : instant(Math.min(end, from));
}

const isNewer = ({ basis }: TrackedLink, { configuration }: Situation): boolean =>
  configuration > basis.configuration;

function moveEnd(judged: Judged, situation: Situation): TrackedLink {
  const { before, link, end } = judged;
  if (!before.announced && before.comeback?.goesOnSince === undefined) return movedTo(link, end);
  if (end > before.deadline) return enforcedLater(later(judged, situation), judged, situation);
  return enforcedLater(end < before.judgedDeadline ? sooner(judged, situation) : link, judged, situation);
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

/** Never later than the end that was announced, and never without the notice that is left. What was said of unknown tags at first sight was one. */
function sooner({ before, link, end, warnBefore }: Judged, situation: Situation): TrackedLink {
  const isTold = wasToldOfTags(before, situation);
  const noticed = isTold ? end : withNotice(end, { link, warnBefore }, situation);
  const deadline = instant(Math.min(link.deadline, noticed));
  const isNoticed = isTold && !link.allowed;
  const notice = isNoticed ? { at: link.firstSeenAt, end: deadline, enforced: link.enforced } : link.notice;
  return { ...link, judgedDeadline: end, deadline, notice };
}

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
