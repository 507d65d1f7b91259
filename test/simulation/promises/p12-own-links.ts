import { seconds } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord, TrueLink } from "../truth.ts";
import { bastionIn, broken, short, when, type Check } from "./violation.ts";

/** Whoever made a link gives it no more time, nor its machine, once an event that says so has been looked into. */
export const nobodyHelpsThemselves: Check = (outcome) =>
  broken(
    "P12",
    outcome.truth.commits.flatMap((record) =>
      record.commit.facts
        .filter(({ kind }) => kind === "link-extended" || kind === "time-given")
        .flatMap(({ kind, actor, links }) =>
          links.flatMap(({ linkId }) => {
            const link = outcome.truth.links.find(({ ids }) => ids.includes(linkId));
            const isOwn = link !== undefined && link.creator === actor?.objectId;
            return isOwn && isReported(link, record, outcome)
              ? [`${kind} of ${short(linkId)} at ${when(record.at)} by whoever made it`]
              : [];
          }),
        ),
    ),
  );

/** A create event of theirs that fits the link was taken in before a look that saw the link, and that look was over. */
function isReported(link: TrueLink, order: CommitRecord, { truth }: Outcome): boolean {
  const { datedAt } = link;
  const event = truth.events.find(
    ({ operation, links, occurredAt }) =>
      operation === "create" &&
      links.includes(link.linkId) &&
      datedAt !== undefined &&
      Math.abs(occurredAt - datedAt) < seconds(10),
  );
  const heardAt = event?.acceptedAt ?? Infinity;
  return truth.commits.some(
    ({ partition, commit, run, readAt, at }) =>
      bastionIn(partition) === link.bastion &&
      run.kind !== "console" &&
      (readAt ?? 0) > heardAt &&
      at < (order.readAt ?? order.at) &&
      commit.put.some(({ linkId }) => link.ids.includes(linkId)),
  );
}
