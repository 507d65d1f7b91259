import type { TrackedLink } from "../../../src/core/domain/links/link.ts";
import { minutes } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord, Truth } from "../truth.ts";
import { bastionIn, broken, idsOf, short, when, type Check } from "./violation.ts";

/** Whatever a link's owner does with tags, events and other bastions, it ends no later. */
export const noTimeGained: Check = (outcome) =>
  broken("P13", [...laterForNothing(outcome), ...graceForNothing(outcome)]);

/** An announced end moves later by a person, by newer settings, once for what comes to be known, and once by its notice. */
function laterForNothing({ truth }: Outcome): readonly string[] {
  const { commits } = truth;
  const rows = new Map<string, TrackedLink>();
  const finished = commits.filter(({ commit }) => commit.draft === undefined);
  return finished.flatMap((record) =>
    record.commit.put.flatMap((row) => {
      const before = lifeBefore(row, record, rows);
      rows.set(`${record.partition} ${row.linkId}`, row);
      return before && isLaterForNothing(before, row) && !isPutRight(row, record, truth)
        ? [
            `the end of ${short(row.linkId)} moves from ${when(before.deadline)} to ${when(row.deadline)} at ${when(record.at)}`,
          ]
        : [];
    }),
  );
}

/** Somebody had set its end far ahead: one notice is all that this gains. */
const isPutRight = ({ deadline }: TrackedLink, { partition, at }: CommitRecord, { edited }: Truth): boolean =>
  deadline <= at + minutes(15) &&
  edited.some((one) => one.bastion === bastionIn(partition) && one.cell === "deadline" && one.at <= at);

/** Its row as it was before, also under the id that it had before its URL came. */
function lifeBefore(
  { linkId, life }: TrackedLink,
  record: CommitRecord,
  rows: ReadonlyMap<string, TrackedLink>,
): TrackedLink | undefined {
  const [, ...renamed] = idsOf(linkId, { commits: [record] });
  const itself = rows.get(`${record.partition} ${linkId}`);
  const other = renamed.flatMap((id) => rows.get(`${record.partition} ${id}`) ?? []).at(-1);
  return other ?? (itself?.life === life ? itself : undefined);
}

function isLaterForNothing(before: TrackedLink, row: TrackedLink): boolean {
  if (!before.announced || row.deadline <= before.deadline || !row.enforced) return false;
  const isNewer = row.basis.configuration > before.basis.configuration;
  const gained = row.gains.filter((gain) => !before.gains.includes(gain));
  const hasNotice = before.noticeSpentUnder !== before.basis.configuration;
  return (
    !isNewer &&
    !isByPerson(before, row) &&
    gained.length === 0 &&
    !(hasNotice && row.deadline > row.judgedDeadline)
  );
}

const isByPerson = (before: TrackedLink, { extension, given }: TrackedLink): boolean =>
  extension?.until !== before.extension?.until || given?.until !== before.given?.until;

/** Of two first lists at a time the one that is noted first counts; the other may have stood still before it was. */
const stall = minutes(5);

/** Older than the watchdog is only what was there before any bastion was listed completely by somebody who lived to say so. */
function graceForNothing({ truth }: Outcome): readonly string[] {
  const [first = Infinity] = truth.commits.flatMap(({ commit }) => commit.host.checkedAt ?? []);
  const isYounger = ({ linkId }: TrackedLink, { partition }: CommitRecord) => {
    const links = truth.links.filter(
      (one) => one.bastion === bastionIn(partition) && one.ids.includes(linkId),
    );
    return links.length > 0 && links.every(({ spans }) => (spans[0]?.from ?? 0) > first + stall);
  };
  return truth.commits.flatMap((record) =>
    record.commit.put
      .filter((row) => row.preexisting && isYounger(row, record))
      .map(({ linkId }) => `${short(linkId)} has grace, made after the first list at ${when(record.at)}`),
  );
}
