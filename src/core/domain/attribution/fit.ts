import { seconds, type Instant } from "../time.ts";
import { longestOperation, type Operation } from "./attribution.ts";

/** When a link was made, as far as that is known; `from` and `to` are one moment where Azure gives a date. */
export interface Made {
  /** Undefined: no list before it was complete. */
  readonly from: Instant | undefined;
  readonly to: Instant;
  /** When the first list that held it had arrived. */
  readonly listedAt: Instant;
}

/** `near`: the operation may have made it, and be named for it. `far`: only if it lasted as long as few do, so that others may have, too. */
export type Fit = "near" | "far" | "no";

/** Azure dates a link and the operation that made it up to 2.4 s apart. */
const dateTolerance = seconds(3);
/** How far our clock may be off before it is corrected. */
export const ownTolerance = seconds(5);
/** How long an operation lasts as a rule. */
const usualLength = seconds(15);

/** When a link was made, from its row. Without a date: after the last complete list without it, and before it was seen. */
export const madeAt = ({
  createdAt,
  createdAtSource,
  firstSeenAt,
  absentAt,
}: {
  readonly createdAt: Instant;
  readonly createdAtSource: "azure" | "first-seen";
  readonly firstSeenAt: Instant;
  readonly absentAt: Instant | undefined;
}): Made =>
  createdAtSource === "azure"
    ? { from: createdAt, to: createdAt, listedAt: firstSeenAt }
    : { from: absentAt, to: firstSeenAt, listedAt: firstSeenAt };

/**
 * Whether an operation may have made a link: the link was made in its time, and it did not begin after a list that held the link. Where no record
 * tells when it began, that is reckoned from its end.
 */
export function fitOf(operation: Operation, made: Made): Fit {
  const { beganAt, reportedAt } = operation;
  if (beganAt !== undefined) return isWithin(beganAt, operation, made) ? "near" : "no";
  if (isWithin(reportedAt - usualLength, operation, made)) return "near";
  return isWithin(reportedAt - longestOperation, operation, made) ? "far" : "no";
}

function isWithin(beganAt: number, { reportedAt }: Operation, { from, to, listedAt }: Made): boolean {
  const slack = from === to ? dateTolerance : dateTolerance + ownTolerance;
  return (
    (from === undefined || from <= reportedAt + slack) &&
    to >= beganAt - slack &&
    beganAt <= listedAt + ownTolerance
  );
}
