import type { ClosedLink } from "../../../src/core/domain/links/link.ts";
import type { Outcome } from "../histories.ts";
import type { AskRecord, CommitRecord } from "../truth.ts";
import { bastionIn, broken, short, when, type Check } from "./violation.ts";

/** A link is the watchdog's own only if Azure took a delete of its own; and nobody has its identity here but itself. */
export const endsAreAttributed: Check = (outcome) =>
  broken("P7", [
    ...outcome.truth.commits.flatMap((record) =>
      record.commit.close.flatMap((closed) => wrongEnd(closed, record, outcome)),
    ),
    ...outcome.truth.commits.flatMap(({ commit, at }) =>
      commit.outbox.flatMap(({ alert }) =>
        alert.kind === "identity-misused" ? [`at ${when(at)} our own delete is put down to a thief`] : [],
      ),
    ),
  ]);

function wrongEnd(
  { link: { linkId }, closedBy }: ClosedLink,
  { at, partition }: CommitRecord,
  { truth }: Outcome,
): readonly string[] {
  const isAbout = ({ linkIds, byVm }: AskRecord) =>
    linkIds.includes(linkId) || byVm.some(({ ids }) => ids.includes(linkId));
  const asks = truth.asks.filter(
    (ask) => ask.bastion === bastionIn(partition) && ask.at <= at && isAbout(ask),
  );
  /** An entry without a URL goes with its machine's id, also right after a delete by that id. */
  const hasMoved = truth.links.some(({ ids, vmIds }) => vmIds.length > 1 && ids.indexOf(linkId) > 0);
  const isWrong = closedBy === "revoked-by-watchdog" && !hasMoved && !asks.some(({ taken }) => taken);
  return isWrong
    ? [`link ${short(linkId)} is closed as revoked at ${when(at)}, though Azure took no delete of it`]
    : [];
}
