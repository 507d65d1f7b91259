import { hours, minutes, type Instant } from "../time.ts";
import { fromActivityLog } from "./from-activity-log.ts";
import type { LoggedOperation } from "./logged-operations.ts";
import { match } from "./matching.ts";
import { callerKey, type Signal, type SignalOperation } from "./signal.ts";

/** What is kept of a signal that came, by whichever witness. */
export interface Heard {
  readonly eventId: string;
  readonly at: Instant;
  readonly operation: SignalOperation;
  readonly correlationId: string | undefined;
  /** Undefined where Azure named nobody. */
  readonly caller: string | undefined;
}

/** What of a signal is kept for the comparison. */
export const heardOf = ({ eventId, occurredAt, operation, correlationId, caller }: Signal): Heard => ({
  ...{ eventId, at: occurredAt, operation, correlationId },
  caller: callerKey(caller),
});

/** Event Grid has so long; what it has not brought by then is taken from the log. */
export const patience = minutes(10);
/** How far one operation's times may differ between the two. */
export const apart = minutes(5);
/** Of these one heard of a caller and hour is enough: Event Grid's are kept as one, too. */
const countedByHour: readonly SignalOperation[] = ["read", "create-failed", "host-write"];

/**
 * Operations on one bastion that the Activity Log has and nobody heard of: what the log brought before is known by its id, and each signal of Event Grid
 * answers one operation. Oldest first; each record with how many signals alike tell of others.
 */
export function unheard(
  logged: readonly LoggedOperation[],
  heard: readonly Heard[],
): readonly LoggedOperation[] {
  const known = new Set(heard.map(({ eventId }) => eventId));
  const events = heard.filter(({ eventId }) => !eventId.startsWith(fromActivityLog));
  const news = logged.filter(({ signal }) => !known.has(signal.eventId));
  const [byHour, oneByOne] = [news.filter(isByHour), news.filter((one) => !isByHour(one))];
  const { leftOver } = match(oneByOne, ({ signal }) => alikeOf(signal, events));
  const quiet = byHour.filter(
    (operation) =>
      !events.some((one) => isLikely(operation.signal, one) && isSameHour(operation.signal, one)),
  );
  const others = [...events];
  return [...leftOver, ...quiet]
    .sort((a, b) => a.signal.occurredAt - b.signal.occurredAt)
    .map(({ bastion, signal, record }) => {
      const alike = alikeOf(signal, others).length;
      others.push(heardOf(signal));
      return { bastion, signal, record: { ...record, alike } };
    });
}

/** Those that may tell of the same operation. */
export const alikeOf = <One extends Heard>(signal: Signal, heard: readonly One[]): readonly One[] =>
  heard.filter((one) => isSameDeed(signal, one));

const isSameDeed = (signal: Signal, one: Heard): boolean =>
  isLikely(signal, one) && isSameOperation(signal, one);

const isLikely = (signal: Signal, one: Heard): boolean =>
  one.operation === signal.operation && isSameCaller(signal, one);

const isByHour = ({ signal }: LoggedOperation): boolean => countedByHour.includes(signal.operation);

/** The two may put it on either side of the hour. */
const isSameHour = ({ occurredAt }: Signal, { at }: Heard): boolean =>
  hourOf(at) === hourOf(occurredAt) || Math.abs(at - occurredAt) < apart;

const hourOf = (moment: Instant): number => Math.floor(moment / hours(1));

const isSameCaller = ({ caller }: Signal, heard: Heard): boolean => {
  const key = callerKey(caller);
  return key === undefined || heard.caller === undefined || key === heard.caller;
};

const isSameOperation = ({ correlationId, occurredAt }: Signal, heard: Heard): boolean =>
  (correlationId === undefined ||
    heard.correlationId === undefined ||
    correlationId.toLowerCase() === heard.correlationId.toLowerCase()) &&
  Math.abs(occurredAt - heard.at) < apart;
