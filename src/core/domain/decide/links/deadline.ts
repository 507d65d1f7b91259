import { vmKeyOf } from "../../arm-id.ts";
import { mayBeCreator } from "../../attribution/actor.ts";
import type { PastLink, TrackedLink } from "../../links/link.ts";
import type { Verdict } from "../../policy/policy.ts";
import { after, instant, latest, type Instant, type Milliseconds } from "../../time.ts";
import type { Situation } from "../situation.ts";

/** What of a link its deadline rests on. */
export type Judgeable = Pick<
  TrackedLink,
  "createdAt" | "firstSeenAt" | "preexisting" | "vmId" | "extension" | "nativeExpiry" | "attribution"
>;

/**
 * The deadline the policy gives: the time to live from creation, or what a person extended it to, but no longer than the VM's
 * whole `maxLifetime` allows, earlier lives included, nor than the link lives in Azure. Never less than one notice period from first sight.
 * Links older than the watchdog get the grace period, a forbidden one among them one notice period; any other forbidden link is due at once.
 */
export function policyDeadline(link: Judgeable, verdict: Verdict, situation: Situation): Instant {
  const { firstSeenAt } = link;
  const { preexistingGrace } = situation.policy;
  if (!verdict.allowed) return link.preexisting ? after(firstSeenAt, verdict.warnBefore) : firstSeenAt;
  const wanted = latest(after(link.createdAt, verdict.ttl), extendedTo(link) ?? link.createdAt);
  const end = instant(Math.min(wanted, lastMoment(link, verdict, situation)));
  const grace = link.preexisting ? after(firstSeenAt, preexistingGrace) : firstSeenAt;
  return latest(end, after(firstSeenAt, verdict.warnBefore), grace);
}

/** More time that the link's own creator gave does not count, also when it comes out only later that it was them. */
const extendedTo = (link: Judgeable): Instant | undefined =>
  isLapsed(link) ? undefined : link.extension?.until;

/** Whether whoever gave the link more time turned out to be, or to be perhaps, its creator. */
export const isLapsed = ({ extension, attribution }: Pick<Judgeable, "extension" | "attribution">): boolean =>
  extension !== undefined && mayBeCreator(attribution, extension);

/** What nobody can extend past: the VM's whole `maxLifetime`, earlier lives included, and the end the link has in Azure. */
export function lastMoment(
  link: Pick<Judgeable, "createdAt" | "vmId" | "nativeExpiry">,
  verdict: Verdict,
  { host }: Situation,
): Instant {
  const cap = after(link.createdAt, verdict.maxLifetime - openBefore(link, host.past));
  const { nativeExpiry, createdAt } = link;
  return nativeExpiry !== undefined && nativeExpiry > createdAt ? instant(Math.min(cap, nativeExpiry)) : cap;
}

/** How long the VM was open before this link was made. Links that were open side by side count once. */
function openBefore(
  { vmId, createdAt }: Pick<Judgeable, "createdAt" | "vmId">,
  past: readonly PastLink[],
): Milliseconds {
  const lives = past.filter(({ vmKey }) => vmKey === vmKeyOf(vmId)).sort((a, b) => a.openedAt - b.openedAt);
  let total = 0;
  let countedTo = 0;
  for (const { openedAt, closedAt } of lives) {
    const end = Math.min(closedAt, createdAt);
    total += Math.max(0, end - Math.max(openedAt, countedTo));
    countedTo = Math.max(countedTo, end);
  }
  return total;
}
