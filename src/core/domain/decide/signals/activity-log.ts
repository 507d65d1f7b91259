import { deedsOf, type Attribution, type Deed } from "../../attribution/attribution.ts";
import { fromActivityLog } from "../../attribution/activity-log-answer.ts";
import type { TrackedLink } from "../../links/link.ts";
import { isSameCaller, type Caller, type Signal } from "../../attribution/signal.ts";
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
  isSameCaller(one.caller, other.caller);

/** Whether `attribution` rests on a row of the Activity Log that told of the same operation as `event`, by id and by caller. */
export const isRepeat = (attribution: Attribution, event: Signal): boolean =>
  deedsOf(attribution).some(
    (deed) =>
      deed.eventId !== event.eventId &&
      deed.eventId.startsWith(fromActivityLog) &&
      isSameOperation(deed, event),
  );

/** What the Activity Log said, if it was asked. */
const reported = ({ logs }: Pick<Situation, "logs">): readonly Signal[] =>
  logs?.creations?.kind === "read" ? logs.creations.signals : [];

/** Whether an event reported who made, or may have made, the link; a row of the Activity Log is no event. */
export const isReported = (attribution: Attribution): boolean =>
  attribution.kind === "known"
    ? !attribution.eventId.startsWith(fromActivityLog)
    : attribution.kind === "ambiguous";

/**
 * Every create that is reported, by event or by row. A row about an operation whose event we have is that event, so that no operation counts
 * twice; a row about an operation that one of `links` was named by has that operation's event id, and such an event is left out.
 */
export function createsIn(links: readonly TrackedLink[], situation: Situation): readonly Signal[] {
  const { logs, whole = situation } = situation;
  const events = signalsOf(whole, "create").filter(
    (event) => !links.some(({ attribution }) => isRepeat(attribution, event)),
  );
  const rows = reported({ logs })
    .filter((row) => !events.some((event) => isSameOperation(event, row)))
    .map((row) => ({ ...row, eventId: deedIn(links, row)?.eventId ?? row.eventId }));
  return [...events, ...rows];
}

const deedIn = (links: readonly TrackedLink[], row: Signal): Deed | undefined =>
  links.flatMap(({ attribution }) => deedsOf(attribution)).find((deed) => isSameOperation(deed, row));

/** Says so where the Activity Log names the same caller for the same operation. The very same object where it says nothing. */
export function confirmed(link: TrackedLink, situation: Situation): TrackedLink {
  const { attribution } = link;
  if (attribution.kind !== "known" || attribution.confirmed === true) return link;
  const isConfirmed = reported(situation).some((row) => isSameOperation(attribution, row));
  return isConfirmed ? { ...link, attribution: { ...attribution, confirmed: true } } : link;
}
