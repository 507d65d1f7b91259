import type { Attribution } from "../../src/core/domain/attribution/attribution.ts";
import type { Caller } from "../../src/core/domain/attribution/signal.ts";
import { after, instant, minutes, seconds, type Instant } from "../../src/core/domain/time.ts";
import { people } from "./places.ts";
import type { Truth, TrueLink } from "./truth.ts";

/** A person as the watchdog reads them from an event. */
const callerOf = (who: {
  readonly key: string;
  readonly oid?: string;
  readonly upn?: string;
  readonly appid?: string;
}): Caller => ({
  kind: who.oid === undefined ? "service-principal" : who.upn?.includes("#EXT#") ? "guest" : "user",
  ...{ objectId: who.oid, userPrincipalName: who.upn, appId: who.appid, name: undefined },
  ...{ ipAddress: undefined, signInMethods: "unknown", role: undefined, roleScope: undefined },
});

const known = (caller: Caller): Attribution => ({
  ...{ kind: "known", caller, eventId: "", reportedAt: instant(0), correlationId: undefined },
});

const nobody: Attribution = { kind: "unknown", searched: "creation" };
/** The one whom nothing identifies is nobody that a rule speaks of. */
const callers = people.map(callerOf);
const severalPeople: Attribution = { kind: "ambiguous", candidates: callers, others: true };

/** All that may be believed of a link that may be anybody's. */
export const anyAttribution: readonly Attribution[] = [nobody, severalPeople, ...callers.map(known)];

/**
 * All that may rightly be believed of who made a link: nothing, the truth, or that it is among others. Anybody, where it has no date; and whose create alone
 * was heard of and fits, until its maker's is.
 */
export function possibleAttributions(link: TrueLink, at: Instant, { events }: Truth): readonly Attribution[] {
  const { creator, datedAt } = link;
  if (datedAt === undefined) return anyAttribution;
  const fitting = events.filter(
    ({ operation, bastion, acceptedAt = Infinity, occurredAt }) =>
      operation === "create" &&
      bastion === link.bastion &&
      acceptedAt <= at &&
      occurredAt >= datedAt - seconds(3) &&
      occurredAt <= datedAt + seconds(19),
  );
  const heardOf = new Set<string>(
    fitting.map(({ caller }) => people.find(({ key }) => key === caller)?.key ?? ""),
  );
  /** A look that has begun does not hear of it any more. */
  const isHeard = fitting.some(
    ({ links, acceptedAt = at }) => links.includes(link.linkId) && acceptedAt < after(at, -minutes(1)),
  );
  const mayBe = people.filter(({ key }) => key === creator || (!isHeard && heardOf.has(key)));
  return [nobody, severalPeople, ...mayBe.map(callerOf).map(known)];
}
