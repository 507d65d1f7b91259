import type { Attribution } from "../attribution/attribution.ts";
import type { Caller } from "../attribution/signal.ts";
import type { Instant } from "../time.ts";

/** An operation of the Activity Log by which somebody is named. */
interface Operation {
  readonly eventId: string;
  readonly reportedAt: Instant;
  readonly correlationId: string | undefined;
}

/**
 * Who it was, as far as Azure reports it, and the same of every link of the alert. `operations`: each link's own is among them; none of
 * somebody who is signed in with us.
 */
export type AlertActor =
  | {
      readonly kind: "known";
      readonly caller: Caller;
      readonly confirmed: boolean;
      readonly operations: readonly Operation[];
    }
  | Exclude<Attribution, { readonly kind: "known" }>;

const isConfirmed = (attribution: Attribution): boolean =>
  attribution.kind === "known" && attribution.confirmed === true;

/** Equal for attributions that read the same: same caller in every particular, however many operations it took. */
export const actorKey = (attribution: Attribution): string =>
  attribution.kind === "known"
    ? JSON.stringify([attribution.caller, isConfirmed(attribution)])
    : JSON.stringify(attribution);

/** All of them as one; undefined where there are none or they differ, because then nothing holds of all. */
export function actorOfAll(attributions: readonly Attribution[]): AlertActor | undefined {
  const [first] = attributions;
  if (!first || new Set(attributions.map(actorKey)).size > 1) return undefined;
  if (first.kind !== "known") return first;
  const operations = new Map(
    attributions.flatMap((one) =>
      one.kind === "known"
        ? [
            [
              one.eventId,
              { eventId: one.eventId, reportedAt: one.reportedAt, correlationId: one.correlationId },
            ],
          ]
        : [],
    ),
  );
  return {
    kind: "known",
    caller: first.caller,
    confirmed: isConfirmed(first),
    operations: [...operations.values()],
  };
}

/** Somebody who is signed in to the console: no operation of Azure's names them. */
export const signedIn = (caller: Caller): AlertActor => ({
  kind: "known",
  caller,
  confirmed: false,
  operations: [],
});
