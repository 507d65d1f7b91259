import { seconds } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { RequestRecord, RunRecord, Truth } from "../truth.ts";
import { broken, when, type Check } from "./violation.ts";

/** Whoever may only ask slows nothing that enforces, and changes nothing. */
export const askersSlowNothing: Check = (outcome) =>
  broken("P16", [
    ...refusedForOthers(outcome.truth),
    ...tooManyAsks(outcome),
    ...askedTwice(outcome),
    ...sessionsAskedOften(outcome.truth),
    ...written(outcome.truth),
  ]);

const isAsking = ({ kind }: RunRecord): boolean => kind === "ask" || kind === "sessions";

const asked = ({ requests }: Truth): readonly RequestRecord[] => requests.filter(({ run }) => isAsking(run));

/** What enforces is never refused because ARM was asked too much. */
const refusedForOthers = ({ requests }: Truth): readonly string[] =>
  requests
    .filter(({ run, isThrottled }) => isThrottled && !isAsking(run))
    .map(({ run, at, what }) => `a ${run.kind} run's request for ${what} at ${when(at)} was one too many`);

/** A hundred at once and five a second: half of what ARM grants; twice that where an instance could not reach storage. */
function tooManyAsks({ truth }: Outcome): readonly string[] {
  const instances = truth.runs.some((run) => isAsking(run) && run.faults.length > 0) ? 2 : 1;
  const over: string[] = [];
  let left = 100 * instances;
  let before = asked(truth)[0]?.at ?? 0;
  for (const { at } of asked(truth)) {
    left = Math.min(100 * instances, left + ((at - before) / seconds(1)) * 5 * instances) - 1;
    before = at;
    if (left < -10) over.push(`at ${when(at)} those who ask have asked ${-left} times more than they may`);
  }
  return over.slice(0, 1);
}

/**
 * Once in half a minute a bastion, by others or by a reconcile; five seconds for what lies between the answer "you may" and the request. Once more for each time that an
 * instance could not reach storage, or died.
 */
function askedTwice({ truth, history }: Outcome): readonly string[] {
  if (history.slow) return [];
  const lists = truth.requests.filter(({ what }) => what === "links");
  return lists.flatMap((one, index) => {
    if (!isAsking(one.run) || one.run.faults.length > 0) return [];
    const isBefore = (other: RequestRecord) =>
      other.bastion === one.bastion &&
      other.run.faults.length === 0 &&
      other.at > one.at - seconds(25) &&
      (isAsking(other.run) || other.at < one.run.startedAt);
    const forgotten = truth.runs.filter(
      (run) => isAsking(run) && run.faults.length > 0 && run.startedAt <= one.at,
    );
    const earlier = lists.slice(0, index).filter(isBefore)[forgotten.length];
    return earlier
      ? [`${one.bastion} is listed at ${when(one.at)} for somebody who asks, and was at ${when(earlier.at)}`]
      : [];
  });
}

/** Once in half a minute; what waited in the queue for a minute is not asked any more, so that at most three may meet. */
function sessionsAskedOften(truth: Truth): readonly string[] {
  if (truth.runs.some((run) => isAsking(run) && run.faults.length > 0)) return [];
  const sessions = truth.requests.filter(({ what }) => what === "sessions");
  return sessions.flatMap((one, index) => {
    const later = sessions.slice(index).filter(({ bastion }) => bastion === one.bastion)[3];
    return later && later.at < one.at + seconds(25)
      ? [`the sessions of ${one.bastion} are asked for four times from ${when(one.at)} to ${when(later.at)}`]
      : [];
  });
}

const written = ({ commits }: Truth): readonly string[] =>
  commits
    .filter(({ run }) => isAsking(run))
    .map(({ run, at, partition }) => `a ${run.kind} run commits to ${partition} at ${when(at)}`);
