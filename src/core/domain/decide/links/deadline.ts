import { mayBeCreator } from "../../attribution/actor.ts";
import type { TrackedLink } from "../../links/link.ts";
import type { Verdict } from "../../policy/policy.ts";
import { givenUntil } from "../../links/lives.ts";
import { after, instant, latest, type Instant } from "../../time.ts";
import type { Situation } from "../situation.ts";

/** What of a link its deadline rests on. */
export type Judgeable = Pick<
  TrackedLink,
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
 * The deadline the policy gives: the time to live from creation, or what a person extended it to, but no longer than the VM's
 * whole `maxLifetime` allows, what its other links used before included, nor than the link lives in Azure. Never less than one notice period from first sight.
 * Links older than the watchdog get the grace period, a forbidden one among them one notice period, and so does one whose
 * creator decides whether it is forbidden; any other forbidden link is due at once.
 */
export function policyDeadline(link: Judgeable, verdict: Verdict, situation: Situation): Instant {
  const { firstSeenAt } = link;
  const { preexistingGrace } = situation.policy;
  if (!verdict.allowed) return forbiddenEnd(link, verdict);
  const given = [extendedTo(link), givenUntil(link)].flatMap((until) => until ?? []);
  const wanted = latest(after(link.createdAt, verdict.ttl), ...given);
  const end = instant(Math.min(wanted, lastMoment(link, verdict)));
  const grace = link.preexisting ? after(firstSeenAt, preexistingGrace) : firstSeenAt;
  return latest(end, after(firstSeenAt, verdict.warnBefore), grace);
}

function forbiddenEnd(link: Judgeable, verdict: Verdict): Instant {
  const { firstSeenAt, preexisting } = link;
  if (verdict.creatorDecides === undefined)
    return preexisting ? after(firstSeenAt, verdict.warnBefore) : firstSeenAt;
  const given = Math.min(extendedTo(link) ?? firstSeenAt, lastMoment(link, verdict));
  return latest(after(firstSeenAt, verdict.warnBefore), instant(given));
}

/** More time that the link's own creator gave does not count, also when it comes out only later that it was them. */
const extendedTo = (link: Judgeable): Instant | undefined =>
  isLapsed(link) ? undefined : link.extension?.until;

/** Whether whoever gave the link more time turned out to be, or to be perhaps, its creator. */
export const isLapsed = ({ extension, attribution }: Pick<Judgeable, "extension" | "attribution">): boolean =>
  extension !== undefined && mayBeCreator(attribution, extension);

/** What nobody can extend past: the VM's whole `maxLifetime`, or more where an operator gave it that, and the end the link has in Azure. */
export function lastMoment(
  link: Pick<Judgeable, "createdAt" | "nativeExpiry" | "attribution" | "usedBefore" | "given">,
  verdict: Verdict,
): Instant {
  const { nativeExpiry, createdAt } = link;
  const own = after(createdAt, verdict.maxLifetime - (link.usedBefore?.length ?? 0));
  const cap = latest(own, givenUntil(link) ?? own);
  return nativeExpiry !== undefined && nativeExpiry > createdAt ? instant(Math.min(cap, nativeExpiry)) : cap;
}
