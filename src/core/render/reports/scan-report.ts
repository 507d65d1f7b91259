import { resourceName } from "../../domain/arm-id.ts";
import { formatDuration, formatInstant, isoInstant, type Instant } from "../../domain/time.ts";
import { appName } from "../../domain/attribution/known-names.ts";
import type { ScanAnswer } from "./answer-schemas.ts";
import { askedAgainAfter } from "../../domain/state/asking.ts";
import { summaryOf, type Usage } from "../../domain/links/usage.ts";
import type { ReadCreators, ScanReport, ScannedLink } from "../../domain/reports/scan-report.ts";
import { csv, moments, ours, theirs, type Column } from "../text/csv.ts";
import { visibleText } from "../text/safe-text.ts";
import { textTable } from "../text/text-table.ts";
import { ruleWords } from "../words/rule-words.ts";
import { gapWords, usageWords } from "../words/usage-words.ts";

/** The report with moments as ISO 8601 text. */
export function scanJson({ continuation, ...report }: ScanReport): ScanAnswer {
  return {
    scannedAt: isoInstant(report.scannedAt),
    asOf: isoInstant(report.asOf),
    complete: report.complete,
    ...(continuation === undefined ? {} : { continuation }),
    problems: [...report.problems],
    bastions: report.bastions.map(({ why, isLive, asOf, creators, ...bastion }) => ({
      ...{ ...bastion, live: isLive, asOf: iso(asOf) },
      ...(why === undefined ? {} : { why }),
      ...(creators && { activityLog: logJson(creators) }),
    })),
    links: report.links.map(({ used, tightenedBy, isLive, asOf, ...link }) => ({
      ...{ ...link, tightenedBy: [...tightenedBy], live: isLive, asOf: isoInstant(asOf) },
      ...{ createdAt: iso(link.createdAt), deadline: isoInstant(link.deadline) },
      ...(used === undefined ? {} : { used: usageText(used) }),
    })),
    names: report.names.map(({ id, name, asOf }) => ({ id, name, asOf: isoInstant(asOf) })),
    ...(report.operations && {
      operations: report.operations.map(({ at, from, ...operation }) => ({
        ...{ ...operation, at: isoInstant(at) },
        from: from ?? null,
      })),
    }),
  };
}

const logJson = ({ read, why }: ReadCreators) => ({ read, ...(why === undefined ? {} : { why }) });

const usageText = (usage: Usage): string => usageWords(summaryOf(usage));

const iso = (moment: Instant | undefined): string | null =>
  moment === undefined ? null : isoInstant(moment);

const columnsOf = (report: ScanReport): readonly Column<ScannedLink>[] => [
  theirs("vmId", ({ vmId }) => vmId),
  theirs("bastionId", ({ bastionId }) => bastionId),
  theirs("subscription", ({ bastionId }) => subscriptionOf(bastionId, report)),
  moments("createdAt", ({ createdAt }) => createdAt),
  theirs("createdBy", ({ createdBy }) => createdBy),
  moments("deadline", ({ deadline }) => deadline),
  ours("verdict", ({ verdict }) => verdict),
  theirs("rule", ({ rule }) => rule),
  theirs("tightenedBy", ({ tightenedBy }) => tightenedBy.join(", ")),
  ours("status", ({ status }) => status),
  theirs("used", ({ used }) => used && usageText(used)),
  ours("linkId", ({ linkId }) => linkId),
  ours("live", ({ isLive }) => isLive),
  moments("asOf", ({ asOf }) => asOf),
];

/** The links alone, for a spreadsheet. Whether there may be more is not in it: the answer's headers say so. */
export const scanCsv = (report: ScanReport): string => csv(columnsOf(report), report.links);

/** People read what software is called; machines and rules know it by its id. */
const named = (people: string, { names }: ScanReport): string =>
  names.reduce((said, called) => said.replaceAll(called.id, appName(called)), people);

/** What it is called, or its id. */
function subscriptionOf(armId: string, { names }: ScanReport): string {
  const [, , subscription = ""] = armId.split("/");
  return names.find(({ id }) => id === subscription.toLowerCase())?.name ?? subscription;
}

/** The report as a person at a terminal reads it. */
export function scanTable(report: ScanReport): string {
  const { bastions, links, complete, problems, continuation } = report;
  const head = `${count(links.length, "open link")} on ${count(bastions.length, "bastion")}, ${formatInstant(report.scannedAt)}\n`;
  const table = links.length === 0 ? "" : `\n${linksTable(report)}\n`;
  const notes = [
    ...whatIsRemembered(report),
    ...whyNobodyIsNamed(report),
    ...whyNotKnown(links),
    ...problems,
    ...(complete ? [] : [mayBeMore]),
    ...(continuation === undefined
      ? []
      : [`Time ran out before all bastions were checked. Continue with {"continuation":"${continuation}"}.`]),
  ];
  return `${head}${table}${operationsTable(report)}${unreadTable(report)}${notes.map((note) => `\n${visibleText(note)}\n`).join("")}`;
}

/** Subscriptions are told where there are several, and use where it was asked for. */
function linksTable(report: ScanReport): string {
  const { bastions, links } = report;
  const isUseAsked = links.some(({ used }) => used !== undefined);
  const areMany = new Set(bastions.map(({ bastionId }) => bastionId.split("/")[2]?.toLowerCase())).size > 1;
  const heads = ["CREATED", "BY", "DUE", "VERDICT", "RULE", ...(isUseAsked ? ["USED"] : []), "LINK"];
  return textTable(
    ["VM", "BASTION", ...(areMany ? ["SUBSCRIPTION"] : []), ...heads],
    links.map((link) => [
      resourceName(link.vmId),
      resourceName(link.bastionId),
      ...(areMany ? [subscriptionOf(link.bastionId, report)] : []),
      ...row(link, report),
    ]),
  );
}

function unreadTable({ bastions }: ScanReport): string {
  const unread = bastions.filter(({ read }) => read !== "complete");
  return unread.length === 0
    ? ""
    : `\n${textTable(
        ["NOT FULLY READ", "WHY"],
        unread.map(({ bastionId, why }) => [resourceName(bastionId), why ?? ""]),
      )}\n`;
}

const mayBeMore = "This scan is incomplete: there may be more links.";

/** What was not read, for whoever reads the report by a program: one line each; none where all was. */
export const gapsIn = ({ bastions, problems, complete }: ScanReport): readonly string[] =>
  complete
    ? []
    : [
        ...bastions
          .filter(({ read }) => read !== "complete")
          .map(
            ({ bastionId, why }) => `Not fully read: ${resourceName(bastionId)}: ${why ?? "unknown reason"}`,
          ),
        ...problems,
        mayBeMore,
      ].map(visibleText);

const operationsTable = (report: ScanReport): string =>
  report.operations === undefined || report.operations.length === 0
    ? ""
    : `\n${textTable(
        ["NOT LISTED NOW", "WHEN", "BASTION", "BY", "FROM", "VM"],
        report.operations.map(({ operation, at, bastionId, by, from }) => [
          operation === "create" ? "created" : "deleted",
          formatInstant(at),
          resourceName(bastionId),
          named(by, report),
          from ?? "unknown",
          "not recorded by Azure",
        ]),
      )}\n`;

/** Why the Activity Log names nobody for some links: it was not read, or it has no create for them. */
function whyNobodyIsNamed({ bastions, links }: ScanReport): readonly string[] {
  const asked = bastions.flatMap(({ bastionId, creators }) => (creators ? [{ bastionId, creators }] : []));
  const unread = asked.flatMap(({ bastionId, creators: { read, why } }) =>
    read === "complete" ? [] : [`${resourceName(bastionId)} (${why ?? "unknown reason"})`],
  );
  const read = new Set(
    asked.flatMap(({ bastionId, creators }) => (creators.read === "no" ? [] : [bastionId])),
  );
  const silent = links.filter(
    ({ bastionId, createdBy }) => read.has(bastionId) && createdBy === "unknown",
  ).length;
  return [
    ...(unread.length === 0 ? [] : [`The Activity Log could not be fully read for ${unread.join(", ")}.`]),
    ...(silent === 0
      ? []
      : [
          `The Activity Log has no create operation for ${count(silent, "link")}. It keeps 90 days, and new entries take minutes to appear.`,
        ]),
  ];
}

const row = (link: ScannedLink, report: ScanReport): readonly string[] => [
  link.createdAt === undefined ? "unknown" : formatInstant(link.createdAt),
  named(link.createdBy, report),
  link.deadline > report.scannedAt
    ? `in ${formatDuration(link.deadline - report.scannedAt)}`
    : `${formatDuration(report.scannedAt - link.deadline)} ago`,
  link.verdict,
  ruleWords(link),
  ...(link.used === undefined
    ? []
    : [link.used.kind === "not known" ? link.used.kind : usageText(link.used)]),
  link.linkId,
];

/** Which lines are no answer of Azure's, and how old they may be. */
function whatIsRemembered({ bastions, scannedAt }: ScanReport): readonly string[] {
  const remembered = bastions.filter(({ isLive }) => !isLive);
  const moments = remembered.flatMap(({ asOf }) => asOf ?? []);
  if (moments.length === 0) return [];
  const oldest = Math.min(...moments);
  const which =
    remembered.length === bastions.length
      ? "Everything here"
      : `What is said of ${count(remembered.length, "bastion")}`;
  return [
    `${which} is what the watchdog remembers, up to ${formatDuration(Math.max(0, scannedAt - oldest))} old: Azure was asked about it less than ${formatDuration(askedAgainAfter)} ago, or too often in its subscription.`,
  ];
}

/** Once below the table for all links that it holds for: in the table it would push everything else out of sight. */
function whyNotKnown(links: readonly ScannedLink[]): readonly string[] {
  const reasons = links.flatMap(({ used }) => (used?.kind === "not known" ? [gapWords(used.gap)] : []));
  return [...new Set(reasons)].map((why) => {
    const number = reasons.filter((reason) => reason === why).length;
    return `Whether ${number === 1 ? "1 link was" : `${number} links were`} used is not known: ${why}.`;
  });
}

const count = (number: number, noun: string): string =>
  `${number === 0 ? "No" : number} ${noun}${number === 1 ? "" : "s"}`;
