import { isSameId, vmKeyOf } from "../../arm-id.ts";
import { matchEntries } from "../../links/entries.ts";
import type { ClosedLink, LinkId, ListedLink, TrackedLink } from "../../links/link.ts";
import {
  comesAfterRevocation,
  countedUntil,
  lifeKey,
  lifeOf,
  shortestWindow,
  timeOpen,
  windowOf,
  type Life,
} from "../../links/lives.ts";
import type { Comeback, UsedLifetime } from "../../links/vm-time.ts";
import { after, type Instant } from "../../time.ts";
import { usableCreation } from "../../links/created-at.ts";
import { verdictOn, type Situation } from "../situation.ts";

/** Which rows of `|lives` a decision changes. */
export interface LivesStep {
  /** Written before the commit: lives that it opens. */
  readonly opening: readonly Life[];
  /** Written after the commit, and again before the next. */
  readonly following: readonly Life[];
}

type Lasting = Pick<TrackedLink, "vmId" | "attribution" | "createdAt" | "linkId" | "life">;

const windowFor = (link: Pick<TrackedLink, "vmId" | "attribution" | "tags">, situation: Situation) =>
  windowOf(verdictOn(link, situation).maxLifetime);

/** How long the VM was open before the link was made; undefined: its rows were not read. */
export function usedBefore(
  link: Lasting & Pick<TrackedLink, "tags">,
  situation: Situation,
): UsedLifetime | undefined {
  const others = othersOf(link, situation);
  if (!others) return undefined;
  const window = windowFor(link, situation);
  return { window, length: timeOpen(others, after(link.createdAt, -window), link.createdAt) };
}

function othersOf(link: Lasting, { lives }: Situation): readonly Life[] | undefined {
  const vmKey = vmKeyOf(link.vmId);
  const own = lifeKey({ ...link, vmKey });
  return lives?.get(vmKey)?.filter((life) => lifeKey(life) !== own);
}

/** The link with its VM's time as the policy in force counts it, where that is another window than before. */
export function withLifetime(link: TrackedLink, situation: Situation): TrackedLink {
  const used = usedBefore(link, situation);
  return used === undefined || used.window === link.usedBefore?.window ? link : { ...link, usedBefore: used };
}

/** What an operator gave the VM that still holds when a link is made. */
export const givenBefore = (link: Lasting, situation: Situation): TrackedLink["given"] =>
  (othersOf(link, situation) ?? [])
    .flatMap(({ given }) => (given && given.until > link.createdAt ? [given] : []))
    .sort((a, b) => b.until - a.until)[0];

/** What a link comes after; undefined where its VM had none for 30 days. `goesOn`: its id was closed, and is listed again now. */
export function comebackOf(link: Lasting, situation: Situation, goesOn: boolean): Comeback | undefined {
  const { now } = situation;
  const opened = goesOn ? now : link.createdAt;
  const others = (othersOf(link, situation) ?? []).filter(
    ({ from, until }) => from < opened && until > after(opened, -shortestWindow),
  );
  const times =
    1 + new Set(others.flatMap((life) => (life.linkId === link.linkId ? [] : [life.linkId]))).size;
  const afterRevocation =
    others.some((life) => comesAfterRevocation(life, opened)) || isGoingNow(link, opened, situation);
  return times > 1 || afterRevocation || goesOn
    ? { times, afterRevocation, goesOnSince: goesOn ? now : undefined }
    : undefined;
}

/** A link of the VM that the watchdog asked to go is gone in the very list that shows this one. */
function isGoingNow({ vmId }: Lasting, opened: Instant, { observation, watched, now }: Situation): boolean {
  if (observation.kind !== "listed") return false;
  return matchEntries(observation.listing, watched.links, now).absent.some(
    (gone) => isSameId(gone.vmId, vmId) && gone.intent !== undefined && opened >= gone.intent.askedAt,
  );
}

/** The VMs whose rows a decision needs: those of links that begin, that the list lacks, and whose time counts within another window now. */
export function livesAsked(situation: Situation): readonly string[] {
  const { observation, watched, now } = situation;
  const isAnother = (link: TrackedLink) => link.usedBefore?.window !== windowFor(link, situation);
  const isListed = observation.kind === "listed";
  const begun = isListed ? newIn(observation.listing, watched.links, now) : [];
  const absent = isListed ? matchEntries(observation.listing, watched.links, now).absent : [];
  const vmIds = [...watched.links.filter(isAnother), ...begun, ...absent].map(({ vmId }) => vmKeyOf(vmId));
  return [...new Set(vmIds)];
}

function newIn(...about: Parameters<typeof matchEntries>): readonly ListedLink[] {
  const { newLinks, newHoles } = matchEntries(...about);
  return [...newLinks, ...newHoles];
}

/** Lives that are closed and whose id is listed again. */
export function closedAsked({
  observation,
  watched,
  host,
  now,
}: Situation): readonly (readonly [LinkId, number])[] {
  if (observation.kind !== "listed") return [];
  return newIn(observation.listing, watched.links, now).flatMap(({ linkId }) => {
    const past = host.past.find((link) => link.linkId === linkId);
    return past ? [[linkId, past.life] as const] : [];
  });
}

/** VMs that have another id since the last look, old key and new. */
export function movedVms({ observation, watched, now }: Situation): ReadonlyMap<string, string> {
  if (observation.kind !== "listed") return new Map();
  const { entryOf } = matchEntries(observation.listing, watched.links, now);
  const moved = watched.links.flatMap(({ linkId, vmId }) => {
    const entry = entryOf.get(linkId);
    return entry && !isSameId(entry.vmId, vmId) ? [[vmKeyOf(vmId), vmKeyOf(entry.vmId)] as const] : [];
  });
  return new Map(moved);
}

/** The same life as it goes on: old clock and old end, which no notice moves any more under this configuration. */
export function goesOn({ link }: ClosedLink, listed: ListedLink, situation: Situation): TrackedLink {
  const { now, configuration } = situation;
  const created = usableCreation(listed.createdAt, now);
  const again = {
    ...link,
    ...{ life: link.life + 1, vmId: listed.vmId, nativeExpiry: listed.nativeExpiry },
    ...(created !== undefined && { createdAt: created, createdAtSource: "azure" as const }),
    ...{ status: "open" as const, announced: false, notice: undefined, noticeSpentUnder: configuration },
    ...{ intent: undefined, hole: undefined, missingSince: undefined, wouldRevokeToldAt: undefined },
  };
  return { ...again, comeback: comebackOf(again, situation, true) };
}

/** What of a look counts, beside the links that are open. */
interface Counting {
  readonly close: readonly ClosedLink[];
  readonly renamed: readonly TrackedLink[];
  readonly seen: ReadonlySet<LinkId>;
}

/** Sets until when each open link counts, and says which rows that changes. */
export function countLives(
  links: readonly TrackedLink[],
  { close, renamed, seen }: Counting,
  { watched, bastion, now }: Situation,
): LivesStep & { readonly links: readonly TrackedLink[] } {
  const counted = links.map((link) => ({
    ...link,
    countedUntil: countedUntil(link, now, seen.has(link.linkId)),
  }));
  const before = new Map(
    watched.links.map((link) => [link.linkId, JSON.stringify(lifeOf(link, bastion.id))]),
  );
  const rows = counted.map((link) => lifeOf(link, bastion.id));
  return {
    links: counted,
    opening: rows.filter(({ linkId }) => !before.has(linkId)),
    following: [
      ...rows.filter((row) => before.has(row.linkId) && before.get(row.linkId) !== JSON.stringify(row)),
      ...renamed.map((link) => ({ ...lifeOf(link, bastion.id), until: now, ended: true })),
      ...close.map((closed) => closedLife(closed, bastion.id)),
    ],
  };
}

const takenDown: readonly ClosedLink["closedBy"][] = ["revoked-by-watchdog", "perhaps-by-watchdog"];

const closedLife = ({ link, closedAt, closedBy }: ClosedLink, bastionId: string): Life => ({
  ...lifeOf(link, bastionId),
  until: closedAt,
  ended: true,
  revoked:
    link.intent && takenDown.includes(closedBy)
      ? { askedAt: link.intent.askedAt, forbidden: !link.allowed }
      : undefined,
});
