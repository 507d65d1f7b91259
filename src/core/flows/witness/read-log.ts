import type { LogUnread, WitnessState } from "../../domain/state/witness.ts";
import {
  after,
  days,
  earliest,
  hours,
  latest,
  minutes,
  type Instant,
  type Milliseconds,
} from "../../domain/time.ts";
import type { ActivityLog, LogAnswer } from "../../ports.ts";
import { reach } from "../../domain/state/reach.ts";

/** Where and when the log is read. */
export interface Reading {
  readonly subscriptionId: string;
  readonly now: Instant;
  readonly log: ActivityLog;
}

/** What came of one question or several: records, what is remembered of the reading, and how many pages are left of the run's. */
export interface ReadLog {
  readonly records: readonly unknown[];
  readonly witness: WitnessState;
  readonly left: number;
}

/** So many pages in one run, so that one subscription holds up no other for long. */
const mostPages = 50;
/** Records come minutes after the fact. */
const overlap = minutes(30);
/** Where the log is so full that less than this fits a run beside it. */
const shortOverlap = minutes(10);
const crowded = minutes(15);
const [leastSpan, mostSpan] = [minutes(1), days(1)];
/** So much of the pages that are left is planned for: not every minute has as many records. */
const caution = 0.9;
/** So long does Azure keep it. */
const kept = days(90);

const overlapBefore = (span: Milliseconds): Milliseconds => (span <= crowded ? shortOverlap : overlap);

/** From where the last read ended up to now, oldest first, as far as pages and Azure allow. What came counts, also where something is missing. */
export async function readOn(before: WitnessState, { subscriptionId, now, log }: Reading): Promise<ReadLog> {
  const records: unknown[] = [];
  let witness: WitnessState = { ...before, readTo: latest(before.readTo, after(now, -kept)), triedAt: now };
  let [left, density] = [mostPages, 0];
  while (witness.readTo < now && left > density * leastSpan) {
    const { readTo } = witness;
    const isFirst = left === mostPages;
    const span = isFirst ? witness.span : Math.min(witness.span, Math.floor((left * caution) / density));
    const until = earliest([after(readTo, span), now]) ?? now;
    const from = isFirst ? after(readTo, -overlapBefore(span)) : readTo;
    const answer = await log.read({ subscriptionId, from, until, about: bastions, mostPages: left });
    if (answer.kind !== "read") return { records, witness: failed(witness, answer, now), left: 0 };
    records.push(...answer.records);
    if (!answer.complete)
      return { records, witness: cutShort(witness, answer, { until, left, now }), left: 0 };
    left -= answer.pages;
    density = answer.pages / (until - from);
    witness = { ...witness, readTo: until, span: grown(witness.span, density) };
  }
  return { records, witness: witness.readTo < now ? witness : { ...witness, ...recovered }, left };
}

/** Twice as much at once, if a run has pages for it where there are so many in a millisecond. */
function grown(span: Milliseconds, density: number): Milliseconds {
  const twice = Math.min(mostSpan, span * 2);
  return (twice + overlapBefore(twice)) * density <= mostPages ? twice : span;
}

/** Less at once the next time; where only the rest of a run was too little for it, the next begins there. */
function cutShort(
  witness: WitnessState,
  answer: Extract<LogAnswer, { readonly kind: "read" }>,
  { until, left, now }: { readonly until: Instant; readonly left: number; readonly now: Instant },
): WitnessState {
  if (answer.pages >= left && left < mostPages) return witness;
  const span = Math.max(leastSpan, (until - witness.readTo) / 4);
  return { ...failed(witness, answer, now), span };
}

const bastions = { resourceProvider: "Microsoft.Network" } as const;
const eventGrid = { resourceProvider: "Microsoft.EventGrid" } as const;
const recovered = { unread: undefined, notBefore: undefined } as const;

/** An hour of a day ago once more, for records that came late, with the pages that a run has left. Where those are too few, that is no failure: it is made up for, or left. */
export async function readAgain({ witness, left }: ReadLog, reading: Reading): Promise<ReadLog> {
  const { subscriptionId, now, log } = reading;
  const end = after(now, -days(1));
  if (end < after(witness.readAgainTo, hours(1)) || witness.unread || left === 0)
    return { records: [], witness, left };
  const from = latest(witness.readAgainTo, after(end, -days(1)));
  const until = earliest([after(from, witness.span), end]) ?? end;
  const answer = await log.read({ subscriptionId, from, until, about: bastions, mostPages: left });
  if (answer.kind !== "read") return { records: [], witness: failed(witness, answer, now), left: 0 };
  const { records, complete, pages } = answer;
  return { records, witness: complete ? { ...witness, readAgainTo: until } : witness, left: left - pages };
}

/** Once an hour, what was done to Event Grid. */
export async function readDelivery(
  before: WitnessState,
  { subscriptionId, now, log }: Reading,
): Promise<Omit<ReadLog, "left">> {
  if (now < after(before.deliveryReadTo, hours(1))) return { records: [], witness: before };
  const from = latest(after(before.deliveryReadTo, -overlap), after(now, -kept));
  const answer = await log.read({ subscriptionId, from, until: now, about: eventGrid, mostPages });
  const records = answer.kind === "read" ? answer.records : [];
  const isWhole = answer.kind === "read" && answer.complete;
  return { records, witness: isWhole ? { ...before, deliveryReadTo: now } : failed(before, answer, now) };
}

/** Azure's wish to be left alone is obeyed, an hour at most. */
function failed(witness: WitnessState, answer: LogAnswer, now: Instant): WitnessState {
  const wait = "retryAfter" in answer ? answer.retryAfter : undefined;
  const unread: LogUnread = {
    since: witness.unread?.since ?? now,
    why: answer.why ?? "incomplete",
    forbidden: answer.kind === "forbidden",
  };
  return {
    ...witness,
    unread,
    notBefore: wait === undefined ? undefined : after(now, Math.min(wait, reach.retryAfter)),
  };
}
