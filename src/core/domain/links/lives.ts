/** How long VMs were open, over all their links on all bastions: the rows of the partition `|lives`. */
import { vmKeyOf } from "../arm-id.ts";
import { mayBeCreator } from "../attribution/actor.ts";
import { after, days, hours, instant, type Instant, type Milliseconds } from "../time.ts";
import type { LinkId, TrackedLink } from "./link.ts";
import type { TimeGiven } from "./vm-time.ts";

/** One life of a link, as far as it counts for its VM. */
export interface Life {
  readonly vmKey: string;
  readonly linkId: LinkId;
  readonly life: number;
  /** ARM id of its bastion, whose reconcile alone writes the row. */
  readonly bastionId: string;
  readonly from: Instant;
  /** Its end, or how long it counts at most while nobody knows more. */
  readonly until: Instant;
  /** Its own end in Azure, if it has one: whatever is listed after that leads nowhere. */
  readonly expiresAt?: Instant | undefined;
  /** It was closed. Whoever stood still and writes the row as open afterwards changes nothing. */
  readonly ended: boolean;
  /** The watchdog took it down: when it last asked for that, and whether the link was forbidden. */
  readonly revoked: { readonly askedAt: Instant; readonly forbidden: boolean } | undefined;
  readonly given: TimeGiven | undefined;
}

/** How far back a VM's time counts at least, and how long rows are kept. */
export const shortestWindow = days(30);

/** Within what a lifetime counts. */
export const windowOf = (maxLifetime: Milliseconds): Milliseconds => Math.max(shortestWindow, maxLifetime);

/** What keeps lives apart, also within one VM. */
export const lifeKey = ({ vmKey, linkId, life }: Pick<Life, "vmKey" | "linkId" | "life">): string =>
  `${vmKey}:${linkId}:${life}`;

/** The union of these lives between two moments: links that were open side by side count once. */
export function timeOpen(lives: readonly Life[], from: Instant, until: Instant): Milliseconds {
  let total = 0;
  let countedTo: number = from;
  for (const life of lives.toSorted((a, b) => a.from - b.from)) {
    const end = Math.min(life.until, until);
    total += Math.max(0, end - Math.max(life.from, countedTo));
    countedTo = Math.max(countedTo, end);
  }
  return total;
}

/** What of a link its lifetime rests on. */
export type Lifetimed = Pick<TrackedLink, "attribution"> & Partial<Pick<TrackedLink, "usedBefore" | "given">>;

/** Until when an operator lets the VM be open whatever it has used; undefined also where they turned out to be the link's creator, or perhaps. */
export const givenUntil = ({ given, attribution }: Lifetimed): Instant | undefined =>
  given && !mayBeCreator(attribution, given) ? given.until : undefined;

/** Whether the VM had used its lifetime when the link was made, and nobody has given it more. */
export const isSpent = (link: Lifetimed, maxLifetime: Milliseconds): boolean =>
  (link.usedBefore?.length ?? 0) >= maxLifetime && givenUntil(link) === undefined;

/** The row of a link that is open. */
export const lifeOf = (link: TrackedLink, bastionId: string): Life => ({
  ...{ vmKey: vmKeyOf(link.vmId), linkId: link.linkId, life: link.life, bastionId },
  from: link.comeback?.goesOnSince ?? link.createdAt,
  until: link.countedUntil,
  ...(link.nativeExpiry !== undefined && { expiresAt: link.nativeExpiry }),
  ended: false,
  revoked: undefined,
  given: link.given,
});

/** How far ahead a link counts that is open past its end. */
const ahead = hours(1);

/** Until when an open link counts: its end, or the end of the lease of its delete; once that is over, an hour from now at a time while it is listed. */
export function countedUntil(
  { deadline, intent, countedUntil: before }: Pick<TrackedLink, "deadline" | "intent" | "countedUntil">,
  now: Instant,
  isListed: boolean,
): Instant {
  const end = intent?.leaseUntil ?? deadline;
  if (end > now) return end;
  return before > now || !isListed ? before : after(now, ahead);
}

/** How long after a revocation a new link is more than an opening: an hour, a day where the link was forbidden. */
export const comesAfterRevocation = ({ until, revoked }: Life, opened: Instant): boolean =>
  revoked !== undefined &&
  opened >= revoked.askedAt &&
  opened <= after(instant(Math.max(until, revoked.askedAt)), revoked.forbidden ? days(1) : hours(1));
