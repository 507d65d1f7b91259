import type { ListedLink } from "../../domain/links/link.ts";
import type { Observation } from "../../domain/links/observation.ts";
import { usableCreation } from "../../domain/links/created-at.ts";
import { instant, type Instant } from "../../domain/time.ts";
import type { Watched } from "../../domain/state/watched.ts";
import type { Run } from "./run.ts";

/**
 * When the first complete list of any bastion of this subscription began; what was created before is older than the watchdog. The first
 * complete list of each bastion notes it, and the earliest stands. Asked for only where a link that just appeared may be older; while no list was complete,
 * the end of time.
 */
export async function firstListBegan(
  { bastion: { subscriptionId }, ports: { table } }: Run,
  { host, links }: Watched,
  observation: Observation,
): Promise<Instant | undefined> {
  if (observation.kind !== "listed") return undefined;
  const checkedAt = host?.checkedAt;
  const { listing, startedAt } = observation;
  if (checkedAt === undefined && listing.complete) await table.noteWatched(subscriptionId, startedAt);
  const known = new Set(links.map(({ linkId }) => linkId));
  const mayBeOlder = ({ linkId, createdAt }: ListedLink) =>
    !known.has(linkId) && (usableCreation(createdAt, startedAt) ?? 0) < (checkedAt ?? Infinity);
  if (![...listing.links, ...listing.holes].some(mayBeOlder)) return undefined;
  return (await table.watchedSince(subscriptionId)) ?? instant(Number.MAX_SAFE_INTEGER);
}
