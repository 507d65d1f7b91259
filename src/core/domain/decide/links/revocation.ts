import { isCertainly } from "../../links/entries.ts";
import type { LinkId, LinkListing, TrackedLink } from "../../links/link.ts";
import type { Revocation } from "../../links/observation.ts";
import type { OwnDeletes } from "../../links/own-deletes.ts";
import type { Instant } from "../../time.ts";

/** After so many deletes by token that Azure took and that changed nothing, the token is no way to delete the link. */
const triesByToken = 2;

interface Deletes {
  readonly revoke: readonly LinkId[];
  /** All links that Azure was or is to be asked to delete: each of them was announced, is due, and passed the breaker, so that it may go with its VM. Nothing else may. */
  readonly asked: readonly TrackedLink[];
  /** The row as it was committed with these deletes. */
  readonly host: Pick<OwnDeletes, "ownDeletes">;
}

/** How the links of `revoke` are deleted: by the token that the list at hand brought, else by VM. */
export function revocationOf(
  { revoke, asked, host }: Deletes,
  listing: LinkListing,
  now: Instant,
): Revocation {
  const isListed = (linkId: LinkId) => listing.links.some((entry) => entry.linkId === linkId);
  const wanted = asked.filter(({ linkId }) => revoke.includes(linkId));
  const goesByToken = (link: TrackedLink) => isListed(link.linkId) && triedInVain(link, host) < triesByToken;
  return {
    byToken: wanted.filter(goesByToken).map(({ linkId }) => linkId),
    byVm: wanted.filter((link) => !goesByToken(link)).map(({ linkId, vmId }) => ({ linkId, vmId })),
    mayGo: (entry) =>
      asked.some(
        (link) =>
          (link.hole?.isOwnLife !== true && link.linkId === entry.linkId) || isCertainly(entry, link, now),
      ),
    correlationId: host.ownDeletes[0]?.correlationId,
  };
}

/** How many deletes before this one Azure took, or may have taken. */
function triedInVain({ intent }: TrackedLink, { ownDeletes }: Pick<OwnDeletes, "ownDeletes">): number {
  const before = intent?.correlationIds.slice(0, -1) ?? [];
  return before.filter((id) => ownDeletes.find((one) => one.correlationId === id)?.answer !== "refused")
    .length;
}
