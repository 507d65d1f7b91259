/**
 * The outside world on one page. Each method says what it promises and how it fails; expected answers
 * (busy, refused, gone) are values, and only what nobody can act on is thrown.
 */
import type { Alert } from "./domain/alerts/alert.ts";
import type { Asked, Recalled } from "./domain/alerts/as-of.ts";
import type { BastionId } from "./domain/arm-id.ts";
import type { FirstList } from "./domain/ledger/anchor.ts";
import type { ChainPoint, LedgerHead, LedgerRecord, UnreadableHead } from "./domain/ledger/ledger.ts";
import type { ClosedLink, LinkId, LinkListing } from "./domain/links/link.ts";
import type { Life } from "./domain/links/lives.ts";
import type {
  EndAnswer,
  KeptSessions,
  LinkAnswer,
  LiveSessions,
  RevokeAnswer,
  Revocation,
  SessionAnswer,
  Unreadable,
} from "./domain/links/observation.ts";
import type {
  BastionAnswer,
  BastionFacts,
  MachineAnswer,
  VirtualMachineFacts,
} from "./domain/state/estate.ts";
import type { OutboxEntry, SendAnswer } from "./domain/alerts/outbox.ts";
import type { Lanes } from "./domain/alerts/lane/lane.ts";
import type { KeptMessage } from "./domain/alerts/lane/message-id.ts";
import type { DirectoryEntry } from "./domain/attribution/directory-entry.ts";
import type { KnownNames, Nameless } from "./domain/attribution/known-names.ts";
import type { Heard } from "./domain/attribution/unheard.ts";
import type { KeptWitness, WitnessRow } from "./domain/state/witness.ts";
import type { Caller, Signal } from "./domain/attribution/signal.ts";
import type { Instant, Milliseconds } from "./domain/time.ts";
import type { TagsByVm } from "./domain/links/vm-tags.ts";
import type { AuditAnswer, AuditQuestion } from "./domain/links/usage.ts";
import type { Asking } from "./domain/state/asking.ts";
import type { Commit, Watched } from "./domain/state/watched.ts";
import type { Partition, Version } from "./domain/partition.ts";
import type { DeliverRequest, ReconcileRequest, SessionsRequest } from "./domain/state/messages.ts";

export type {
  BastionAnswer,
  BastionFacts,
  MachineAnswer,
  VirtualMachineFacts,
} from "./domain/state/estate.ts";
export type { SendAnswer } from "./domain/alerts/outbox.ts";
export type { LinkAnswer, RevokeAnswer, SessionAnswer, Unreadable } from "./domain/links/observation.ts";

/** All that a flow may reach. Functions and the command line fill it with Azure, tests with memory. */
export interface Ports {
  readonly clock: Clock;
  readonly controlPlane: ControlPlane;
  readonly estate: Estate;
  readonly table: WatchTable;
  readonly evidence: Evidence;
  readonly queues: Queues;
  /** Every channel that is configured, each with a name of its own. */
  readonly channels: readonly Channel[];
  /** What waits for each of them in this process. */
  readonly lanes: Lanes;
  /** Resolves after that long. */
  readonly sleep: (length: Milliseconds) => Promise<void>;
  /** Absent where nobody is to be asked. */
  readonly directory?: Directory | undefined;
  /** Absent where ids will do. */
  readonly naming?: NameBook | undefined;
  /** Absent where VMs are shown by their names alone. */
  readonly tags?: TagBook | undefined;
  /** Absent where no workspace is configured. */
  readonly logs?: Logs | undefined;
  /** Whether those who only want to know may ask Azure now. */
  readonly asker: Asker;
  readonly log: Log;
}

/**
 * What Azure's patience leaves for those who only want to know, so that nobody who asks slows what enforces. No method throws; where storage is
 * down, each instance counts for itself.
 */
export interface Asker {
  /**
   * Takes one ask about a bastion. False: somebody asked the same within half a minute, or its subscription has none left; whoever asks is to be
   * answered from what is remembered.
   */
  mayAsk(bastion: BastionId, about: "links" | "sessions"): Promise<boolean>;
  /** Takes one question of Resource Graph; false where none is left. */
  mayQuery(): Promise<boolean>;
}

/** The tenant's directory: who a caller is beside an id. */
export interface Directory {
  /**
   * Never throws, never takes longer than two seconds. Undefined: nobody by that id, no answer in time, or
   * not our business to ask.
   */
  whoIs(caller: Caller): Promise<DirectoryEntry | undefined>;
}

/** What people call what Azure names by a GUID: subscriptions and software. */
export interface NameBook {
  /** Those that are known, with their age. Never throws, and waits two seconds for Azure at most: what comes later is there for the next. */
  namesOf(nameless: Nameless): Promise<KnownNames>;
}

/** What VMs are for and whose they are, as far as their tags say. */
export interface TagBook {
  /** Never throws, and waits two seconds for Azure at most: what comes later is there for the next. */
  tagsOf(vmIds: readonly string[]): Promise<TagsByVm>;
}

/**
 * The workspace that Azure's own logs arrive in, minutes late. No method throws or takes longer than two
 * seconds.
 */
export interface Logs {
  /** The rows of Bastion's audit log since the question's `since`: who signed in to machines, or tried to. */
  signIns(question: AuditQuestion): Promise<AuditAnswer>;
}

/** The Activity Log of Azure Resource Manager: who asked for which operation, ninety days back, minutes late. */
export interface ActivityLog {
  /** The records of a time, newest first, as foreign as they come; those of others are among them. Never throws for what Azure answers. */
  read(question: LogQuestion): Promise<LogAnswer>;
}

/** What of the Activity Log is read: one subscription, from one moment to another, both included. */
export interface LogQuestion {
  readonly subscriptionId: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly about: { readonly resourceUri: string } | { readonly resourceProvider: string };
  /** After so many pages the answer is not complete. */
  readonly mostPages: number;
}

/** `complete`: every page came; else `why` says what was missing. */
export type LogAnswer =
  | {
      readonly kind: "read";
      readonly records: readonly unknown[];
      readonly pages: number;
      readonly complete: boolean;
      readonly why: string | undefined;
    }
  | Unreadable;

/** A flow reads it once and passes the moment down. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): Instant;
  /** How far Azure's clock is ahead of the machine's, once that is known to be too far; such a clock is put right in `now`. */
  offBy?(): Milliseconds | undefined;
}

/**
 * Azure Resource Manager, as far as it concerns shareable links. The only place that ever sees a link's URL
 * or token.
 */
export interface ControlPlane {
  /**
   * Every link that Azure tells of, now; not `complete` where the list broke off. Never throws for what Azure
   * answers.
   */
  listLinks(bastion: BastionId): Promise<LinkAnswer>;
  /**
   * Asks Azure to delete links; "accepted" is not "gone": list again to know. By token only those of `listing`,
   * which `listLinks` must just have returned (TypeError); ids that are not in it are ignored. By VM those that
   * say so and those whose token Azure does not take, and only where every entry of that VM in a list of that
   * moment may go. Azure is told the correlation id, which its event may then carry.
   */
  revokeLinks(bastion: BastionId, listing: LinkListing, revocation: Revocation): Promise<RevokeAnswer>;
  /**
   * Ends what Azure marks as link sessions to these VMs, and tells of the others. Waits ten seconds for their
   * list; never throws.
   */
  endSessions(bastion: BastionId, vmIds: readonly string[]): Promise<SessionAnswer>;
  /**
   * All sessions through a bastion that are open now, over links or not. Waits thirty seconds for them; never
   * throws for what Azure answers.
   */
  liveSessions(bastion: BastionId): Promise<LiveSessions>;
  /**
   * Ends one session and no other: believes only what Azure says of this one, and calls everything else
   * "unknown".
   */
  endSession(bastion: BastionId, sessionId: string): Promise<EndAnswer>;
  /**
   * The bastion host itself, to tell "deleted" from "not readable by us". Never throws for what Azure
   * answers.
   */
  getBastion(bastion: BastionId): Promise<BastionAnswer>;
}

/** Azure Resource Graph: what exists. It may lag by minutes and may omit; never take its silence for a proof. */
export interface Estate {
  /**
   * All bastions in scope, each once. Throws if a page failed or a row cannot be read: half an estate looks
   * like a whole one.
   */
  bastions(): Promise<readonly BastionFacts[]>;
  /**
   * Tags of VMs by lower-case id; a VM that is not in the map is not known (yet, or any more). Throws on
   * failure.
   */
  virtualMachines(vmIds: readonly string[]): Promise<ReadonlyMap<string, VirtualMachineFacts>>;
  /**
   * The names of all management groups above each subscription that Resource Graph shows, by lower-case id.
   * Throws on failure.
   */
  managementGroupsAbove(subscriptionIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /**
   * One VM, by Resource Manager, which never lags; an instance of a scale set has the tags of its set. Never
   * throws for what Azure answers.
   */
  virtualMachine(vmId: string): Promise<MachineAnswer>;
}

/** Table Storage: the memory. One partition a bastion; one transaction moves everything in it together. */
export interface WatchTable {
  /**
   * All hot rows of a partition in one query. An unknown partition is empty, with version undefined. Throws
   * `UnreadableRow` for the first that is none.
   */
  read(partition: Partition): Promise<Watched>;
  /** Its host row alone, with its version; of an unknown partition neither. Throws as `read` does. */
  readHost(partition: Partition): Promise<Pick<Watched, "host" | "version">>;
  /**
   * When a bastion of this subscription was first listed completely, as far as anybody noted: nothing can move it. Undefined: never.
   */
  watchedSince(subscriptionId: string): Promise<Instant | undefined>;
  /** Notes that moment, unless there is one. */
  noteWatched(subscriptionId: string, since: Instant): Promise<void>;
  /** What those who only want to know have left of a subscription, or of whatever `place` names. A row that cannot be read counts as none. */
  readAsking(place: string): Promise<AskingRow>;
  /** Replaces that row in version `expected`, or makes it. "lost": somebody else changed it meanwhile. */
  writeAsking(place: string, asking: Asking, expected: Version | undefined): Promise<Version | "lost">;
  /** The sessions of a bastion as they were last listed for somebody who asked. A row that cannot be read counts as none. */
  readSessions(partition: Partition): Promise<KeptSessions | undefined>;
  /** Keeps them instead of whatever was kept. */
  keepSessions(partition: Partition, sessions: KeptSessions): Promise<void>;
  /**
   * Takes the partition as it was read, by ETag, until then. "lost": somebody else changed it meanwhile.
   * `watched` must have a host.
   */
  claim(partition: Partition, watched: Watched, until: Instant): Promise<Version | "lost">;
  /**
   * One transaction, guarded by `expected`; undefined: the partition must be new. "conflict": somebody
   * committed first; nothing of ours was written; read again. Throws a RangeError for more than a hundred
   * rows, and whatever leaves open whether it was written.
   */
  commit(partition: Partition, commit: Commit): Promise<Committed | "conflict">;
  /**
   * Stores what an event claims, once per event id, however often and late it comes; those that share a row, once for all until a commit frees
   * it. "seen": it came before, even if it is spent.
   */
  rememberSignal(partition: Partition, signal: Signal): Promise<"new" | "seen">;
  /** What was heard of that happened on a bastion in this time, both ends included, by whichever witness. A row that cannot be read counts as none. */
  heard(
    partition: Partition,
    time: { readonly from: Instant; readonly until: Instant },
  ): Promise<readonly Heard[]>;
  /** What is remembered of the witnesses of every subscription. */
  witnesses(): Promise<readonly KeptWitness[]>;
  /** That of one; undefined before it was first written. */
  readWitness(subscriptionId: string): Promise<KeptWitness | undefined>;
  /** Replaces that row in its version, or makes it. "lost": somebody else changed it meanwhile. */
  writeWitness(row: WitnessRow): Promise<Version | "lost">;
  /**
   * Replaces an outbox row of this very version; with nothing pending it moves to the sent rows. "lost":
   * another sender was faster.
   */
  updateOutbox(partition: Partition, entry: OutboxEntry): Promise<Version | "lost">;
  /** Keeps what one message carries, whatever is there. */
  keepMessage(message: KeptMessage): Promise<void>;
  /**
   * Writes rows of `|lives`, whatever is there; a life that ended stays so, whoever writes it as open afterwards. Not one transaction: what of it is
   * written counts. Safe to repeat.
   */
  writeLives(lives: readonly Life[]): Promise<void>;
  /** Every row of these VMs, by VM key; each that was asked for is in it. A damaged row counts as none. */
  livesOf(vmKeys: readonly string[]): Promise<ReadonlyMap<string, readonly Life[]>>;
  /** Those of these lives that were closed and are kept. */
  closedLinks(
    partition: Partition,
    lives: readonly (readonly [LinkId, number])[],
  ): Promise<readonly ClosedLink[]>;
  /** What the rows hold of these links and VMs at this moment, open or closed. Within two seconds, or undefined; never throws. */
  recall(partition: Partition, asked: Asked): Promise<Recalled | undefined>;
  /** Adds to the bastions ever seen; done before the first commit of each. Safe to repeat. */
  rememberBastions(bastions: readonly BastionId[]): Promise<void>;
  /**
   * Every bastion ever seen, those that are gone among them. A damaged row still counts by its key, or costs its
   * own bastion: `mendIndex` tells of it.
   */
  knownBastions(): Promise<readonly BastionId[]>;
  /**
   * Writes damaged rows of `knownBastions` anew where their key still says whose they are. Answers what is wrong
   * with each of the others. Safe to repeat.
   */
  mendIndex(): Promise<readonly string[]>;
}

/** The same table, with what no reconcile needs: whole ledgers, and the rows that are only history. */
export interface LedgerTable extends AlertsTable {
  /**
   * The newest fact of every known partition, as its host row says, sorted by partition. One without a fact is left out; one whose row is
   * damaged costs no other.
   */
  heads(): Promise<readonly (LedgerHead | UnreadableHead)[]>;
  /** What `noteWatched` noted, sorted by subscription. A damaged row counts as none. */
  firstLists(): Promise<readonly FirstList[]>;
  /**
   * Facts from number `from` on, up to and with `to`, in their order, page by page. A row that cannot be read as a fact is among
   * them as just that.
   */
  readLedger(partition: Partition, from: number, to?: number): AsyncIterable<LedgerRecord>;
  /** Up to and with which fact the ledger has moved to the archive; undefined before the first time. */
  archivedTo(partition: Partition): Promise<Archived | undefined>;
  /**
   * Moves that mark from version `expected`, or sets it for the first time. "lost": somebody else moved it
   * meanwhile.
   */
  markArchived(
    partition: Partition,
    to: ChainPoint,
    expected: Version | undefined,
  ): Promise<Version | "lost">;
  /**
   * Deletes the facts up to and with number `to`. Only for whoever made sure that they are kept elsewhere.
   * Safe to repeat.
   */
  dropLedger(partition: Partition, to: number): Promise<void>;
  /** Deletes events seen, links closed and alerts sent before these moments. Safe to repeat. */
  prune(partition: Partition, before: { readonly seen: Instant; readonly finished: Instant }): Promise<void>;
  /** Deletes the rows of `|lives` that ended before this moment. Safe to repeat. */
  pruneLives(before: Instant): Promise<void>;
}

/** The same table, with what people look back at: alerts, and links that are closed. */
export interface AlertsTable extends WatchTable {
  /** What a message carried; undefined for one that nobody kept. */
  readMessage(id: string): Promise<KeptMessage | undefined>;
  /**
   * Alerts from number `from` on, under way or finished, in their order. Throws `UnreadableRow` for the first
   * that is none.
   */
  readAlerts(partition: Partition, from: number): Promise<readonly OutboxEntry[]>;
  /**
   * Lives that are over, for thirteen months: those that ended at a moment or later, or those of one link. Throws `UnreadableRow` for the first
   * that is none.
   */
  readClosed(partition: Partition, which: Closed): Promise<readonly ClosedLink[]>;
}

/** Which of the closed links are read. */
export type Closed = { readonly since: Instant } | { readonly linkId: LinkId };

/** How far a ledger has moved to the archive, and the version of the mark that says so. */
export interface Archived extends ChainPoint {
  readonly version: Version;
}

/** Blobs that are written once and never again; the infrastructure makes their container immutable. */
export interface Evidence {
  /**
   * Writes text as UTF-8. "exists": there is a blob of this name, whatever it holds, and nothing was written.
   */
  create(name: string, text: string): Promise<"created" | "exists">;
  /** The whole text; undefined if there is no such blob. */
  read(name: string): Promise<string | undefined>;
  /** The names that begin with `prefix`, sorted by code unit; none if nothing was ever written. */
  list(prefix: string): Promise<readonly string[]>;
}

/** What flows and views around the ledger reach: whole ledgers in the table. */
export interface EvidencePorts extends Ports {
  readonly table: LedgerTable;
}

/** What is left to ask, with the version of the row that says so; both undefined where there is none. */
export interface AskingRow {
  readonly asking: Asking | undefined;
  readonly version: Version | undefined;
}

/** What a commit left behind: the host row's new version, and the outbox rows it wrote with theirs. */
export interface Committed {
  readonly version: Version;
  readonly outbox: readonly OutboxEntry[];
}

/**
 * Storage queues. Messages never expire and may come twice; `visibleIn` is cut to seven days. Throws if a
 * message was not taken.
 */
export interface Queues {
  /** Has a bastion looked at again, now or once `visibleIn` has passed. */
  reconcile(request: ReconcileRequest, visibleIn?: Milliseconds): Promise<void>;
  /** Has a record of the Activity Log taken like an event. */
  activity(record: object): Promise<void>;
  /** Has one alert of an outbox sent to whatever channels are due by then. */
  deliver(request: DeliverRequest, visibleIn?: Milliseconds): Promise<void>;
  /** Has the sessions of a bastion listed and kept, by a function of its own that nothing else waits for. */
  sessions(request: SessionsRequest): Promise<void>;
}

/**
 * Where alerts go. `accepted` means the other side took responsibility for the message, not that somebody
 * read it.
 */
export interface Channel {
  /** What policy, settings and outbox call it: `teams`, `mail`, `webhook`. */
  readonly name: string;
  /** A few digits that change with its setting, and give nothing of that away. */
  readonly setting: string;
  /**
   * Tries once to send these alerts, several as one message, and never throws. One answer for the message; or one for each alert, in their order, where
   * each was sent by itself: those that are left were not tried.
   */
  send(alerts: readonly Alert[], moment: SendMoment): Promise<SendAnswer | readonly SendAnswer[]>;
}

/** When something is sent. */
export interface SendMoment {
  /** Dates signatures, and the waits that the other side asks for. */
  readonly now: Instant;
  /** Nothing is begun later than this; what is under way then may take ten seconds more. */
  readonly within: Milliseconds;
}

/**
 * Whether a part that the app stands on can be reached, in words without a key and without an address that
 * holds one.
 */
export type ProbeAnswer =
  | { readonly kind: "reached"; readonly note: string }
  | { readonly kind: "forbidden" | "failed"; readonly why: string };

/** Constant messages with fields, so that they can be counted. Fields never hold a URL or token of a link. */
export interface Log {
  /** What went as it should. */
  info(message: string, fields?: LogFields): void;
  /** What was made up for, or will be tried again. */
  warn(message: string, fields?: LogFields): void;
  /** What somebody has to look at. */
  error(message: string, fields?: LogFields): void;
}

/** One value a name; undefined is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
