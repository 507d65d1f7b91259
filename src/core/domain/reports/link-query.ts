import { idKey, resourceName } from "../arm-id.ts";
import { ownerOf } from "../attribution/attribution.ts";
import type { ClosedBy, ClosedLink, LinkId, LinkStatus, TrackedLink } from "../links/link.ts";
import { callerKey } from "../attribution/signal.ts";
import type { BastionHistory } from "../state/bastion-rows.ts";
import { isoInstant, type Instant, type Milliseconds } from "../time.ts";

/** One life of a link as a list tells of it: as it is, or as it was when it ended. */
export interface LinkLine {
  readonly linkId: LinkId;
  readonly life: number;
  readonly state: LinkStatus | ClosedBy;
  readonly bastionId: string;
  readonly vmId: string;
  readonly createdAt: Instant;
  readonly owner: string | undefined;
  /** Everything that the one known creator goes by, lower case. */
  readonly creator: readonly string[];
  readonly deadline: Instant | undefined;
  /** The rule that matched for certain. */
  readonly rule: string | undefined;
  readonly tightenedBy: readonly string[];
  readonly extendedUntil: Instant | undefined;
  /** An operator asked to revoke it. */
  readonly demanded: boolean;
  readonly closedAt: Instant | undefined;
}

/** The states of a link that Azure may still list, which is what a query without a state asks for. */
export const openStates = ["open", "warned", "revoking", "revoke-failed"] as const;
/** How a link's life can have ended. */
export const closedStates = [
  "revoked-by-watchdog",
  "perhaps-by-watchdog",
  "deleted-by-other",
  "switched-off",
  "gone-with-bastion",
] as const satisfies readonly ClosedBy[];
/** The states that a link can have in the list. */
export const linkStates = [...openStates, ...closedStates] as const;
/** What the list can be asked for by state: one, all that mean the end, or all. */
export const askedStates = [...linkStates, "closed", "any"] as const;

/** What `sort` of `GET /api/links` may name, with a minus in front for descending order. */
export const linkSorts = ["deadline", "created", "closed", "vm", "bastion", "owner"] as const;
/** Names sort regardless of case, a missing value as an empty text; ties by bastion, link ID and life. */
export type LinkSort = (typeof linkSorts)[number];

/** What is asked of the list; all that is given must hold. Names and ids compare case-insensitively. */
export interface LinkQuery {
  /** Without it: whatever is open. */
  readonly state?: (typeof askedStates)[number] | undefined;
  /** How long ago a link may have been closed. */
  readonly closedWithin: Milliseconds;
  readonly olderThan?: Milliseconds | undefined;
  readonly youngerThan?: Milliseconds | undefined;
  /** A part of the name as it is shown. */
  readonly owner?: string | undefined;
  /** The whole object id, user principal name, name or application id of a creator who is known. */
  readonly creator?: string | undefined;
  /** ARM id or name. */
  readonly bastion?: string | undefined;
  /** ARM id or name. */
  readonly vm?: string | undefined;
  readonly rule?: string | undefined;
  readonly sort: LinkSort;
  readonly descending: boolean;
  readonly limit: number;
  /** The place of the last line of the page before. */
  readonly after?: LinkPlace | undefined;
}

/** What a line is sorted by, and behind it what makes it the only one there. */
export type LinkPlace = readonly [sorted: string, bastionKey: string, linkId: LinkId, life: string];

/** One page of a list, at most `limit` lines. */
export interface LinkLines {
  /** How many fit, on all pages. */
  readonly found: number;
  readonly lines: readonly LinkLine[];
  /** The place of the last line, if there are more. */
  readonly next: LinkPlace | undefined;
}

/** Whether a question is about links that are closed, too. */
export const asksForClosed = ({ state }: LinkQuery): boolean =>
  state !== undefined && !openStates.some((open) => open === state);

/** Every life that the rows of a bastion know. One that ended while they were read is told as closed. */
export function linkLines({ bastion, watched, closed }: BastionHistory): readonly LinkLine[] {
  const ended = new Set(closed.map(({ link }) => lifeKey(link)));
  return [
    ...watched.links
      .filter((link) => !ended.has(lifeKey(link)))
      .map((link) => ({ ...lineOf(bastion.id, link), state: link.status, closedAt: undefined })),
    ...closed.map(({ link, closedBy: state, closedAt }: ClosedLink) => ({
      ...lineOf(bastion.id, link),
      ...{ state, closedAt },
    })),
  ];
}

const lifeKey = ({ linkId, life }: TrackedLink): string => `${linkId}:${life}`;

function lineOf(bastionId: string, link: TrackedLink): Omit<LinkLine, "state" | "closedAt"> {
  const { linkId, life, vmId, createdAt, attribution, deadline, rule, tightenedBy, extension, demanded } =
    link;
  const named = attribution.kind === "known" ? attribution.caller : undefined;
  const names = named
    ? [callerKey(named), named.objectId, named.userPrincipalName, named.name, named.appId]
    : [];
  return {
    ...{ linkId, life, bastionId, vmId, createdAt, deadline, rule, tightenedBy },
    owner: ownerOf(attribution),
    creator: names.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()])),
    extendedUntil: extension?.until,
    demanded: demanded !== undefined,
  };
}

/**
 * The lines that fit, in order, one page of them. Pages hold together while links come and go: each goes on
 * behind a line, not at a number.
 */
export function selectLinks(lines: readonly LinkLine[], query: LinkQuery, now: Instant): LinkLines {
  const { sort, descending, after, limit } = query;
  const sign = descending ? -1 : 1;
  const fitting = lines
    .filter((line) => fits(line, query, now))
    .map((line) => ({ line, place: placeOf(line, sort) }))
    .sort((a, b) => sign * compare(a.place, b.place));
  const rest =
    after === undefined ? fitting : fitting.filter(({ place }) => sign * compare(place, after) > 0);
  const page = rest.slice(0, limit);
  return {
    found: fitting.length,
    lines: page.map(({ line }) => line),
    next: rest.length > limit ? page.at(-1)?.place : undefined,
  };
}

const fits = (line: LinkLine, query: LinkQuery, now: Instant): boolean =>
  isInState(line, query) && isOfAge(line, query, now) && isOf(line, query);

function isInState({ state, closedAt }: LinkLine, { state: wanted }: LinkQuery): boolean {
  if (wanted === "any") return true;
  if (wanted === "closed") return closedAt !== undefined;
  return wanted === undefined ? closedAt === undefined : state === wanted;
}

function isOfAge(
  { createdAt, closedAt }: LinkLine,
  { olderThan = -Infinity, youngerThan = Infinity }: LinkQuery,
  now: Instant,
): boolean {
  const age = (closedAt ?? now) - createdAt;
  return age > olderThan && age < youngerThan;
}

const isOf = (line: LinkLine, { owner = "", creator, rule, bastion, vm }: LinkQuery): boolean =>
  lower(line.owner).includes(lower(owner)) &&
  (creator === undefined || line.creator.includes(lower(creator))) &&
  (rule === undefined || rulesOf(line).some((name) => lower(name) === lower(rule))) &&
  isNamed(line.bastionId, bastion) &&
  isNamed(line.vmId, vm);

const rulesOf = ({ rule, tightenedBy }: LinkLine): readonly string[] => [rule ?? "", ...tightenedBy];

const lower = (text = ""): string => text.toLowerCase();

const isNamed = (armId: string, wanted: string | undefined): boolean =>
  wanted === undefined || [idKey(armId), idKey(resourceName(armId))].includes(idKey(wanted));

const placeOf = (line: LinkLine, sort: LinkSort): LinkPlace => [
  sortedBy[sort](line),
  idKey(line.bastionId),
  line.linkId,
  String(line.life),
];

const sortedBy: Readonly<Record<LinkSort, (line: LinkLine) => string>> = {
  deadline: ({ deadline }) => (deadline === undefined ? "" : isoInstant(deadline)),
  created: ({ createdAt }) => isoInstant(createdAt),
  closed: ({ closedAt }) => (closedAt === undefined ? "" : isoInstant(closedAt)),
  vm: ({ vmId }) => idKey(resourceName(vmId)),
  bastion: ({ bastionId }) => idKey(resourceName(bastionId)),
  owner: ({ owner }) => lower(owner),
};

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? 0 : (a[at] ?? "") < (b[at] ?? "") ? -1 : 1;
}
