import { vmKeyOf } from "../../arm-id.ts";
import { deedsOf, namesIn } from "../../attribution/attribution.ts";
import { madeAt } from "../../attribution/fit.ts";
import type { ClosedLink, PastLink, TrackedLink } from "../../links/link.ts";
import { days, instant, type Instant } from "../../time.ts";
import { heldUntil } from "../links/who-closed.ts";
import type { Situation } from "../situation.ts";
import { pastCreate } from "../signals/assign-creates.ts";
import { unseenTime } from "../signals/unexplained-deletes.ts";

const pastKept = days(30);
/** As many as a bastion can have at a time: all of them may come back at once. */
const mostPast = 500;

/** Closed links that still count: against a VM's lifetime, and as what a re-created link is re-created from. */
export const pastAfter = (
  before: readonly PastLink[],
  close: readonly ClosedLink[],
  situation: Situation,
): readonly PastLink[] =>
  [...close.map((closed) => pastOf(closed, situation)), ...before]
    .filter(({ closedAt }) => closedAt > situation.now - pastKept)
    .slice(0, mostPast);

const pastOf = ({ link, closedAt, closedBy }: ClosedLink, situation: Situation): PastLink => ({
  linkId: link.linkId,
  life: link.life,
  vmKey: vmKeyOf(link.vmId),
  openedAt: link.createdAt,
  closedAt,
  closedBy,
  madeAfter: madeAt(link).from,
  creates: deedsOf(link.attribution).map(pastCreate),
  told: namesIn(link.attribution),
  lastListedAt: heldUntil(link, situation),
  unseen: unseenBefore(link, closedAt),
});

const unseenBefore = (link: TrackedLink, closedAt: Instant): PastLink["unseen"] => {
  const unseen = unseenTime(link);
  return unseen && { ...unseen, until: instant(Math.min(unseen.until, closedAt)) };
};
