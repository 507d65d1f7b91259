import type { Alert, AlertDraft } from "./alert.ts";
import type { Fact } from "../ledger/ledger.ts";
import type { LinkId } from "../links/link.ts";
import { traitsOf } from "./alert-kinds.ts";
import { after, days, isoInstant, type Instant, type Milliseconds } from "../time.ts";
import type { Actor } from "../attribution/actor.ts";

/** An alert of high severity that nobody has acknowledged yet, and whom to tell next. */
export interface AwaitedAlert extends Pick<Alert, "id" | "kind" | "at" | "links" | "linkCount" | "actors"> {
  readonly fallback: readonly string[];
  /** When it was told again, of a kind that is told again every day. */
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

/**
 * As many as fit the host row with room to spare; whoever has so many open is not waiting for one more card.
 */
const mostAwaited = 50;
/** The most important of an alert's links; the alert itself named them all. */
const linksKept = 3;

/** High severity does. Telling that nobody acknowledged an alert wants no acknowledgement itself. */
export const wantsAcknowledgement = ({ kind, severity }: Pick<Alert, "kind" | "severity">): boolean =>
  severity === "high" && kind !== "unacknowledged";

/** The alert as it is remembered, if it wants an acknowledgement. */
export function awaitedOf(alert: Alert, fallback: readonly string[]): readonly AwaitedAlert[] {
  const { id, kind, at, links, linkCount, actors } = alert;
  if (!wantsAcknowledgement(alert)) return [];
  return [{ id, kind, at, links: links.slice(0, linksKept), linkCount, actors, fallback }];
}

/** What keeps such alerts: the host row of a partition. */
interface Awaiting {
  readonly awaited: readonly AwaitedAlert[];
  /** Why its bastion cannot be read now; undefined while it can. */
  readonly unreadable?: object | undefined;
}

/** A trouble that is over comes no second time. */
const isOver = ({ kind }: AwaitedAlert, { unreadable }: Awaiting): boolean =>
  (kind === "unreadable" || kind === "read-partly") && unreadable === undefined;

/** Those and `more`, as far as the host row holds them. */
export const awaiting = ({ awaited }: Awaiting, more: readonly AwaitedAlert[]): readonly AwaitedAlert[] =>
  [...awaited, ...more].slice(0, mostAwaited);

/** What is told at a time: a transaction has an end. */
const mostTold = 10;

/** What one pass over the waiting alerts leads to; the caller commits all of it in one transaction. */
export interface Overdue {
  readonly alerts: readonly AlertDraft[];
  readonly facts: readonly Fact[];
  /** Those that are left. */
  readonly awaited: readonly AwaitedAlert[];
  /** When the next of them is overdue; a moment ago if there were too many for once. */
  readonly next: Instant | undefined;
}

/**
 * What nobody acknowledged in time is told once more, to the fallback: that a webhook took an alert proves
 * nothing about people. Where nobody can acknowledge, because there is no console, nothing is waited for.
 */
export function overdue(host: Awaiting, within: Milliseconds | undefined, now: Instant): Overdue {
  if (within === undefined) return { alerts: [], facts: [], awaited: [], next: undefined };
  const dueAt = ({ at, againAt = at, toldAt }: AwaitedAlert) =>
    toldAt === undefined ? after(againAt, within) : after(toldAt, days(1));
  const isToldAgain = (one: AwaitedAlert) => one.toldAt === undefined || !isOver(one, host);
  const awaited = host.awaited.filter(isToldAgain);
  const over = awaited.filter((one) => now >= dueAt(one)).slice(0, mostTold);
  const left = awaited.flatMap((one) => {
    if (!over.includes(one)) return one;
    return traitsOf(one.kind).comesAgain && !isOver(one, host) ? { ...one, toldAt: now } : [];
  });
  const [first] = left.map(dueAt).sort((a, b) => a - b);
  return {
    alerts: over.map((one) => toldAgain(one, now)),
    facts: over.map((one) => fact(one, now)),
    awaited: left,
    next: first,
  };
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
