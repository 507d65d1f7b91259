import {
  deedsOf,
  candidatesOf,
  operationOf,
  whoKey,
  type Attribution,
  type Operation,
} from "../attribution/attribution.ts";
import { callerKey, peopleKey, type Caller } from "../attribution/signal.ts";

/**
 * Who it was, as far as Azure reports it, and the same of every link of the alert. `operations`: each link's own is among them; none of
 * somebody who is signed in with us.
 */
export type AlertActor =
  | {
      readonly kind: "known";
      readonly caller: Caller;
      readonly operations: readonly Operation[];
    }
  | Exclude<Attribution, { readonly kind: "known" }>;

/** Equal for attributions that read the same: same caller in every particular, or the same set, however many operations it took. Callers whom nothing identifies differ. */
export function actorKey(attribution: Attribution): string {
  if (attribution.kind !== "known") return whoKey(attribution) || JSON.stringify(attribution);
  const { caller, eventId } = attribution;
  const event = callerKey(caller) === undefined ? eventId : undefined;
  return JSON.stringify([caller, event]);
}

/** All of them as one; undefined where there are none or they differ, because then nothing holds of all. */
export function actorOfAll(attributions: readonly Attribution[]): AlertActor | undefined {
  const [first, ...rest] = attributions;
  if (!first || new Set(attributions.map(actorKey)).size > 1) return undefined;
  if (first.kind === "unknown" || (first.kind === "ambiguous" && rest.length === 0)) return first;
  const deeds = [
    ...new Map(attributions.flatMap(deedsOf).map((deed) => [deed.eventId, deed] as const)).values(),
  ];
  if (first.kind === "ambiguous") return deeds.length === 0 ? first : candidatesOf(deeds, first.others);
  return {
    kind: "known",
    caller: first.caller,
    operations: deeds.map(operationOf),
  };
}

/** Equal for those that people know by one name; a set of candidates by its members. */
export function actorKeyOf(actor: AlertActor | undefined): string {
  if (actor === undefined || actor.kind === "unknown") return "unknown";
  if (actor.kind === "ambiguous") return `one of ${peopleKey(actor.candidates)}`;
  return `known ${callerKey(actor.caller) ?? JSON.stringify(actor.caller)}`;
}

/** Somebody who is signed in to the console: no operation of Azure's names them. */
export const signedIn = (caller: Caller): AlertActor => ({
  kind: "known",
  caller,
  operations: [],
});
