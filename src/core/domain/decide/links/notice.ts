import type { TrackedLink } from "../../links/link.ts";
import { after, latest, type Instant, type Milliseconds } from "../../time.ts";
import { verdictOn, type Situation } from "../situation.ts";
import { policyEnd } from "./deadline.ts";

/**
 * Whether people have been told what is going to happen: that the link will be revoked, where it will be, and no later than the end that
 * holds. Without such a notice nothing is revoked; it is given again instead.
 */
export const hasNotice = ({ notice, enforced, deadline }: TrackedLink): boolean =>
  notice !== undefined && (notice.enforced || !enforced) && notice.end <= deadline;

/** Whether a notice has moved this link's end under the configuration in force: it can once, so that nobody gains time by making it due again. */
const isSpent = ({ noticeSpentUnder }: TrackedLink, { configuration }: Situation): boolean =>
  noticeSpentUnder === configuration;

/** The end, or a whole notice period from now where that is later and a notice can still move it. */
export const withNotice = (
  end: Instant,
  { link, warnBefore }: { readonly link: TrackedLink; readonly warnBefore: Milliseconds },
  situation: Situation,
): Instant => (isSpent(link, situation) ? end : latest(end, after(situation.now, warnBefore)));

/** What a notice of it says more, where its creator decides. */
export const ifByCreator = (link: TrackedLink, situation: Situation): { readonly byCreator?: true } =>
  link.allowed || verdictOn(link, situation).creatorDecides === undefined ? {} : { byCreator: true };

/** When people are to be told that a link ends soon. */
export const warningAt = (link: TrackedLink, situation: Situation): Instant =>
  after(link.deadline, -policyEnd(link, situation).warnBefore);

/**
 * The link as it is once people are told that it ends soon. A notice that comes late by more than half its length moves the end: nobody is cut
 * off unwarned after an outage; but not past the end of the rule that allows the link, which its first alert told. Where nothing is revoked, nothing is spent.
 */
export function warned(link: TrackedLink, situation: Situation): TrackedLink {
  const { now, configuration } = situation;
  const { at, warnBefore, isRulesEnd } = policyEnd(link, situation);
  const isLate = link.deadline - now < warnBefore / 2 && !(isRulesEnd && at === link.deadline);
  const deadline = isLate ? withNotice(link.deadline, { link, warnBefore }, situation) : link.deadline;
  const isMoved = deadline > link.judgedDeadline;
  return {
    ...link,
    status: "warned",
    deadline,
    notice: { at: now, end: deadline, enforced: link.enforced, ...ifByCreator(link, situation) },
    noticeSpentUnder: isMoved && link.enforced ? configuration : link.noticeSpentUnder,
  };
}
