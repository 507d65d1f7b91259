import { sha256 } from "../hash.ts";
import type { LedgerRecord } from "./ledger.ts";
import { ledgerLine, parseLedgerLine } from "./ledger-line.ts";
import { days } from "../time.ts";
import type { Partition } from "../partition.ts";

/** Facts stay in the table for thirteen months, however long those are. */
export const retention = days(397);

/** As long as Azure keeps the Activity Log, whose records are compared with what was heard; and a day more. */
export const seenRetention = days(91);

/** Part of one ledger, as a blob. */
export interface Segment {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A partition's name is too long, and too odd, for a folder. */
export const archiveFolder = (partition: Partition): string => `ledger/${sha256(partition).slice(0, 32)}/`;

const padded = (seq: number): string => String(seq).padStart(12, "0");

/** Names sort as their facts do. */
export const segmentName = (partition: Partition, from: number, to: number): string =>
  `${archiveFolder(partition)}${padded(from)}-${padded(to)}.jsonl`;

/** The segments among these names, in the order of their facts. */
export function segmentsIn(names: readonly string[]): readonly Segment[] {
  return names
    .flatMap((name) => {
      const match = /\/(\d{12})-(\d{12})\.jsonl$/.exec(name);
      return match ? [{ name, from: Number(match[1]), to: Number(match[2]) }] : [];
    })
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** JSON Lines, as `segmentRecords` reads them back; a row that cannot be read keeps its number as a line. */
export const segmentText = (partition: Partition, records: readonly LedgerRecord[]): string =>
  records.map((record) => ledgerLine(partition, record)).join("");

/**
 * The facts in a segment. A line that is none stands there as unreadable, with the number that comes after
 * the fact before it.
 */
export function segmentRecords(text: string, { from }: Pick<Segment, "from">): readonly LedgerRecord[] {
  let seq = from - 1;
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const parsed = parseLedgerLine(line);
      const record =
        "problem" in parsed
          ? { seq: seq + 1, unreadable: `a line of the archive ${parsed.problem}` }
          : parsed.record;
      seq = record.seq;
      return record;
    });
}
