import type { IdentifiedCall } from "./routes.ts";
import { ServiceError } from "./reply.ts";
import type { World } from "../world.ts";

/**
 * ARM's token buckets, each for one caller, one subscription and one kind of request: how many at once, how many more a second. And how many
 * are said to be left, which is another number. A POST that reads counts as a write.
 */
const limits = {
  reads: { size: 250, perSecond: 25, said: 11_999 },
  writes: { size: 200, perSecond: 10, said: 1_199 },
  deletes: { size: 200, perSecond: 10, said: 14_999 },
} as const;

/** Takes one request out of its bucket, or refuses it with 429. */
export function requireBudget(
  { method, url, caller }: IdentifiedCall,
  { memory, settings, timeline }: World,
): void {
  if (!settings.limitsRequests) return;
  const kind = kindOf(method);
  const { size, perSecond } = limits[kind];
  const [, subscription = "tenant"] = /^\/subscriptions\/([^/]+)/i.exec(url.pathname.toLowerCase()) ?? [];
  const key = [caller.oid, subscription, kind].join();
  const now = timeline.now();
  const before = memory.buckets.get(key) ?? { left: size, at: now };
  const left = Math.min(size, before.left + ((now - before.at) / 1_000) * perSecond);
  if (left < 1) throw exhausted(kind, Math.ceil((1 - left) / perSecond));
  memory.buckets.set(key, { left: left - 1, at: now });
}

function kindOf(method: string): keyof typeof limits {
  if (method === "GET") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}

/** What every answer of the service says of the caller's budget. Counters are many in Azure, so that the number also rises. */
export function remainingBudget({ method }: IdentifiedCall, { chance }: World): Record<string, string> {
  const kind = kindOf(method);
  const left = limits[kind].said - (kind === "reads" ? Math.floor(3 * chance.number("budget")) : 0);
  return { [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(left) };
}

function exhausted(kind: string, waitInSeconds: number): ServiceError {
  const headers = { "Retry-After": String(waitInSeconds) };
  const message = `Number of '${kind}' requests for the subscription and principal exceeded the limit. Please try again after '${waitInSeconds}' seconds.`;
  return new ServiceError({ status: 429, code: "SubscriptionRequestsThrottled", headers }, message);
}
