import { resourceName } from "../../domain/arm-id.ts";
import type { CoverageLine } from "../../domain/reports/coverage.ts";
import type { LinkLife } from "../../domain/reports/link-lives.ts";
import type { LinkLine } from "../../domain/reports/link-query.ts";
import { formatDuration, isoInstant, type Instant } from "../../domain/time.ts";
import { csv, moments, ours, theirs, type Column } from "../text/csv.ts";
import { textTable } from "../text/text-table.ts";
import { ruleWords } from "../words/rule-words.ts";

const linkColumns: readonly Column<LinkLine | LinkLife>[] = [
  theirs("vmId", ({ vmId }) => vmId),
  theirs("bastionId", ({ bastionId }) => bastionId),
  ours("state", ({ state }) => state),
  moments("createdAt", ({ createdAt }) => createdAt),
  theirs("owner", ({ owner }) => owner),
  moments("deadline", ({ deadline }) => deadline),
  theirs("rule", ({ rule }) => rule),
  theirs("tightenedBy", ({ tightenedBy }) => tightenedBy.join(", ")),
  moments("extendedUntil", ({ extendedUntil }) => extendedUntil),
  ours("demanded", ({ demanded }) => demanded),
  moments("closedAt", ({ closedAt }) => closedAt),
  ours("life", ({ life }) => life),
  ours("linkId", ({ linkId }) => linkId),
];

/** RFC 4180, one life a row; what strangers chose cannot run as a formula. Moments are ISO 8601 in UTC. */
export const linksCsv = (lines: readonly (LinkLine | LinkLife)[]): string => csv(linkColumns, lines);

/** For a terminal, one life a row; deadlines count from `readAt`. */
export const linksTable = (lines: readonly (LinkLine | LinkLife)[], readAt: Instant): string =>
  `${textTable(
    ["VM", "BASTION", "STATE", "CREATED", "BY", "DUE", "RULE", "LINK"],
    lines.map(
      ({ vmId, bastionId, state, createdAt, owner, deadline, closedAt, rule, tightenedBy, linkId }) => [
        resourceName(vmId),
        resourceName(bastionId),
        state,
        isoInstant(createdAt),
        owner ?? "",
        closedAt === undefined ? relative(deadline, readAt) : `closed ${isoInstant(closedAt)}`,
        rule === undefined ? "" : ruleWords({ rule, tightenedBy }),
        linkId,
      ],
    ),
  )}\n`;

const bastionColumns: readonly Column<CoverageLine>[] = [
  theirs("bastionId", ({ bastionId }) => bastionId),
  ours("coverage", ({ coverage }) => coverage),
  theirs("why", ({ why }) => why),
  moments("since", ({ since }) => since),
  ours("feature", ({ feature }) => feature),
  moments("checkedAt", ({ checkedAt }) => checkedAt),
  ours("stale", ({ stale }) => stale),
  ours("open", ({ links }) => links.open),
  ours("overdue", ({ links }) => links.overdue),
  ours("revoking", ({ links }) => links.revoking),
  ours("revokeFailed", ({ links }) => links.revokeFailed),
];

/** RFC 4180; `open`, `overdue`, `revoking` and `revokeFailed` count links, and overlap. */
export const bastionsCsv = (lines: readonly CoverageLine[]): string => csv(bastionColumns, lines);

/** For a terminal; `stale` stands in the column of coverage, and ages count up to `readAt`. */
export const bastionsTable = (lines: readonly CoverageLine[], readAt: Instant): string =>
  `${textTable(
    ["BASTION", "COVERAGE", "CHECKED", "FEATURE", "OPEN", "OVERDUE", "WHY"],
    lines.map(({ bastionId, coverage, why, feature, checkedAt, stale, links }) => [
      resourceName(bastionId),
      stale ? "stale" : coverage,
      relative(checkedAt, readAt),
      feature,
      String(links.open),
      String(links.overdue),
      why ?? "",
    ]),
  )}\n`;

function relative(moment: Instant | undefined, now: Instant): string {
  if (moment === undefined) return "";
  return moment > now ? `in ${formatDuration(moment - now)}` : `${formatDuration(now - moment)} ago`;
}
