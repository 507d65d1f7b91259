import { factHash, isUnreadable, type ChainPoint, type LedgerFact, type LedgerRecord } from "./ledger.ts";

/**
 * What one row says against its chain. `unreadable`: a row that is no fact. `out-of-order`: its number is not
 * above the one before. `wrong-previous`: it does not follow the fact before it, so something between them is
 * missing or was rewritten. `wrong-hash`: its own content was altered.
 */
export interface RecordProblem {
  readonly reason: "unreadable" | "out-of-order" | "wrong-previous" | "wrong-hash";
  readonly why: string;
}

/** Why a row cannot follow the place `last` in its chain; nothing before it is known without `last`. */
export function recordProblem(record: LedgerRecord, last: ChainPoint | undefined): RecordProblem | undefined {
  if (isUnreadable(record))
    return { reason: "unreadable", why: `Row ${record.seq} cannot be read as a fact: ${record.unreadable}` };
  if (last && record.seq <= last.seq)
    return {
      reason: "out-of-order",
      why: `Fact ${record.seq} stands behind fact ${last.seq}: rows were swapped or repeated`,
    };
  if (last && record.prevHash !== last.hash)
    return { reason: "wrong-previous", why: gapBefore(record, last) };
  return isWhole(record)
    ? undefined
    : { reason: "wrong-hash", why: `Fact ${record.seq} does not have the content it was written with` };
}

const gapBefore = ({ seq }: LedgerFact, last: ChainPoint): string =>
  last.seq === 0
    ? `Fact ${seq} is not the first of its chain: everything before it is missing`
    : `Fact ${seq} does not follow fact ${last.seq}: a fact between them is missing, or fact ${last.seq} was written anew`;

/** Whether a fact carries the hash of its content. What cannot be hashed was never hashed. */
function isWhole({ prevHash, hash, ...rest }: LedgerFact): boolean {
  try {
    return factHash(prevHash, rest) === hash;
  } catch {
    return false;
  }
}
