/** What really happened, written down by the world itself. Invariants are judged by it, never by what the watchdog believes. */
import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import type { LedgerFact } from "../../src/core/domain/ledger/ledger.ts";
import type { Life } from "../../src/core/domain/links/lives.ts";
import type { LinkId } from "../../src/core/domain/links/link.ts";
import type { OutboxEntry, SendAnswer } from "../../src/core/domain/alerts/outbox.ts";
import type { SignalOperation } from "../../src/core/domain/attribution/signal.ts";
import type { Instant } from "../../src/core/domain/time.ts";
import type { Commit, Watched } from "../../src/core/domain/state/watched.ts";
import type { Partition } from "../../src/core/domain/partition.ts";
import type { CellName } from "./cells.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";

/** One stretch of time in which a link was open. */
export interface Span {
  readonly from: Instant;
  until: Instant | undefined;
  by: "us" | "somebody" | "bastion" | undefined;
}

export interface TrueLink {
  readonly bastion: string;
  /** Whichever id it has, the machine is the same. */
  readonly machine: number;
  /** What Azure calls whoever made it; empty: it does not say. */
  readonly creator: string;
  /** Where its machine is now. */
  vmId: string;
  /** Wherever it was, in its order. */
  readonly vmIds: string[];
  readonly token: string;
  readonly linkId: LinkId;
  /** Its own id, and what stood for it without its URL wherever its machine was. */
  readonly ids: LinkId[];
  /** What Azure says about its creation. */
  readonly says: string | undefined;
  /** The moment that this speaks of, if it is a date that may be counted from once it has come. */
  readonly datedAt: Instant | undefined;
  readonly nativeExpiry: Instant | undefined;
  /** Azure takes deletes by its token, and does nothing. */
  readonly isDeaf: boolean;
  readonly spans: Span[];
}

export interface TrueEvent {
  readonly eventId: string;
  readonly operation: SignalOperation;
  readonly caller: string;
  readonly bastion: string;
  readonly occurredAt: Instant;
  readonly links: readonly LinkId[];
  /** When the watchdog's table took it in. */
  acceptedAt: Instant | undefined;
  /** When it took it from Event Grid. */
  broughtAt?: Instant | undefined;
}

export interface ListRecord {
  readonly run: RunRecord;
  readonly bastion: string;
  readonly at: Instant;
  readonly kind: string;
  readonly complete: boolean;
  /** What it showed with a URL. */
  readonly linkIds: ReadonlySet<LinkId>;
  /** What it showed without one, by the ids that stand for such entries and by the links' own. */
  readonly holeIds: ReadonlySet<LinkId>;
}

export interface AskRecord {
  readonly run: RunRecord;
  readonly bastion: string;
  readonly at: Instant;
  /** By token. */
  readonly linkIds: readonly LinkId[];
  /** Links that a delete by VM took, whichever were meant. */
  readonly byVm: readonly TrueLink[];
  /** The listing that was acted on; undefined if nobody ever listed it. */
  readonly list: ListRecord | undefined;
  /** Azure took it, or a part of it. */
  readonly taken: boolean;
}

/** What ARM was asked that counts against what it grants a subscription, by whomever. */
export interface RequestRecord {
  readonly run: RunRecord;
  readonly bastion: string;
  readonly at: Instant;
  readonly what: "links" | "sessions" | "delete";
  /** ARM refused it, as too many. */
  readonly isThrottled: boolean;
}

export interface CommitRecord {
  readonly run: RunRecord;
  readonly partition: Partition;
  readonly at: Instant;
  readonly commit: Commit;
  /** What this run had read of the partition before. */
  readonly read: Watched | undefined;
  readonly readAt: Instant | undefined;
}

export interface SendRecord {
  readonly run: RunRecord;
  readonly channel: string;
  readonly alert: Alert;
  readonly at: Instant;
  readonly isTaken: boolean;
  readonly answer: SendAnswer["kind"];
  /** Which message it was, and how many alerts that held. */
  readonly message: number;
  /** In which of its processes the watchdog sent it. */
  readonly process: number;
  readonly together: number;
}

export interface RunRecord {
  readonly id: number;
  readonly kind:
    "activity" | "reconcile" | "alerts" | "sweep" | "witness" | "poison" | "console" | "ask" | "sessions";
  readonly settings: FlowSettings;
  readonly startedAt: Instant;
  /** Injected into this run. */
  readonly faults: string[];
  readonly sentTo: string[];
  endedAt: Instant | undefined;
  ended: "done" | "threw" | "died" | undefined;
  error: unknown;
}

/** A time in which the world does not behave. */
interface Disturbance {
  readonly what: string;
  readonly from: Instant;
  readonly until: Instant;
  /** The bastion it is about; undefined: all. */
  readonly bastion: string | undefined;
}

/** Tags that somebody gave a machine. */
interface Tagging {
  readonly machine: number;
  readonly at: Instant;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Truth {
  readonly links: TrueLink[];
  readonly events: TrueEvent[];
  readonly lists: ListRecord[];
  readonly asks: AskRecord[];
  readonly requests: RequestRecord[];
  readonly commits: CommitRecord[];
  readonly sends: SendRecord[];
  readonly runs: RunRecord[];
  readonly disturbances: Disturbance[];
  readonly settings: { readonly from: Instant; readonly settings: FlowSettings }[];
  /** Since when every habit has been off; undefined while the history lasts. */
  calmSince: Instant | undefined;
  endedAt: Instant | undefined;
  readonly overdue: string[];
  readonly tagged: Tagging[];
  /** When somebody set a moment far ahead in the rows of a bastion. */
  readonly edited: { readonly bastion: string; readonly cell: CellName; readonly at: Instant }[];
  /** When a machine got another id. */
  readonly moved: { readonly machine: number; readonly at: Instant }[];
  readonly counts: Counts;
}

export interface Counts {
  crashes: number;
  failures: number;
  eventsEmitted: number;
  eventsLost: number;
  eventsDuplicated: number;
  eventsLate: number;
  conflicts: number;
  poisoned: number;
  calls: number;
  messages: number;
}

export const noTruthYet = (): Truth => ({
  links: [],
  events: [],
  lists: [],
  asks: [],
  requests: [],
  commits: [],
  sends: [],
  runs: [],
  disturbances: [],
  settings: [],
  calmSince: undefined,
  endedAt: undefined,
  overdue: [],
  tagged: [],
  edited: [],
  moved: [],
  counts: {
    crashes: 0,
    failures: 0,
    eventsEmitted: 0,
    eventsLost: 0,
    eventsDuplicated: 0,
    eventsLate: 0,
    conflicts: 0,
    poisoned: 0,
    calls: 0,
    messages: 0,
  },
});

/** What is left in the table in the end. */
export interface Remains {
  readonly partitions: ReadonlyMap<Partition, Watched>;
  readonly ledgers: ReadonlyMap<Partition, readonly LedgerFact[]>;
  readonly sent: ReadonlyMap<Partition, readonly OutboxEntry[]>;
  /** The rows of `|lives` by their keys. */
  readonly lives: ReadonlyMap<string, Life>;
  /** The evidence, by name. */
  readonly blobs: ReadonlyMap<string, string>;
  /** Every row, every message and every log line as one text. */
  readonly text: string;
}
