/** What became of what an alert says by the time it is sent: its own facts stay as they were decided. */
import { actorOfAll } from "./alert-actor.ts";
import { traitsOf, type AlertKind } from "./alert-kinds.ts";
import { alertLink, newsOf, type Alert, type AlertLink, type GoneLink } from "./alert.ts";
import { vmKeyOf } from "../arm-id.ts";
import type { ClosedLink, LinkId, TrackedLink } from "../links/link.ts";
import type { Life } from "../links/lives.ts";
import { alsoOpen, type StillOpen } from "../links/also-open.ts";
import type { Instant } from "../time.ts";

/** What the row of a bastion says that an alert may speak of. */
interface HostNow {
  readonly unreadable: { readonly gone: boolean; readonly partly: boolean } | undefined;
  readonly featureOn: boolean | undefined;
}

/** What the rows of a partition hold of some links. */
export interface Recalled {
  readonly host: HostNow | undefined;
  readonly open: readonly TrackedLink[];
  readonly closed: readonly ClosedLink[];
  /** By VM key, of those VMs that were asked for. */
  readonly lives: ReadonlyMap<string, readonly Life[]>;
}

/** Links and their lives, and VMs by key: of them whatever else is open. */
export interface Asked {
  readonly lives: readonly (readonly [LinkId, number])[];
  readonly vmKeys: readonly string[];
}

/** What an alert speaks of. Where it says that a link is gone, what else is open to the VM belongs to it. */
export const askedFor = (alert: Alert): Asked => ({
  lives: alert.links.map(({ linkId, life }) => [linkId, life]),
  vmKeys: areGone(alert) ? [...new Set(alert.links.map(({ vmId }) => vmKeyOf(vmId)))] : [],
});

/** When what an alert says was so. */
export const momentOf = ({ at, asOf }: Pick<Alert, "at" | "asOf">): Instant =>
  asOf === undefined || asOf.isUnread ? at : asOf.at;

/** The alert as it is to be sent at `at`; undefined: its rows could not be read. */
export function asOf(alert: Alert, recalled: Recalled | undefined, at: Instant): Alert {
  if (!recalled) return { ...alert, asOf: { at, open: [], gone: [], holds: true, isUnread: true } };
  const ids = new Set<string>(alert.links.map(({ linkId }) => linkId));
  const open = recalled.open.filter(({ linkId }) => ids.has(linkId));
  const isOpen = ({ linkId }: Pick<AlertLink, "linkId">) => open.some((link) => link.linkId === linkId);
  const gone = recalled.closed.filter(
    ({ link }) => !isOpen(link) && alert.links.some((one) => isSameLife(one, link)),
  );
  // Azure may have given a VM another name, and its links another ID with it: what became of those is not known.
  const isLost = (one: AlertLink) => !isOpen(one) && !gone.some(({ link }) => isSameLife(one, link));
  return {
    ...alert,
    asOf: {
      at,
      open: open.map(alertLink),
      gone: gone.map(goneLink),
      holds: holdsStill(alert, recalled.host),
      ...(areGone(alert) && { alsoOpen: othersOpen(alert, recalled, at) }),
      ...(alert.links.some(isLost) && { isUnread: true as const }),
    },
  };
}

const othersOpen = (
  { links, bastionId = "" }: Alert,
  { open: listed, lives }: Recalled,
  now: Instant,
): readonly StillOpen[] =>
  alsoOpen(
    links.map(({ vmId }) => vmId),
    { now, lives, bastionId, listed },
  );

const isSameLife = (one: AlertLink, other: AlertLink): boolean =>
  one.linkId === other.linkId && one.life === other.life;

function goneLink({ link, closedAt, closedBy, actor }: ClosedLink): GoneLink {
  const { linkId, life, vmId, createdAt } = link;
  const deleter = actor.kind === "unknown" ? undefined : actorOfAll([actor]);
  return { linkId, life, vmId, createdAt, at: closedAt, closedBy, ...(deleter && { deleter }) };
}

/** What the row of the bastion says of it by then, of a kind that speaks of the bastion itself. */
const stillSo: Partial<Readonly<Record<AlertKind, (host: HostNow) => boolean>>> = {
  unreadable: ({ unreadable }) => unreadable !== undefined && !unreadable.partly,
  "read-partly": ({ unreadable }) => unreadable?.partly === true,
  "bastion-again": ({ unreadable }) => unreadable?.gone !== true,
  "readable-again": ({ unreadable }) => unreadable === undefined,
  "feature-on": ({ featureOn }) => featureOn === true,
  "feature-off": ({ featureOn }) => featureOn === false,
  "bastion-deleted": ({ unreadable }) => unreadable?.gone === true,
  "scope-left": () => true,
};

const holdsStill = (alert: Alert, host: HostNow | undefined): boolean =>
  host === undefined || (stillSo[newsOf(alert)]?.(host) ?? true);

const areGone = (alert: Alert): boolean => traitsOf(newsOf(alert)).links === "gone";

/** Of the links that an alert says are open, or were found, those that are gone by the time it is sent. */
export const goneSince = (alert: Alert): readonly GoneLink[] =>
  areGone(alert) ? [] : (alert.asOf?.gone ?? []);

/** Of the links that an alert says are gone, those that are listed again by the time it is sent. */
export const listedAgain = (alert: Alert): readonly AlertLink[] =>
  areGone(alert) ? (alert.asOf?.open ?? []) : [];

/** All of its links are gone since. */
export const isOver = (alert: Alert): boolean =>
  alert.linkCount > 0 && goneSince(alert).length === alert.linkCount;

/** A link whose own end in Azure has passed. Azure may list it all the same. */
export const isExpired = ({ nativeExpiry }: Pick<AlertLink, "nativeExpiry">, at: Instant): boolean =>
  nativeExpiry !== undefined && nativeExpiry <= at;

/** Of an alert whose links are open: all of those have passed their own end in Azure. */
export const areExpired = (alert: Alert): boolean =>
  alert.links.length > 0 &&
  alert.links.length === alert.linkCount &&
  !areGone(alert) &&
  !isOver(alert) &&
  alert.links.every((link) => isExpired(link, momentOf(alert)));

/** The alert as people read it: of its links those that are still open, as they are by then; where none is, all of them. Of links that are gone: what else is open by then. */
export function asRead(alert: Alert): Alert {
  const gone = goneSince(alert);
  if (!alert.asOf) return alert;
  if (areGone(alert)) return withOthers(alert, alert.asOf.alsoOpen);
  const now = new Map(alert.asOf.open.map((link) => [link.linkId, link]));
  const links = alert.links.map((link) => now.get(link.linkId) ?? link);
  if (isOver(alert)) return { ...alert, links };
  const left = links.filter((link) => !gone.some((one) => isSameLife(link, { ...link, ...one })));
  return {
    ...alert,
    links: left,
    linkCount: alert.linkCount - gone.length,
    asOf: { ...alert.asOf, gone: [] },
  };
}

function withOthers(alert: Alert, vms: readonly StillOpen[] | undefined): Alert {
  if (!vms) return alert;
  const notes = alert.notes.filter(({ kind }) => kind !== "also-open");
  return { ...alert, notes: vms.length === 0 ? notes : [{ kind: "also-open", vms }, ...notes] };
}
