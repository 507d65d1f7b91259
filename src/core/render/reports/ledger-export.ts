import { isUnreadable, type LedgerFact, type LedgerRecord } from "../../domain/ledger/ledger.ts";
import { canonicalJson } from "../../domain/hash.ts";
import { ledgerLine } from "../../domain/ledger/ledger-line.ts";
import { candidatesText } from "../words/fact-words.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import type { LedgerAnswer } from "./answer-schemas.ts";
import type { Verification } from "../../domain/ledger/verify-ledger.ts";
import { type Column, csvHead, csvLine, moments, ours, theirs } from "../text/csv.ts";
import type { Partition } from "../../domain/partition.ts";

/** `jsonl`: one fact a line, with all that was hashed. `csv`: one fact a row, and less of its links. */
export type LedgerFormat = "jsonl" | "csv";

interface Line {
  readonly partition: Partition;
  readonly seq: number;
  /** Undefined where the record cannot be read; `data` says why. */
  readonly fact: LedgerFact | undefined;
  readonly data: string;
}

/**
 * Whatever a file or a row says, a formula does not run: only what was parsed on the way in counts as ours.
 */
const columns: readonly Column<Line>[] = [
  theirs("partition", ({ partition }) => partition),
  ours("seq", ({ seq }) => seq),
  moments("at", ({ fact }) => fact?.at),
  theirs("kind", ({ fact }) => (fact ? fact.kind : "UNREADABLE")),
  ours("links", ({ fact }) => fact?.links.map(({ linkId }) => linkId)),
  theirs("vms", ({ fact }) => [...new Set(fact?.links.map(({ vmId }) => vmId))].join(" ")),
  theirs("actor", ({ fact }) => fact?.actor && callerName(fact.actor)),
  theirs("actorObjectId", ({ fact }) => fact?.actor?.objectId),
  theirs("actorIp", ({ fact }) => fact?.actor?.ipAddress),
  theirs("candidates", ({ fact }) => fact && candidatesText(fact)),
  theirs("data", ({ data }) => data),
  theirs("policyHash", ({ fact }) => fact?.policyHash),
  theirs("prevHash", ({ fact }) => fact?.prevHash),
  theirs("hash", ({ fact }) => fact?.hash),
];

/** What stands before the first fact. */
export const exportHead = (format: LedgerFormat): string => (format === "csv" ? csvHead(columns) : "");

/** One fact of an export. JSON Lines can be verified again; CSV is for reading. */
export const exportLine = (format: LedgerFormat, partition: Partition, record: LedgerRecord): string =>
  format === "csv" ? csvLine(columns, lineOf(partition, record)) : ledgerLine(partition, record);

const lineOf = (partition: Partition, record: LedgerRecord): Line =>
  isUnreadable(record)
    ? { partition, seq: record.seq, fact: undefined, data: record.unreadable }
    : {
        partition,
        seq: record.seq,
        fact: record,
        data: canonicalJson(JSON.parse(JSON.stringify(record.data))),
      };

/** What was found out about a ledger, for JSON: moments and reasons, no type's inner workings. */
export const verificationJson = (verification: Verification) =>
  verification.ok
    ? { verified: true, facts: verification.count, last: verification.last }
    : {
        verified: false,
        facts: verification.count,
        problem: { seq: verification.seq, reason: verification.reason, why: verification.why },
      };

interface Page {
  readonly verification: Verification;
  readonly next: number | undefined;
  readonly records: readonly LedgerRecord[];
}

/** A page of a ledger as one JSON value. */
export const ledgerJson = (partition: Partition, { verification, next, records }: Page): LedgerAnswer => ({
  partition,
  ...verificationJson(verification),
  next: next ?? null,
  records,
});
