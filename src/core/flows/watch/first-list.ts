import type { ListedLink } from "../../domain/links/link.ts";
import type { Observation } from "../../domain/links/observation.ts";
import { usableCreation } from "../../domain/links/created-at.ts";
import { reasonOf } from "../../domain/foreign.ts";
import { earliest, instant, type Instant } from "../../domain/time.ts";
import type { Watched } from "../../domain/state/watched.ts";
import { firstListsIn, readLineEnd } from "../store/read-anchors.ts";
import type { Run } from "./run.ts";

/**
 * When the first complete list of any bastion of this subscription began; what was created before is older than the watchdog. The first
 * complete list of each bastion notes it, and the earliest stands, in the table or in an anchor: who empties the table gains nothing. Asked for only
 * where a link that just appeared may be older; while no list was complete, the end of time.
 */
export async function firstListBegan(
  { bastion: { subscriptionId }, ports }: Run,
  { host, links }: Watched,
  observation: Observation,
): Promise<Instant | undefined> {
  if (observation.kind !== "listed") return undefined;
  const checkedAt = host?.checkedAt;
  const { listing, startedAt } = observation;
  if (checkedAt === undefined && listing.complete) await ports.table.noteWatched(subscriptionId, startedAt);
  const known = new Set(links.map(({ linkId }) => linkId));
  const mayBeOlder = ({ linkId, createdAt }: ListedLink) =>
    !known.has(linkId) && (usableCreation(createdAt, startedAt) ?? 0) < (checkedAt ?? Infinity);
  if (![...listing.links, ...listing.holes].some(mayBeOlder)) return undefined;
  const noted = await Promise.all([
    ports.table.watchedSince(subscriptionId),
    anchoredSince(subscriptionId, startedAt, ports),
  ]);
  return earliest(noted.filter((since) => since !== undefined)) ?? instant(Number.MAX_SAFE_INTEGER);
}

/** Evidence that cannot be read keeps no link from being judged: then the table alone counts. */
async function anchoredSince(
  subscriptionId: string,
  now: Instant,
  { evidence, log }: Run["ports"],
): Promise<Instant | undefined> {
  try {
    const lists = firstListsIn(await readLineEnd(evidence, now));
    return lists.find((list) => list.subscriptionId === subscriptionId)?.since;
  } catch (error) {
    log.warn("Anchors not read for a first list", { why: reasonOf(error) });
    return undefined;
  }
}
