import type { LogUnread, WitnessState } from "../../domain/state/witness.ts";
import { after, days, earliest, hours, latest, minutes, type Instant } from "../../domain/time.ts";
import type { ActivityLog, LogAnswer, LogQuestion } from "../../ports.ts";
import { reach } from "../../domain/state/reach.ts";

/** Where and when the log is read. */
export interface Reading {
  readonly subscriptionId: string;
  readonly now: Instant;
  readonly log: ActivityLog;
}

/** What came of one question or several: records, and what is remembered of the reading. */
export interface ReadLog {
  readonly records: readonly unknown[];
  readonly witness: WitnessState;
}

/** So many pages in one run, so that one subscription holds up no other for long. */
const mostPages = 50;
/** Records come minutes after the fact. */
const overlap = minutes(30);
/** Where half an hour has more records than a run can read. */
const shortOverlap = minutes(10);
const crowdedBelow = minutes(5);
const [leastSpan, mostSpan] = [minutes(1), days(1)];
/** So long does Azure keep it. */
const kept = days(90);

/** From where the last read ended up to now, oldest first, as far as pages and Azure allow. What came counts, also where something is missing. */
export async function readOn(before: WitnessState, { subscriptionId, now, log }: Reading): Promise<ReadLog> {
  const records: unknown[] = [];
  let witness: WitnessState = { ...before, readTo: latest(before.readTo, after(now, -kept)), triedAt: now };
  let left = mostPages;
  while (witness.readTo < now && left > 0) {
    const { readTo, span } = witness;
    const until = earliest([after(readTo, span), now]) ?? now;
    const from = after(readTo, -(span < crowdedBelow ? shortOverlap : overlap));
    const answer = await log.read({ subscriptionId, from, until, about: bastions, mostPages: left });
    if (answer.kind !== "read") return { records, witness: failed(witness, answer, now) };
    records.push(...answer.records);
    if (!answer.complete) return { records, witness: cutShort(witness, answer, { until, left, now }) };
    left -= answer.pages;
    witness = { ...witness, readTo: until, span: Math.min(mostSpan, span * 2) };
  }
  return { records, witness: witness.readTo < now ? witness : { ...witness, ...recovered } };
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

/** An hour of a day ago once more, for records that came late. */
export async function readAgain(before: WitnessState, reading: Reading): Promise<ReadLog> {
  const until = after(reading.now, -days(1));
  if (until < after(before.readAgainTo, hours(1)) || before.unread) return { records: [], witness: before };
  const from = latest(before.readAgainTo, after(until, -days(1)));
  const { answer, witness } = await readOnce({ from, until, about: bastions }, before, reading);
  return { ...answer, witness: isWhole(answer) ? { ...witness, readAgainTo: until } : witness };
}

/** Once an hour, what was done to Event Grid. */
export async function readDelivery(before: WitnessState, reading: Reading): Promise<ReadLog> {
  const { now } = reading;
  if (now < after(before.deliveryReadTo, hours(1))) return { records: [], witness: before };
  const from = latest(after(before.deliveryReadTo, -overlap), after(now, -kept));
  const { answer, witness } = await readOnce({ from, until: now, about: eventGrid }, before, reading);
  return { ...answer, witness: isWhole(answer) ? { ...witness, deliveryReadTo: now } : witness };
}

async function readOnce(
  what: Pick<LogQuestion, "from" | "until" | "about">,
  before: WitnessState,
  { subscriptionId, now, log }: Reading,
) {
  const answer = await log.read({ subscriptionId, mostPages, ...what });
  const witness = isWhole(answer) ? before : failed(before, answer, now);
  return { answer: answer.kind === "read" ? answer : { ...answer, records: [] }, witness };
}

const isWhole = (answer: { readonly kind: LogAnswer["kind"]; readonly complete?: boolean }): boolean =>
  answer.kind === "read" && answer.complete === true;

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
