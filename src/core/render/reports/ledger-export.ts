import { isUnreadable, type LedgerRecord } from "../../domain/ledger/ledger.ts";
import { canonicalJson } from "../../domain/hash.ts";
import { ledgerLine } from "../../domain/ledger/ledger-line.ts";
import { callerName } from "../../domain/attribution/signal.ts";
import { isoInstant, type Instant } from "../../domain/time.ts";
import type { LedgerAnswer } from "./answer-schemas.ts";
import type { Verification } from "../../domain/ledger/verify-ledger.ts";
import type { Partition } from "../../domain/partition.ts";
import { csvLine } from "../text/csv.ts";

export type LedgerFormat = "jsonl" | "csv";

const columns = [
  "partition",
  "seq",
  "at",
  "kind",
  "links",
  "vms",
  "actor",
  "actorObjectId",
  "actorIp",
  "data",
  "policyHash",
  "prevHash",
  "hash",
] as const;

/** What stands before the first fact. */
export const exportHead = (format: LedgerFormat): string => (format === "csv" ? csvLine(columns) : "");

/** One fact of an export. JSON Lines can be verified again; CSV is for reading. */
export const exportLine = (format: LedgerFormat, partition: Partition, record: LedgerRecord): string =>
  format === "csv" ? csvLine(cellsOf(partition, record)) : ledgerLine(partition, record);

function cellsOf(partition: Partition, record: LedgerRecord): readonly (string | number | undefined)[] {
  if (isUnreadable(record)) return [partition, record.seq, "", "UNREADABLE", "", "", "", "", "", record.unreadable, "", "", ""];
  const { seq, at, kind, links, actor, data, policyHash, prevHash, hash } = record;
  return [
    partition,
    seq,
    shownMoment(at),
    kind,
    links.map(({ linkId }) => linkId).join(" "),
    [...new Set(links.map(({ vmId }) => vmId))].join(" "),
    actor && callerName(actor),
    actor?.objectId,
    actor?.ipAddress,
    canonicalJson(JSON.parse(JSON.stringify(data))),
    policyHash,
    prevHash,
    hash,
  ];
}

/** A file may hold any number for a moment. */
const shownMoment = (moment: Instant): string => (Math.abs(moment) <= 8.64e15 ? isoInstant(moment) : String(moment));

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
