import { after, formatInstant, instant, minutes, type Instant } from "../time.ts";
import { chainStart, isUnreadable, type ChainPoint, type LedgerFact, type LedgerRecord } from "./ledger.ts";
import { recordProblem, type RecordProblem } from "./record-problem.ts";

/**
 * Beside what is wrong with a row itself, `truncated`: the chain ends, or goes on, elsewhere than a witness saw
 * it. `added`: it stands where its host row has not come to. `misdated`: it says that it is older than a witness who did not see it, or newer
 * than one who did.
 */
type BreakReason = RecordProblem["reason"] | "truncated" | "added" | "misdated";

/** Somebody who remembers how far a chain had come: the partition's host row, or an anchor. */
export interface Witness extends ChainPoint {
  readonly by: string;
  /** When it was first seen to have come so far, and last; undefined where nobody knows. */
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** A fact is dated when its run begins, and written before the platform ends that run after five minutes; two more for clocks, and some to spare. */
const datedWithin = minutes(10);

interface Broken {
  readonly ok: false;
  /** Facts that held before. */
  readonly count: number;
  /** The number of the first row that does not hold; for a truncated chain of the last one that is there. */
  readonly seq: number;
  readonly reason: BreakReason;
  readonly why: string;
}

interface Holds {
  readonly ok: true;
  readonly count: number;
  /** Where the chain stands at its end. */
  readonly last: ChainPoint;
  /** Witnesses who saw only what lies before the rows that were given. */
  readonly unheard: number;
}

/** Not an error but an answer: a broken chain names its first row that does not hold, and the reason. */
export type Verification = Holds | Broken;

/** What is known of the chain beside its rows; without `head`, facts missing at its end go unseen. */
export interface Expectation {
  /**
   * What the first fact follows; without it the chain must begin at its very start. "anywhere": nothing
   * before is known, so the first `prevHash` is believed.
   */
  readonly from?: ChainPoint | "anywhere" | undefined;
  /** What the chain must still contain. */
  readonly head?: ChainPoint | undefined;
}

/** Says which row of a chain is the first that does not hold, and why. */
export function verifyLedger(
  records: Iterable<LedgerRecord>,
  { from, head }: Expectation = {},
): Verification {
  let check = beginCheck(from, head ? [{ ...head, by: "the head" }] : []);
  for (const record of records) check = takeRecord(check, record);
  return endCheck(check);
}

/** A moment that somebody knows something of. */
interface Bound {
  readonly at: Instant;
  readonly by: string;
}

/** A witness, and until when what it and later ones saw was there. */
interface Waiting extends Witness {
  readonly notAfter: Bound | undefined;
}

/** A verification under way, for ledgers that are too long to hold: one step a fact, and no fact is kept. */
export interface ChainCheck {
  readonly last: ChainPoint | undefined;
  readonly count: number;
  /** Those the chain has not come to yet, nearest first. */
  readonly witnesses: readonly Waiting[];
  /** When it was last seen not to go on from here. */
  readonly notBefore: Bound | undefined;
  readonly unheard: number;
  readonly broken: Broken | undefined;
}

/** Witnesses of what lies before `from` cannot be heard: they are left out. */
export function beginCheck(from: Expectation["from"], witnesses: readonly Witness[]): ChainCheck {
  const last = from === "anywhere" ? undefined : (from ?? chainStart);
  const heard = witnesses.filter(({ seq }) => last === undefined || seq >= last.seq);
  return {
    last,
    count: 0,
    witnesses: inOrder(heard),
    notBefore: undefined,
    unheard: witnesses.length - heard.length,
    broken: undefined,
  };
}

function inOrder(witnesses: readonly Witness[]): readonly Waiting[] {
  let notAfter: Bound | undefined;
  const nearestLast = [...witnesses]
    .sort((a, b) => b.seq - a.seq)
    .map((witness): Waiting => {
      if (witness.from !== undefined && witness.from < (notAfter?.at ?? Infinity))
        notAfter = { at: witness.from, by: witness.by };
      return { ...witness, notAfter };
    });
  return nearestLast.reverse();
}

/** The next row, in the order of their numbers. After the first break nothing changes any more. */
export function takeRecord(check: ChainCheck, record: LedgerRecord): ChainCheck {
  const heard = hear(check, record.seq);
  if (heard.broken) return heard;
  const problem = recordProblem(record, heard.last) ?? dateProblem(record, heard);
  if (problem) return { ...heard, broken: { ok: false, count: heard.count, seq: record.seq, ...problem } };
  const last = { seq: record.seq, hash: isUnreadable(record) ? "" : record.hash };
  return { ...heard, last, count: heard.count + 1 };
}

function dateProblem(
  record: LedgerRecord,
  { notBefore, witnesses: [next] }: ChainCheck,
): { readonly reason: "misdated"; readonly why: string } | undefined {
  if (isUnreadable(record)) return undefined;
  if (notBefore && record.at < after(notBefore.at, -datedWithin))
    return misdated(record, `stands behind what ${notBefore.by} saw at ${formatInstant(notBefore.at)}`);
  if (next?.notAfter && record.at > after(next.notAfter.at, datedWithin))
    return misdated(record, `${next.notAfter.by} saw it at ${formatInstant(next.notAfter.at)}`);
  return undefined;
}

const misdated = ({ seq, at }: LedgerFact, why: string) =>
  ({ reason: "misdated", why: `Fact ${seq} is dated ${dateText(at)}, and ${why}` }) as const;

/** A forger's number may be no date. */
const dateText = (at: Instant): string => (Math.abs(at) < 8e15 ? formatInstant(at) : `${at}`);

/** No row follows: every witness that is left must have seen this end. */
export const endCheck = (check: ChainCheck): Verification => checkSoFar(hear(check, Infinity));

/** Facts and the host row are written together: none stands beyond a host row that was read after it. */
export function withinHost(verification: Verification, { seq }: ChainPoint): Verification {
  if (!verification.ok || verification.last.seq <= seq) return verification;
  const { last, count } = verification;
  const why = `The host row ends at number ${seq}, and fact ${last.seq} stands behind that: the watchdog did not add it`;
  return { ok: false, count: count - 1, seq: last.seq, reason: "added", why };
}

/** What the rows so far say, when it is not known that they are the last ones. */
export const checkSoFar = ({ broken, count, last, unheard }: ChainCheck): Verification =>
  broken ?? { ok: true, count, last: last ?? chainStart, unheard };

/**
 * Asks the witnesses of everything before the row numbered `next`. Who saw what lies before the first known
 * row cannot be asked.
 */
function hear(check: ChainCheck, next: number): ChainCheck {
  if (check.broken) return check;
  if ((check.witnesses[0]?.seq ?? Infinity) >= next) return check;
  const later = check.witnesses.findIndex(({ seq }) => seq >= next);
  const due = later === -1 ? check.witnesses : check.witnesses.slice(0, later);
  const notBefore = due.reduce(laterOf, check.notBefore);
  const heard = { ...check, notBefore, witnesses: check.witnesses.slice(due.length) };
  const end = check.last ?? (next === Infinity ? chainStart : undefined);
  if (!end) return { ...heard, unheard: check.unheard + due.length };
  const against = due.find(({ hash }) => hash !== end.hash);
  return against ? { ...heard, broken: truncated(check, against) } : heard;
}

const laterOf = (bound: Bound | undefined, { until, by }: Witness): Bound | undefined =>
  until !== undefined && until > (bound?.at ?? instant(0)) ? { at: until, by } : bound;

function truncated({ last = chainStart, count }: ChainCheck, { seq, by }: Witness): Broken {
  const end = last.seq === 0 ? "The ledger is empty there" : `The newest fact there is ${last.seq}`;
  const why = `${end}, and it is not the one that ${by} saw (up to number ${seq}): facts were dropped from the end, or the chain was written anew`;
  return { ok: false, count, seq: last.seq, reason: "truncated", why };
}
