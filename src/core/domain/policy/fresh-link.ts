/** A link as people think of one who write a policy: just made, and seen at once. */
import { traitsOf, type Severity } from "../alerts/alert-kinds.ts";
import { noEventYet, peopleIn, type Attribution } from "../attribution/attribution.ts";
import type { Caller } from "../attribution/signal.ts";
import { after, latest, type Instant } from "../time.ts";
import { firstEnd, spellsOf, type End } from "./ahead.ts";
import type { Subject } from "./conditions.ts";
import type { Policy, Verdict } from "./policy.ts";

/** When the policy ends a link of which it hears at `now`; `createdAt`: then, or before. */
export const endOfLink = (
  { createdAt, ...subject }: Subject & { readonly createdAt: Instant },
  policy: Policy,
  now: Instant,
): End =>
  firstEnd(spellsOf(subject, policy, { now }), ({ allowed, creatorDecides, ttl, warnBefore }) => {
    if (allowed) return latest(after(createdAt, ttl), after(now, warnBefore));
    return creatorDecides ? after(now, warnBefore) : now;
  });

/** When the rules alone call a link over, whoever hears of it when: the same at every look. A forbidden one is over since it was made. */
export const endByRules = (
  { createdAt, ...subject }: Subject & { readonly createdAt: Instant },
  policy: Policy,
  now: Instant,
): End =>
  firstEnd(spellsOf(subject, policy, { now }), ({ allowed, creatorDecides, ttl, warnBefore }) => {
    if (allowed) return after(createdAt, ttl);
    return creatorDecides ? after(createdAt, warnBefore) : createdAt;
  });

/** How loud its opening is. */
export function openingSeverity(
  { severity, allowed, creatorDecides }: Verdict,
  attribution: Attribution,
): Severity {
  if (creatorDecides) return "high";
  const isGuests = peopleIn(attribution).some(({ kind }) => kind === "guest");
  return severity ?? (allowed && !isGuests ? traitsOf("created").severity : "high");
}

/** Whoever goes by these names: nobody known, one, or several of whom one made it. */
export function madeBy(names: readonly string[], at: Instant): Attribution {
  const [caller, ...others] = names.map(callerOf);
  if (!caller) return noEventYet;
  if (others.length > 0) return { kind: "ambiguous", candidates: [caller, ...others] };
  return {
    kind: "known",
    caller,
    eventId: "none: a link to try a policy with",
    reportedAt: at,
    correlationId: undefined,
  };
}

const callerOf = (userPrincipalName: string): Caller => ({
  kind: /#ext#@/i.test(userPrincipalName) ? "guest" : "unknown",
  userPrincipalName,
  ...{ objectId: undefined, appId: undefined, name: undefined, ipAddress: undefined },
  ...{ role: undefined, roleScope: undefined, signInMethods: "unknown" },
});
