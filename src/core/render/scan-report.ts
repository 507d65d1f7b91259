import { resourceName } from "../domain/arm-id.ts";
import { formatDuration, formatInstant, isoInstant, type Instant } from "../domain/time.ts";
import type { ScanReport, ScannedLink } from "../domain/scan-report.ts";
import { visibleText } from "./safe-text.ts";
import { textTable } from "./text-table.ts";

/** The report with moments as ISO 8601 text. */
export function scanJson(report: ScanReport): object {
  const iso = (moment: Instant | undefined) => (moment === undefined ? null : isoInstant(moment));
  return {
    ...report,
    scannedAt: iso(report.scannedAt),
    links: report.links.map((link) => ({ ...link, createdAt: iso(link.createdAt), deadline: iso(link.deadline) })),
  };
}

/** The report as a person at a terminal reads it. */
export function scanTable(report: ScanReport): string {
  const { scannedAt, bastions, links, complete, problems } = report;
  const head = `${count(links.length, "open link")} on ${count(bastions.length, "bastion")}, ${formatInstant(scannedAt)}\n`;
  const table =
    links.length === 0
      ? ""
      : `\n${textTable(
          ["VM", "BASTION", "CREATED", "BY", "DUE", "VERDICT", "RULE", "LINK"],
          links.map((link) => row(link, scannedAt)),
        )}\n`;
  const unread = bastions.filter(({ read }) => read !== "complete");
  const gaps =
    unread.length === 0
      ? ""
      : `\n${textTable(
          ["NOT FULLY READ", "WHY"],
          unread.map(({ bastionId, why }) => [resourceName(bastionId), why ?? ""]),
        )}\n`;
  const notes = [...problems, ...(complete ? [] : ["This scan is incomplete: there may be more links."])];
  return `${head}${table}${gaps}${notes.map((note) => `\n${visibleText(note)}\n`).join("")}`;
}

const row = (link: ScannedLink, now: Instant): readonly string[] => [
  resourceName(link.vmId),
  resourceName(link.bastionId),
  link.createdAt === undefined ? "unknown" : formatInstant(link.createdAt),
  link.createdBy,
  link.deadline > now ? `in ${formatDuration(link.deadline - now)}` : `${formatDuration(now - link.deadline)} ago`,
  link.verdict,
  link.rule,
  link.linkId,
];

const count = (number: number, noun: string): string => `${number === 0 ? "No" : number} ${noun}${number === 1 ? "" : "s"}`;
