import { idKey, resourceName, vmKeyOf } from "../arm-id.ts";
import { ownerOf } from "../attribution/attribution.ts";
import type { ClosedBy, LinkId, LinkStatus, PastLink, TrackedLink } from "../links/link.ts";
import { callerKey } from "../attribution/signal.ts";
import type { BastionRows } from "../state/bastion-rows.ts";
import { isoInstant, type Instant, type Milliseconds } from "../time.ts";

/**
 * One life of a link as a list tells of it: open, or closed within the last month. Of a closed one the rows
 * no longer say everything.
 */
export interface LinkLine {
  readonly linkId: LinkId;
  readonly life: number;
  readonly state: LinkStatus | ClosedBy;
  readonly bastionId: string;
  readonly vmId: string | undefined;
  readonly vmKey: string;
  readonly createdAt: Instant;
  readonly owner: string | undefined;
  /** Everything that the one known creator goes by, lower case. */
  readonly creator: readonly string[];
  readonly deadline: Instant | undefined;
  /** The rule that matched for certain. */
  readonly rule: string | undefined;
  readonly tightenedBy: readonly string[];
  readonly extendedUntil: Instant | undefined;
  /** A person asked for it to be taken down. */
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
/** What the list can be asked for by state. */
export const linkStates = [...openStates, ...closedStates] as const;

/** What `sort` of `GET /api/links` may name, with a minus in front for descending order. */
export const linkSorts = ["deadline", "created", "vm", "bastion", "owner"] as const;
/** Names sort regardless of case, a missing value as an empty text; ties by bastion, link ID and life. */
export type LinkSort = (typeof linkSorts)[number];

/** What is asked of the list; all that is given must hold. Names and ids compare case-insensitively. */
export interface LinkQuery {
  /** Without it: whatever is open. */
  readonly state?: LinkLine["state"] | undefined;
  readonly olderThan?: Milliseconds | undefined;
  readonly youngerThan?: Milliseconds | undefined;
  /** A part of the name as it is shown. */
  readonly owner?: string | undefined;
  /** The whole object id, user principal name, name or application id of a creator who is known. */
  readonly creator?: string | undefined;
  /** ARM id or name. */
  readonly bastion?: string | undefined;
  /** ARM id or name; closed links are found by the id only. */
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

/** Every life that the rows of a bastion know. */
export const linkLines = ({ bastion, watched }: BastionRows): readonly LinkLine[] => [
  ...watched.links.map((link) => openLine(bastion.id, link)),
  ...(watched.host?.past ?? []).map((link) => closedLine(bastion.id, link)),
];

function openLine(bastionId: string, link: TrackedLink): LinkLine {
  const { linkId, life, status, vmId, createdAt, attribution, deadline, extension, demanded } = link;
  const named = attribution.kind === "known" ? attribution.caller : undefined;
  const names = named
    ? [callerKey(named), named.objectId, named.userPrincipalName, named.name, named.appId]
    : [];
  return {
    ...{ linkId, life, state: status, bastionId, vmId, createdAt, deadline },
    rule: link.rule,
    tightenedBy: link.tightenedBy,
    vmKey: vmKeyOf(vmId),
    owner: ownerOf(attribution),
    creator: names.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()])),
    extendedUntil: extension?.until,
    demanded: demanded !== undefined,
    closedAt: undefined,
  };
}

const closedLine = (
  bastionId: string,
  { linkId, life, closedBy, vmKey, openedAt, closedAt }: PastLink,
): LinkLine => ({
  ...{ linkId, life, state: closedBy, bastionId, vmKey, createdAt: openedAt, closedAt },
  ...{
    vmId: undefined,
    owner: undefined,
    creator: [],
    deadline: undefined,
    rule: undefined,
    tightenedBy: [],
    extendedUntil: undefined,
    demanded: false,
  },
});

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

const isInState = ({ state, closedAt }: LinkLine, { state: wanted }: LinkQuery): boolean =>
  wanted === undefined ? closedAt === undefined : state === wanted;

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
  isOnVm(line, vm);

const rulesOf = ({ rule, tightenedBy }: LinkLine): readonly string[] => [rule ?? "", ...tightenedBy];

const lower = (text = ""): string => text.toLowerCase();

const isNamed = (armId: string, wanted: string | undefined): boolean =>
  wanted === undefined || [idKey(armId), idKey(resourceName(armId))].includes(idKey(wanted));

const isOnVm = ({ vmId, vmKey }: LinkLine, wanted: string | undefined): boolean =>
  wanted === undefined || (vmId === undefined ? vmKey === vmKeyOf(wanted) : isNamed(vmId, wanted));

const placeOf = (line: LinkLine, sort: LinkSort): LinkPlace => [
  sortedBy[sort](line),
  idKey(line.bastionId),
  line.linkId,
  String(line.life),
];

const sortedBy: Readonly<Record<LinkSort, (line: LinkLine) => string>> = {
  deadline: ({ deadline }) => (deadline === undefined ? "" : isoInstant(deadline)),
  created: ({ createdAt }) => isoInstant(createdAt),
  vm: ({ vmId = "" }) => idKey(resourceName(vmId)),
  bastion: ({ bastionId }) => idKey(resourceName(bastionId)),
  owner: ({ owner }) => lower(owner),
};

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? 0 : (a[at] ?? "") < (b[at] ?? "") ? -1 : 1;
}
