import { watchdogPartition } from "../../../src/core/domain/partition.ts";
import { after, days, hours, latest, minutes, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import { allBastions, keyOf, ourPrincipal } from "../places.ts";
import type { TrueEvent, Truth } from "../truth.ts";
import { broken, when, type Check } from "./violation.ts";

/** What the Activity Log shows and Event Grid has not brought half an hour after its time, people hear of within an hour. */
export const nothingUnheard: Check = (outcome) =>
  outcome.witness ? broken("P15", [...notTaken(outcome), ...notTold(outcome)]) : [];

/** From when the witness was there, and so long before the end that it must have been heard. */
function silent({ truth, history }: Outcome): readonly TrueEvent[] {
  const first = truth.runs.find(({ kind, ended }) => kind === "witness" && ended === "done")?.endedAt;
  const bastions = allBastions.slice(0, history.bastions).map(keyOf);
  return truth.events.filter(
    (event) =>
      first !== undefined &&
      event.occurredAt > first &&
      event.caller !== ourPrincipal &&
      bastions.includes(event.bastion) &&
      ["create", "delete"].includes(event.operation) &&
      due(event, truth) <= (truth.endedAt ?? 0) &&
      (event.broughtAt ?? Infinity) > after(event.occurredAt, minutes(30)),
  );
}

/** An hour after its time; where something was broken meanwhile, after that. */
const due = ({ occurredAt }: TrueEvent, { calmSince }: Truth): Instant =>
  after(latest(occurredAt, calmSince ?? occurredAt), hours(1));

const notTaken = (outcome: Outcome): readonly string[] =>
  silent(outcome)
    .filter((event) => (event.acceptedAt ?? Infinity) > due(event, outcome.truth))
    .map(
      ({ operation, eventId, bastion, occurredAt }) =>
        `the ${operation} ${eventId} on ${bastion} at ${when(occurredAt)} was never heard of`,
    );

/** One alert a day; none where Event Grid never brought anything is repeated. */
function notTold(outcome: Outcome): readonly string[] {
  const { truth } = outcome;
  const told = truth.commits
    .filter(({ partition }) => partition === watchdogPartition)
    .flatMap(({ commit, at }) =>
      commit.outbox.some(({ alert }) => alert.kind === "events-missing") ? [at] : [],
    );
  return silent(outcome)
    .filter(
      (event) =>
        !told.some(
          (at) =>
            at <= due(event, truth) &&
            (truth.events.every(({ broughtAt }) => !broughtAt) || at > event.occurredAt - days(1)),
        ),
    )
    .map(
      ({ eventId, occurredAt }) =>
        `nobody is told that Event Grid did not bring ${eventId} of ${when(occurredAt)}`,
    );
}
