import { callerKey, callerName, type Caller, type Signal } from "./signal.ts";
import { seconds, type Instant } from "../time.ts";

/** Who did it, as far as Azure's own reports carry us. "We could not tell" is a case, not a null. */
export type Attribution =
  | {
      readonly kind: "known";
      readonly caller: Caller;
      readonly eventId: string;
      readonly reportedAt: Instant;
      readonly correlationId: string | undefined;
      /** The Activity Log, asked about it, names the same caller for the operation of this correlation id. */
      readonly confirmed?: true | undefined;
    }
  | {
      readonly kind: "ambiguous";
      readonly candidates: readonly Caller[];
      /** Somebody who is not among the candidates may have been it. */
      readonly others?: true | undefined;
    }
  | { readonly kind: "unknown"; readonly searched: Searched };

/** What was looked for in vain: a report of the creation, or of the deletion. */
export type Searched = "creation" | "deletion";

/** Every link starts with it; the first event that fits replaces it. */
export const noEventYet: Attribution = {
  kind: "unknown",
  searched: "creation",
};

/**
 * A link is made before its operation ends, and its event carries the end. Operations were seen to last 12 to
 * 15 seconds, and on a busy host more than sixty; the clocks of one Azure region agree within seconds.
 */
export const longestOperation = seconds(90);
/** How far two clocks of one Azure region may differ before a moment no longer fits an operation. */
export const clockTolerance = seconds(2);

/** Whether something that happened at `moment` fits into the operation that `signal` reports. */
export const fits = (moment: Instant, signal: Signal): boolean =>
  moment <= signal.occurredAt + clockTolerance && moment >= signal.occurredAt - longestOperation;

/** Names the actor only if all signals that fit name the same one; otherwise lists the candidates. */
export function attribute(candidates: readonly Signal[]): Attribution {
  const [first] = candidates;
  if (!first) return noEventYet;
  const byCaller = new Map(
    candidates.map((signal) => [callerKey(signal.caller) ?? signal.eventId, signal.caller]),
  );
  if (byCaller.size > 1) return { kind: "ambiguous", candidates: [...byCaller.values()] };
  return {
    kind: "known",
    caller: first.caller,
    eventId: first.eventId,
    reportedAt: first.occurredAt,
    correlationId: first.correlationId,
  };
}

/** The name or names of who may have made it. */
export function ownerOf(attribution: Attribution): string {
  switch (attribution.kind) {
    case "known":
      return callerName(attribution.caller);
    case "ambiguous":
      return `one of ${attribution.candidates.map(callerName).join(", ")}`;
    case "unknown":
      return "unknown";
  }
}
