import { mayBeCreator } from "../../attribution/actor.ts";
import type { TrackedLink } from "../../links/link.ts";
import { firstEnd, type End } from "../../policy/ahead.ts";
import type { Verdict } from "../../policy/policy.ts";
import { givenUntil } from "../../links/lives.ts";
import { after, instant, latest, type Instant } from "../../time.ts";
import { spellsOn, type Situation } from "../situation.ts";

/** What of a link its deadline rests on. */
export type Judgeable = Pick<
  TrackedLink,
  | "vmId"
  | "tags"
  | "createdAt"
  | "firstSeenAt"
  | "preexisting"
  | "extension"
  | "nativeExpiry"
  | "attribution"
  | "usedBefore"
  | "given"
>;

/**
 * The deadline the policy gives: the first moment at which the rules in force then call the link over. For one that they allow that is the time to live
 * from creation, or what a person extended it to, but no longer than the VM's whole `maxLifetime` allows, what its other links used before included, nor
 * than the link lives in Azure; never less than one notice period from first sight, unless a rule's end leaves it forbidden before.
 * Links older than the watchdog get the grace period, a forbidden one among them one notice period, and so does one whose
 * creator decides whether it is forbidden; any other forbidden link is due at once.
 */
export const policyEnd = (link: Judgeable, situation: Situation): End =>
  firstEnd(spellsOn(link, situation), (verdict) =>
    verdict.allowed ? allowedEnd(link, verdict, situation) : forbiddenEnd(link, verdict),
  );

function allowedEnd(link: Judgeable, verdict: Verdict, { policy }: Situation): Instant {
  const { firstSeenAt } = link;
  const given = [extendedTo(link), givenUntil(link)].flatMap((until) => until ?? []);
  const wanted = latest(after(link.createdAt, verdict.ttl), ...given);
  const end = instant(Math.min(wanted, longestUnder(link, verdict)));
  const grace = link.preexisting ? after(firstSeenAt, policy.preexistingGrace) : firstSeenAt;
  return latest(end, after(firstSeenAt, verdict.warnBefore), grace);
}

function forbiddenEnd(link: Judgeable, verdict: Verdict): Instant {
  const { firstSeenAt, preexisting } = link;
  if (verdict.creatorDecides === undefined)
    return preexisting ? after(firstSeenAt, verdict.warnBefore) : firstSeenAt;
  const given = Math.min(extendedTo(link) ?? firstSeenAt, longestUnder(link, verdict));
  return latest(after(firstSeenAt, verdict.warnBefore), instant(given));
}

/** More time that the link's own creator gave does not count, also when it comes out only later that it was them. */
const extendedTo = (link: Judgeable): Instant | undefined =>
  isLapsed(link) ? undefined : link.extension?.until;

/** Whether whoever gave the link more time turned out to be, or to be perhaps, its creator. */
export const isLapsed = ({ extension, attribution }: Pick<Judgeable, "extension" | "attribution">): boolean =>
  extension !== undefined && mayBeCreator(attribution, extension);

/** What nobody can extend past: the VM's whole `maxLifetime`, or more where an operator gave it that, the end of a rule that leaves it forbidden, and the end the link has in Azure. */
export const lastMoment = (link: Capped, situation: Situation): Instant =>
  firstEnd(spellsOn(link, situation), (verdict) => longestUnder(link, verdict)).at;

type Capped = Pick<
  TrackedLink,
  "vmId" | "tags" | "createdAt" | "nativeExpiry" | "attribution" | "usedBefore" | "given"
>;

function longestUnder(link: Omit<Capped, "vmId" | "tags">, verdict: Verdict): Instant {
  const { nativeExpiry, createdAt } = link;
  const own = after(createdAt, verdict.maxLifetime - (link.usedBefore?.length ?? 0));
  const cap = latest(own, givenUntil(link) ?? own);
  return nativeExpiry !== undefined && nativeExpiry > createdAt ? instant(Math.min(cap, nativeExpiry)) : cap;
}
