import type { Alert, AlertDraft } from "./alert.ts";
import type { Fact } from "../ledger/ledger.ts";
import type { ClosedBy, LinkId } from "../links/link.ts";
import { traitsOf } from "./alert-kinds.ts";
import { after, days, isoInstant, type Instant, type Milliseconds } from "../time.ts";
import type { Actor } from "../attribution/actor.ts";

/** An alert of high severity that nobody has acknowledged yet, and whom to tell next. A row of its own. */
export interface AwaitedAlert extends Pick<Alert, "id" | "kind" | "at" | "links" | "linkCount" | "actors"> {
  readonly fallback: readonly string[];
  /** When it was told again: that happens once, and of some kinds every day. */
  readonly toldAt?: Instant | undefined;
  /** When it began to wait anew, because who had acknowledged it may have made one of its links. */
  readonly againAt?: Instant | undefined;
}

/** Who took care of an alert. */
export interface Acknowledgement extends Actor {
  readonly alertId: string;
  readonly at: Instant;
  /** Links that they made or may have made: those wait for somebody else. */
  readonly stays: readonly LinkId[];
  /** The links taken care of, not all of them where `isCut`, and what waits again if one of them turns out to be theirs; undefined of an old one. */
  readonly about?:
    | {
        readonly links: readonly LinkId[];
        readonly isCut: boolean;
        readonly waiting?: AwaitedAlert | undefined;
      }
    | undefined;
}

/** High severity does. Telling that nobody acknowledged an alert wants no acknowledgement itself. */
export const wantsAcknowledgement = ({ kind, severity }: Pick<Alert, "kind" | "severity">): boolean =>
  severity === "high" && kind !== "unacknowledged";

/** The alert as it is remembered, if it wants an acknowledgement. */
export function awaitedOf(alert: Alert, fallback: readonly string[]): readonly AwaitedAlert[] {
  const { id, kind, at, links, linkCount, actors } = alert;
  if (!wantsAcknowledgement(alert)) return [];
  return [{ id, kind, at, links, linkCount, actors, fallback }];
}

/** Rows that change: those to write, and the alerts whose rows go. */
export interface AwaitedChanges {
  readonly put: readonly AwaitedAlert[];
  readonly drop: readonly AwaitedAlert[];
}

/** What leads from the alerts that waited to those that wait now, if anything changes. */
export function awaitedChanges(
  before: readonly AwaitedAlert[],
  now: readonly AwaitedAlert[],
): { readonly waits?: AwaitedChanges } {
  const known = new Map(before.map((one) => [one.id, JSON.stringify(one)]));
  const ids = new Set(now.map(({ id }) => id));
  const put = now.filter((one) => known.get(one.id) !== JSON.stringify(one));
  const drop = before.filter(({ id }) => !ids.has(id));
  return put.length + drop.length === 0 ? {} : { waits: { put, drop } };
}

/** What is told, or forgotten, at a time: a transaction has an end. */
const mostAtATime = 10;

/** How a link that an alert is about ended; undefined: it is open as far as anybody knows. */
export type EndOf = (link: { readonly linkId: LinkId; readonly life: number }) => ClosedBy | undefined;

/** Where no link is known to have ended. */
export const noEnds: EndOf = () => undefined;

/** As the rows know it: closed just now, or within the last 30 days. */
export const endsIn =
  (
    closed: readonly { readonly linkId: LinkId; readonly life: number; readonly closedBy: ClosedBy }[],
  ): EndOf =>
  ({ linkId, life }) =>
    closed.find((one) => one.linkId === linkId && one.life === life)?.closedBy;

/** What one pass over the waiting alerts leads to; the caller commits all of it in one transaction. */
export interface Overdue {
  readonly alerts: readonly AlertDraft[];
  readonly facts: readonly Fact[];
  /** Those that are left. */
  readonly awaited: readonly AwaitedAlert[];
  /** When the next of them is overdue; a moment ago if there were too many for once. */
  readonly next: Instant | undefined;
}

interface Waiting {
  readonly awaited: readonly AwaitedAlert[];
  readonly within: Milliseconds | undefined;
  readonly endOf: EndOf;
  /** Whether the bastion cannot be read now. */
  readonly isUnreadable?: boolean | undefined;
}

/** What was told again of a bastion that can be read by now is over. */
const isOver = ({ kind, toldAt }: AwaitedAlert, isUnreadable: boolean | undefined): boolean =>
  toldAt !== undefined && (kind === "unreadable" || kind === "read-partly") && isUnreadable !== true;

/**
 * What nobody acknowledged in time is told once more, to the fallback: that a webhook took an alert proves
 * nothing about people. It waits on until somebody acknowledges it, or there is nothing left to take care of. Where nobody can acknowledge,
 * because there is no console, nothing is waited for.
 */
export function overdue({ awaited, within, endOf, isUnreadable }: Waiting, now: Instant): Overdue {
  if (within === undefined)
    return { alerts: [], facts: [], awaited: awaited.slice(mostAtATime), next: undefined };
  const dueAt = ({ at, againAt = at, toldAt, kind }: AwaitedAlert): Instant | undefined => {
    if (toldAt === undefined) return after(againAt, within);
    return traitsOf(kind).comesAgain ? after(toldAt, days(1)) : undefined;
  };
  const settled = awaited
    .filter((one) => isSettled(one, endOf) || isOver(one, isUnreadable))
    .slice(0, mostAtATime);
  const waiting = awaited.filter((one) => !settled.includes(one));
  const over = waiting.filter((one) => now >= (dueAt(one) ?? Infinity)).slice(0, mostAtATime);
  const left = waiting.map((one) => (over.includes(one) ? { ...one, toldAt: now } : one));
  const [first] = left.flatMap((one) => dueAt(one) ?? []).sort((a, b) => a - b);
  return {
    alerts: over.map((one) => toldAgain(one, now)),
    facts: over.map((one) => fact(one, now)),
    awaited: left,
    next: first,
  };
}

/**
 * Nobody has to take care of an alert any more once all of its links went by a delete of ours or, where they were permitted, in any way. One that was
 * forbidden, or came back after we took it, and that somebody else ended has to be looked into all the same, and so has one that its own creator took care of.
 */
function isSettled({ kind, links, linkCount, againAt }: AwaitedAlert, endOf: EndOf): boolean {
  const isOpening = traitsOf(kind).links === "found";
  return (
    againAt === undefined &&
    links.length > 0 &&
    links.length === linkCount &&
    links.every((link) => {
      const closedBy = endOf(link);
      const isHarmless = !isOpening || (link.allowed && kind !== "re-created");
      return closedBy !== undefined && (closedBy === "revoked-by-watchdog" || isHarmless);
    })
  );
}

function toldAgain(
  { id, kind, at, againAt, links, linkCount, actors, fallback }: AwaitedAlert,
  now: Instant,
): AlertDraft {
  const about = { id, kind, at, ...(againAt !== undefined && { againAt }) };
  return {
    kind: "unacknowledged",
    severity: "high",
    at: now,
    about,
    links,
    linkCount,
    actors,
    channels: fallback,
  };
}

const fact = ({ id, kind, at }: AwaitedAlert, now: Instant): Fact => ({
  at: now,
  kind: "alert-unacknowledged",
  links: [],
  actor: undefined,
  data: { alert: id, of: kind, since: isoInstant(at) },
});
