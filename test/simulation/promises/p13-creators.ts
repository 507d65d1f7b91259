import { mayBeCreator } from "../../../src/core/domain/attribution/actor.ts";
import type { TrackedLink } from "../../../src/core/domain/links/link.ts";
import { longestWarning } from "../../../src/core/domain/policy/policy.ts";
import { after, minutes } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord } from "../truth.ts";
import { broken, idsOf, short, when, type Check } from "./violation.ts";

/** The shortest notice of any policy here. */
const shortest = minutes(2);

/** Who may open links, and who made one that is named late: what policies 6 and 7 say of it holds. */
export const creatorsDecide: Check = (outcome) => [
  ...broken("P4", takenFromNobodyKnown(outcome)),
  ...broken("P13", [
    ...rowsOf(outcome).flatMap((row) => keptBySomebodyForbidden(row, outcome)),
    ...rowsOf(outcome).flatMap(extendedByCreator),
    ...rowsOf(outcome).flatMap(looserByTag),
  ]),
];

interface Written {
  readonly row: TrackedLink;
  readonly record: CommitRecord;
}

const rowsOf = ({ truth }: Outcome): readonly Written[] =>
  truth.commits
    .filter(({ commit, run }) => commit.draft === undefined && run.kind !== "console")
    .flatMap((record) => record.commit.put.map((row) => ({ row, record })));

const hasRule = ({ run }: Pick<CommitRecord, "run">, name: string): boolean =>
  run.settings.policy.rules.some((rule) => rule.name === name);

/** While nobody is known it may be whoever may. */
function takenFromNobodyKnown({ truth }: Outcome): readonly string[] {
  return truth.asks.flatMap(({ run, at, linkIds }) =>
    linkIds.flatMap((linkId) => {
      const row = truth.commits
        .findLast((record) => record.run === run && record.commit.put.some((link) => link.linkId === linkId))
        ?.commit.put.find((link) => link.linkId === linkId);
      const isHasty =
        row !== undefined &&
        hasRule({ run }, "jane may") &&
        row.attribution.kind === "unknown" &&
        row.demanded === undefined &&
        at < after(row.firstSeenAt, shortest);
      return isHasty ? [`${short(linkId)} is asked to go at ${when(at)}, though Jane may have made it`] : [];
    }),
  );
}

/** People were told that it ends as soon as its creator turns out to be forbidden, and by nobody since that it does not. */
function keptBySomebodyForbidden({ row, record }: Written, { truth }: Outcome): readonly string[] {
  const ids = idsOf(row.linkId, truth);
  const before = record.read?.links.find(({ linkId }) => ids.includes(linkId));
  return before && isToldOf(before, row) && isForbidden(row) && row.deadline > record.at
    ? [
        `${short(row.linkId)} stays until ${when(row.deadline)}, though its creator is known at ${when(record.at)}`,
      ]
    : [];
}

const isToldOf = ({ notice, life, basis }: TrackedLink, row: TrackedLink): boolean =>
  notice?.byCreator === true && life === row.life && basis.configuration === row.basis.configuration;

/** Certainly, and no operator who is no candidate gave it more time. What a list lacked is not judged again: it is gone, or seen by the next. */
const isForbidden = ({ attribution, allowed, extension, missingSince }: TrackedLink): boolean =>
  attribution.kind === "known" &&
  missingSince === undefined &&
  !allowed &&
  (extension === undefined || mayBeCreator(attribution, extension));

/** More time that whoever made it gave counts for nothing, one notice aside. */
function extendedByCreator({ row, record }: Written): readonly string[] {
  const { extension, attribution, deadline, demanded } = row;
  if (extension?.from === undefined || demanded || !mayBeCreator(attribution, extension)) return [];
  const most = Math.max(extension.from, after(record.at, longestWarning(record.run.settings.policy)));
  return deadline > most
    ? [`${short(row.linkId)} ends at ${when(deadline)}, by more time that its own creator gave`]
    : [];
}

/** A rule by tag shortens what it may, although it is looser in something else. What is over as its tags are read goes. */
function looserByTag({ row, record }: Written): readonly string[] {
  const { run } = record;
  const isShort =
    hasRule(record, "prod is short, and only watched") &&
    row.tags?.["env"] === "prod" &&
    row.allowed &&
    !row.preexisting &&
    row.extension === undefined;
  if (!isShort) return [];
  const most = Math.max(after(row.createdAt, minutes(15)), after(row.firstSeenAt, minutes(10)), record.at);
  return [
    ...(row.judgedDeadline > most
      ? [`${short(row.linkId)} ends at ${when(row.judgedDeadline)}, as if untagged`]
      : []),
    ...(row.enforced || run.settings.mode === "observe"
      ? []
      : [`${short(row.linkId)} is only watched, by a tag`]),
  ];
}
