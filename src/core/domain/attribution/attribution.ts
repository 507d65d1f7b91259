import { isoInstant, seconds, type Instant } from "../time.ts";
import { callerId, callerName, type Caller, type Signal } from "./signal.ts";

/** One operation of the Activity Log by which somebody is, or may be, who did it. */
export interface Operation {
  readonly eventId: string;
  /** Undefined where no record tells when it began. */
  readonly beganAt?: Instant | undefined;
  /** When it ended, as Azure says. */
  readonly reportedAt: Instant;
  readonly correlationId: string | undefined;
}

/** Somebody who may have done it, with those of their operations that fit. */
export interface Candidate extends Caller {
  readonly operations?: readonly Operation[] | undefined;
}

/** Who did it, as far as Azure's own reports carry us. "We could not tell" is a case, not a null. */
export type Attribution =
  | (Operation & {
      readonly kind: "known";
      readonly caller: Caller;
    })
  | {
      readonly kind: "ambiguous";
      /** A set, at most twenty, in the order in which their operations ended. */
      readonly candidates: readonly Candidate[];
      /** It may have been somebody who is not among them. */
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

/** Operations were seen to last 12 to 15 seconds, and on a busy host more than sixty. */
export const longestOperation = seconds(90);
/** How far two clocks of one Azure region may differ before a moment no longer fits an operation. */
export const clockTolerance = seconds(2);

/** More than these are "others". */
const mostCandidates = 20;

/** What somebody did that may be it. */
export interface Deed extends Operation {
  readonly caller: Caller;
}

/** The operation that a signal reports. */
export const deedOf = ({ eventId, beganAt, occurredAt, correlationId, caller }: Signal): Deed => ({
  ...operationOf({ eventId, beganAt, reportedAt: occurredAt, correlationId }),
  caller,
});

/** The operation alone, without whose it is. */
export const operationOf = ({ eventId, beganAt, reportedAt, correlationId }: Operation): Operation => ({
  eventId,
  ...(beganAt !== undefined && { beganAt }),
  reportedAt,
  correlationId,
});

/** All operations that an attribution rests on, and whose they are. */
export function deedsOf(attribution: Attribution): readonly Deed[] {
  if (attribution.kind === "known") return [{ ...operationOf(attribution), caller: attribution.caller }];
  if (attribution.kind === "unknown") return [];
  return attribution.candidates.flatMap(({ operations = [], ...caller }) =>
    operations.map((operation) => ({ ...operation, caller })),
  );
}

/** The one caller of an operation. */
export const knownBy = ({ caller, ...operation }: Deed): Attribution => ({
  kind: "known",
  caller,
  ...operationOf(operation),
});

/** The callers of all these operations, as a set. */
export function candidatesOf(
  deeds: readonly Deed[],
  others?: true,
): Extract<Attribution, { readonly kind: "ambiguous" }> {
  const inOrder = [...deeds].sort(
    (a, b) => a.reportedAt - b.reportedAt || (a.eventId < b.eventId ? -1 : Number(a.eventId > b.eventId)),
  );
  const byCaller = [...Map.groupBy(inOrder, ({ caller, eventId }) => callerId(caller, eventId)).values()];
  const candidates = byCaller
    .slice(0, mostCandidates)
    .flatMap(([first, ...rest]): Candidate[] =>
      first ? [{ ...first.caller, operations: [first, ...rest].map(operationOf) }] : [],
    );
  const isMore = others === true || byCaller.length > mostCandidates;
  return { kind: "ambiguous", candidates, ...(isMore && { others: true }) };
}

/** Names the actor only if all signals that fit name the same one; otherwise lists the candidates. */
export function attribute(signals: readonly Signal[]): Attribution {
  const [first] = signals;
  if (!first) return noEventYet;
  const callers = new Set(signals.map(({ caller, eventId }) => callerId(caller, eventId)));
  return callers.size > 1 ? candidatesOf(signals.map(deedOf)) : knownBy(deedOf(first));
}

/** Equal for attributions that name the same people, in whatever order and by whichever operations. */
export function whoKey(attribution: Attribution): string {
  switch (attribution.kind) {
    case "known":
      return JSON.stringify(["known", callerId(attribution.caller, attribution.eventId)]);
    case "ambiguous":
      return JSON.stringify(["one of", attribution.candidates.map(candidateId).sort(), attribution.others]);
    case "unknown":
      return "";
  }
}

/** What a candidate is told apart by. */
const candidateId = (candidate: Candidate): string =>
  callerId(candidate, candidate.operations?.[0]?.eventId ?? "");

/** Everybody it names; none where nobody is known. */
export function peopleIn(
  attribution:
    Exclude<Attribution, { readonly kind: "known" }> | { readonly kind: "known"; readonly caller: Caller },
): readonly Caller[] {
  if (attribution.kind === "unknown") return [];
  return attribution.kind === "known" ? [attribution.caller] : attribution.candidates;
}

/** Their names. */
export const namesIn = (attribution: Attribution): readonly string[] => peopleIn(attribution).map(callerName);

/** The name or names of who may have made it. */
export function ownerOf(attribution: Attribution): string {
  const names = namesIn(attribution);
  if (attribution.kind !== "ambiguous") return names[0] ?? "unknown";
  if (attribution.others !== true) return `one of ${names.join(", ")}`;
  return names.length === 0 ? "unknown" : `one of ${names.join(", ")} or someone else`;
}

/** Whom the log reports, with the end of each operation, as a line of text. */
export const candidateText = ({ operations = [], ...caller }: Candidate): string =>
  [callerName(caller), ...operations.map(({ reportedAt }) => isoInstant(reportedAt))].join(" ");
