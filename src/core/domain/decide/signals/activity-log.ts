import type { Attribution } from "../../attribution/attribution.ts";
import { fromActivityLog } from "../../attribution/activity-log-answer.ts";
import type { TrackedLink } from "../../links/link.ts";
import { callerKey, type Caller, type Signal } from "../../attribution/signal.ts";
import { signalsOf, type Situation } from "../situation.ts";

interface Operation {
  readonly correlationId: string | undefined;
  readonly caller: Caller;
}

/**
 * One operation, told of in two places. The caller chooses a correlation id by a header, so the id alone is no proof: the caller has to be
 * the same as well.
 */
const isSameOperation = (one: Operation, other: Operation): boolean =>
  one.correlationId !== undefined &&
  one.correlationId.toLowerCase() === other.correlationId?.toLowerCase() &&
  callerKey(one.caller) === callerKey(other.caller);

type Known = Attribution & { readonly kind: "known" };

/** Whether `attribution` came from a row of the Activity Log that told of the same operation as `event`, by id and by caller. */
export const wasReadBefore = (attribution: Known, event: Signal): boolean =>
  attribution.eventId.startsWith(fromActivityLog) && isSameOperation(attribution, event);

/** What the Activity Log said, if it was asked. */
const reported = ({ logs }: Situation): readonly Signal[] =>
  logs?.creations?.kind === "read" ? logs.creations.signals : [];

/**
 * Every create that is reported, by event or by row. A row about an operation whose event we have is that event, so that no operation counts
 * twice; a row about an operation that one of `links` was named by has that attribution's event id.
 */
export function createsIn(links: readonly TrackedLink[], situation: Situation): readonly Signal[] {
  const events = signalsOf(situation, "create");
  const rows = reported(situation)
    .filter((row) => !events.some((event) => isSameOperation(event, row)))
    .map((row) => ({ ...row, eventId: ownerOf(row, links)?.eventId ?? row.eventId }));
  return [...events, ...rows];
}

const ownerOf = (row: Signal, links: readonly TrackedLink[]): Known | undefined =>
  links
    .map(({ attribution }) => attribution)
    .find((one): one is Known => one.kind === "known" && isSameOperation(one, row));

/** Says so where the Activity Log names the same caller for the same operation. The very same object where it says nothing. */
export function confirmed(link: TrackedLink, situation: Situation): TrackedLink {
  const { attribution } = link;
  if (attribution.kind !== "known" || attribution.confirmed === true) return link;
  const isConfirmed = reported(situation).some((row) => isSameOperation(attribution, row));
  return isConfirmed ? { ...link, attribution: { ...attribution, confirmed: true } } : link;
}
