import { judge, matchesByTag, type Policy } from "../../../src/core/domain/policy/policy.ts";
import type { TrackedLink } from "../../../src/core/domain/links/link.ts";
import type { Instant } from "../../../src/core/domain/time.ts";
import { recalledTags } from "../../../src/core/domain/policy/tags.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord } from "../truth.ts";
import { bastionIn, broken, short, when, type Check } from "./violation.ts";

/** Where the end of a rule leaves a link forbidden, its first alert already says that it ends then, or sooner. */
export const rulesEndLinks: Check = (outcome) => broken("P13", toldTooLate(outcome));

const toldTooLate = ({ truth }: Outcome): readonly string[] =>
  truth.commits.flatMap((record) =>
    record.commit.facts
      .filter(({ kind }) => kind === "link-announced")
      .flatMap(({ at, links }) => {
        const told = links.map(({ linkId }) => linkId);
        return record.commit.put
          .filter(
            (row) => told.includes(row.linkId) && row.allowed && isOrdinary(row, record.run.settings.policy),
          )
          .flatMap((row) => {
            const end = forbiddenFrom(row, record, at);
            return end === undefined || row.deadline <= end
              ? []
              : [
                  `${short(row.linkId)} is told to end at ${when(row.deadline)}, and is forbidden from ${when(end)} on`,
                ];
          });
      }),
  );

/** Judged by all that there is to know, and by no end of an earlier life. */
const isOrdinary = ({ tags, comeback, extension, given }: TrackedLink, policy: Policy): boolean =>
  comeback?.goesOnSince === undefined &&
  extension === undefined &&
  given === undefined &&
  (!matchesByTag(policy) || tags !== undefined);

function forbiddenFrom(row: TrackedLink, { partition, run }: CommitRecord, at: Instant): Instant | undefined {
  const { policy } = run.settings;
  const subject = {
    ...{ bastionId: bastionIn(partition), vmId: row.vmId, attribution: row.attribution },
    tags: recalledTags(row.tags, policy) ?? {},
  };
  const ends = policy.rules.flatMap(({ validUntil }) =>
    validUntil !== undefined && validUntil > at ? [validUntil] : [],
  );
  return ends
    .toSorted((one, other) => one - other)
    .find((end) => {
      const { allowed, creatorDecides } = judge(subject, policy, end);
      return !allowed && creatorDecides === undefined;
    });
}
