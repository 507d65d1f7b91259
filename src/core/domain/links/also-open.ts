import { isSameId, vmKeyOf } from "../arm-id.ts";
import { earliest, type Instant } from "../time.ts";
import type { Life } from "./lives.ts";

/** Other links to a VM of which one is gone, on whichever bastions, and until when the last of them is open as far as is known. */
export interface StillOpen {
  readonly vmId: string;
  readonly links: number;
  readonly until: Instant;
  readonly bastionIds: readonly string[];
}

const mostNamed = 5;

/** Past its own end a link leads nowhere, listed or not. */
const openUntil = ({ until, expiresAt = until }: Life): Instant => earliest([until, expiresAt]) ?? until;

/** What is known of where VMs are open. */
interface OpenLives {
  readonly now: Instant;
  /** By VM key. */
  readonly lives: ReadonlyMap<string, readonly Life[]>;
  /** What the bastion that is spoken of lists says more than a row of one of its lives. */
  readonly bastionId: string;
  readonly listed: readonly Pick<Life, "linkId">[];
}

/** Other links to VMs of which one is gone that stay open, on whichever bastion, as far as `|lives` knows. */
export function alsoOpen(
  vmIds: readonly string[],
  { now, lives, bastionId, listed }: OpenLives,
): readonly StillOpen[] {
  const isGoneHere = (life: Life) =>
    isSameId(life.bastionId, bastionId) && !listed.some(({ linkId }) => linkId === life.linkId);
  const byKey = new Map(vmIds.map((vmId) => [vmKeyOf(vmId), vmId]));
  const open = [...byKey].flatMap(([vmKey, vmId]) => {
    const others = (lives.get(vmKey) ?? []).filter(
      (life) => !life.ended && openUntil(life) > now && !isGoneHere(life),
    );
    const [until] = others.map(openUntil).sort((a, b) => b - a);
    const bastionIds = [...new Set(others.map((life) => life.bastionId))].slice(0, mostNamed);
    return until === undefined ? [] : [{ vmId, links: others.length, until, bastionIds }];
  });
  return open.slice(0, mostNamed);
}
