import type { Acknowledgement, AwaitedAlert, AwaitedChanges } from "../alerts/acknowledgement.ts";
import type { Away } from "../alerts/digest-figures.ts";
import type { ToldPause } from "../alerts/lane/told-pause.ts";
import type { LastingTrouble } from "../alerts/trouble.ts";
import type { LedgerFact } from "../ledger/ledger.ts";
import type { ClosedLink, LinkId, PastLink, TrackedLink } from "../links/link.ts";
import type { Life } from "../links/lives.ts";
import type { OutboxEntry } from "../alerts/outbox.ts";
import type { Signal } from "../attribution/signal.ts";
import type { OwnDeletes } from "../links/own-deletes.ts";
import type { Instant, Milliseconds } from "../time.ts";
import type { Version } from "../partition.ts";
import type { CountedRevocation } from "./counted-revocations.ts";
import type { WitnessRow } from "./witness.ts";
import type { Configuration } from "./configuration.ts";

/** What keeps the links of a bastion from being read. */
interface Unreadability {
  readonly why: string;
  readonly since: Instant;
  /** People heard of it. */
  readonly told: boolean;
  /** They heard that it keeps links open which have to go, or hides what somebody made. */
  readonly toldLoud: boolean;
  /** The bastion does not exist any more. */
  readonly gone: boolean;
  /** Azure lists some, and the list breaks off or has entries that name no VM. */
  readonly partly: boolean;
}

/** The row that guards its partition. */
export interface HostState extends OwnDeletes {
  /** As Azure spells it; empty for the watchdog's own partition. */
  readonly bastionId: string;
  /** When the last complete listing began; undefined until there was one. */
  readonly checkedAt: Instant | undefined;
  /** When the last list that a reconcile asked for began, whatever came of it: nobody who only wants to know asks again at once. */
  readonly lookedAt: Instant | undefined;
  /** When the last look that an event asked for began. */
  readonly eventLookAt: Instant | undefined;
  /** Why the links cannot be read, or not all of them, since when; undefined while they can. */
  readonly unreadable: Unreadability | undefined;
  /** `enableShareableLink` as last seen. */
  readonly featureOn: boolean | undefined;
  readonly claimUntil: Instant | undefined;
  readonly wakeAt: Instant | undefined;
  /** Up to which number the ledger says when channels accepted alerts. */
  readonly acceptedTo: number;
  /** The last number given to an outbox or ledger row. */
  readonly seq: number;
  /** Number and hash of the newest ledger fact; 0 and "" before the first. */
  readonly headSeq: number;
  readonly chainHead: string;
  /** What was asked to be revoked within the last hour, for the breaker. */
  readonly recentRevocations: readonly CountedRevocation[];
  readonly heldToldAt: Instant | undefined;
  /** Troubles that last, or ended within the hour. */
  readonly troubles: readonly LastingTrouble[];
  /** Until when a person let held revocations through the breaker. */
  readonly breakerReleasedUntil: Instant | undefined;
  /** Alerts that somebody took care of, newest first. */
  readonly acknowledged: readonly Acknowledgement[];
  /** Alerts of high severity that nobody acknowledged so far, oldest first: rows of their own, which a commit changes by `waits`. None where only the host row was read. */
  readonly awaited: readonly AwaitedAlert[];
  /** Rows of `|lives` that follow from the newest commit: written after it, and again before the next. */
  readonly owedLives: readonly Life[];
  /** Links closed lately, newest first: to know one that is listed again. */
  readonly past: readonly PastLink[];
  /** Create signals whose VM could not be named in time, and that people were told of. */
  readonly toldUnnamed: readonly string[];
  /** Create signals that people were told of, because their links are gone. They are kept for a link that is listed late. */
  readonly toldCreates: readonly string[];
  /** Pending events of deletes by our identity that are not ours, and that people were told of. */
  readonly toldMisuses: readonly string[];
  /** Callers that were told as readers of the list within the last hour. */
  readonly toldReaders: readonly { readonly caller: string; readonly at: Instant }[];
  /** Callers that were told within the last hour as who may have deleted links that nobody saw. */
  readonly toldDeleters: readonly { readonly caller: string; readonly at: Instant }[];
  /** Links whose failed sign-ins were told within the last hour. */
  readonly toldBursts: readonly { readonly linkId: LinkId; readonly at: Instant }[];
  /** Entries without a URL that no link is remembered for, and since when: a second list makes links of them. `absentAt`: the last complete list without them. */
  readonly newHoles: readonly {
    readonly linkId: LinkId;
    readonly since: Instant;
    readonly absentAt?: Instant | undefined;
  }[];
  /** The day on which people were told that few more links fit, like `2026-11-21`. */
  readonly fullToldFor: string | undefined;
  /**
   * A decision too large for one transaction that is being written: its link rows do not count until this is
   * cleared.
   */
  readonly openBatch: string | undefined;
  /** Since when the bastion lies outside of the scope; undefined while it is watched. */
  readonly outOfScope: { readonly since: Instant } | undefined;
  /** In the watchdog's own partition: subscriptions of known bastions that lie outside of the scope, lower case. */
  readonly outside: readonly string[];
  /** In the watchdog's own partition: how many events were about bastions out of scope, and how many of those a digest has told. */
  readonly dropped: { readonly events: number; readonly told: number };
  /** What of this partition's rows lay further ahead than it can have been written, and nobody was told yet. */
  readonly corrected: readonly string[];
  /** The day on which people were told of such. */
  readonly correctedToldFor: string | undefined;
  /** In the watchdog's own partition: which missing rights to read tags, and whether a wrong clock, were told on which day. */
  readonly toldRights: readonly { readonly key: string; readonly day: string }[];
  /** In the watchdog's own partition: channels that took nothing for five minutes, the newest time of each. */
  readonly pauses: readonly ToldPause[];
  /** In the watchdog's own partition: what is to be judged by. */
  readonly configuration: Configuration | undefined;
  /** In the watchdog's own partition: when nothing was watched, the latest first. */
  readonly away: readonly Away[];
  /** In the watchdog's own partition: the local day whose digest was sent, like `2026-11-21`. */
  readonly digestFor: string | undefined;
  /** In the watchdog's own partition: the day on which people were told of bastions that nobody looked at. */
  readonly staleToldFor: string | undefined;
  /** In the watchdog's own partition: the newest anchor that was written and noted. */
  readonly anchored: { readonly number: number; readonly hash: string } | undefined;
  /** In the watchdog's own partition: the last sweep that got to its end, and how many bastions it found. */
  readonly sweep:
    | {
        readonly finishedAt: Instant;
        readonly bastions: number;
        /** How long after the one before. */
        readonly every?: Milliseconds | undefined;
      }
    | undefined;
  /** In the watchdog's own partition: when Azure last told us anything, to the minute. */
  readonly eventAt: Instant | undefined;
  /** In the watchdog's own partition: how many bastions were in what state when somebody last counted. */
  readonly counted: { readonly at: Instant; readonly stale: number; readonly unreadable: number } | undefined;
}

/** The host row of a partition before its first commit: nothing seen, no fact and no alert numbered. */
export const newHost = (bastionId: string): HostState => ({
  bastionId,
  checkedAt: undefined,
  lookedAt: undefined,
  eventLookAt: undefined,
  unreadable: undefined,
  featureOn: undefined,
  claimUntil: undefined,
  wakeAt: undefined,
  ...{ acceptedTo: 0, seq: 0, headSeq: 0, chainHead: "" },
  recentRevocations: [],
  ...{ heldToldAt: undefined, troubles: [] },
  breakerReleasedUntil: undefined,
  acknowledged: [],
  awaited: [],
  owedLives: [],
  past: [],
  toldUnnamed: [],
  toldCreates: [],
  toldMisuses: [],
  ownDeletes: [],
  keepsIds: false,
  ...{ toldReaders: [], toldDeleters: [], corrected: [], correctedToldFor: undefined },
  toldBursts: [],
  newHoles: [],
  fullToldFor: undefined,
  openBatch: undefined,
  outOfScope: undefined,
  outside: [],
  dropped: { events: 0, told: 0 },
  toldRights: [],
  pauses: [],
  configuration: undefined,
  ...{ away: [], digestFor: undefined, staleToldFor: undefined },
  anchored: undefined,
  sweep: undefined,
  eventAt: undefined,
  counted: undefined,
});

/** Everything a reconcile needs to know of a partition. */
export interface Watched {
  /** Undefined before the first commit. */
  readonly version: Version | undefined;
  readonly host: HostState | undefined;
  readonly links: readonly TrackedLink[];
  /**
   * Rows of a decision whose writer died between two chunks. They do not count in `links`; they are to be
   * taken back.
   */
  readonly unfinished: readonly UnfinishedLink[];
  readonly signals: readonly Signal[];
  readonly outbox: readonly OutboxEntry[];
  /** Links whose rows hold something that is not believed: they are to be written as they are here. */
  readonly corrected?: ReadonlySet<LinkId> | undefined;
}

/**
 * A row is there and does not say what it should: nothing of its partition can be acted on, and somebody has
 * to look at it.
 */
export class UnreadableRow extends Error {
  override readonly name = "UnreadableRow";
}

/** What can be shown of a partition with such a row. Never to be written. */
export const notToBeRead = (bastionId: string, { message }: UnreadableRow, now: Instant): Watched => ({
  version: undefined,
  host: {
    ...newHost(bastionId),
    unreadable: {
      why: `What is remembered of it: ${message}`,
      since: now,
      told: true,
      toldLoud: false,
      gone: false,
      partly: false,
    },
  },
  links: [],
  unfinished: [],
  signals: [],
  outbox: [],
});

/** A link row of a decision that did not get finished: what it says, and what was so before. */
interface UnfinishedLink {
  readonly link: TrackedLink;
  readonly before: TrackedLink | undefined;
}

/** A link row as it is stored. */
export interface LinkRow {
  readonly link: TrackedLink;
  readonly batch?: string | undefined;
  readonly before?: TrackedLink | undefined;
}

/** The rows that a commit's `put` makes. */
export const linkRowsOf = ({ put, draft }: Commit): readonly LinkRow[] =>
  put.map((link) => (draft ? { link, batch: draft.batch, before: draft.before.get(link.linkId) } : { link }));

/** Tells rows that count from those of a decision that was never finished. */
export function readLinkRows(
  rows: readonly LinkRow[],
  openBatch: string | undefined,
): Pick<Watched, "links" | "unfinished"> {
  const isUnfinished = (row: LinkRow) => openBatch !== undefined && row.batch === openBatch;
  return {
    links: rows.flatMap((row) => (isUnfinished(row) ? (row.before ?? []) : row.link)),
    unfinished: rows.filter(isUnfinished).map(({ link, before }) => ({ link, before })),
  };
}

/** What one transaction writes: at most a hundred rows. */
export interface Commit {
  readonly expected: Version | undefined;
  readonly host: HostState;
  readonly put: readonly TrackedLink[];
  /**
   * The rows in `put` are one chunk of a larger decision: until the host's `openBatch` is another, what was
   * before them is so.
   */
  readonly draft?: { readonly batch: string; readonly before: ReadonlyMap<LinkId, TrackedLink> } | undefined;
  /** Link rows to take back, as if they had never been written. */
  readonly drop?: readonly TrackedLink[] | undefined;
  readonly close: readonly ClosedLink[];
  readonly spent: readonly Signal[];
  /** Of `spent`, those that share their row with others alike and after which the next is to be heard. */
  readonly freed?: readonly Signal[] | undefined;
  /** What is remembered of the witnesses of a subscription, along with what is told of them. Its version counts, too. */
  readonly witness?: WitnessRow | undefined;
  readonly facts: readonly LedgerFact[];
  readonly outbox: readonly OutboxEntry[];
  /** What becomes of the rows of alerts that wait for somebody. */
  readonly waits?: AwaitedChanges | undefined;
}
