import type { BastionId } from "./arm-id.ts";
import { idKey } from "./arm-id.ts";
import type { LedgerFact } from "./ledger.ts";
import type { ClosedLink, TrackedLink } from "./link.ts";
import type { OutboxEntry } from "./outbox.ts";
import type { Signal } from "./signal.ts";
import type { Instant } from "./time.ts";

/** One bastion's rows, or the watchdog's own. Everything inside one partition moves in one transaction. */
export type Partition = string & { readonly __brand: "Partition" };

export const partitionOf = (bastion: BastionId): Partition => idKey(bastion.id).replaceAll("/", "|") as Partition;

/** Alerts and facts that belong to no bastion: poison messages, sweeps, configuration. */
export const watchdogPartition = "|watchdog" as Partition;

/** The ETag of a row: whoever writes must have read this. */
export type Version = string & { readonly __brand: "Version" };

/** The row that guards its partition. */
export interface HostState {
  /** As Azure spells it; empty for the watchdog's own partition. */
  readonly bastionId: string;
  /** When the last complete listing began; undefined until there was one. */
  readonly checkedAt: Instant | undefined;
  /** Why the links cannot be read, since when; undefined while they can. */
  readonly unreadable: { readonly why: string; readonly since: Instant; readonly told: boolean } | undefined;
  /** `enableShareableLink` as last seen. */
  readonly featureOn: boolean | undefined;
  readonly claimUntil: Instant | undefined;
  readonly wakeAt: Instant | undefined;
  /** The last number given to an outbox or ledger row. */
  readonly seq: number;
  /** Hash of the newest ledger fact. */
  readonly chainHead: string;
  /** When links were asked to be revoked within the last hour, for the breaker. */
  readonly recentRevocations: readonly Instant[];
  readonly heldToldAt: Instant | undefined;
}

export const newHost = (bastionId: string): HostState => ({
  bastionId,
  checkedAt: undefined,
  unreadable: undefined,
  featureOn: undefined,
  claimUntil: undefined,
  wakeAt: undefined,
  seq: 0,
  chainHead: "",
  recentRevocations: [],
  heldToldAt: undefined,
});

/** Everything a reconcile needs to know of a partition. */
export interface Watched {
  /** Undefined before the first commit. */
  readonly version: Version | undefined;
  readonly host: HostState | undefined;
  readonly links: readonly TrackedLink[];
  /** Links that were closed lately, newest life of each id: to tell a re-created link from a new one. */
  readonly signals: readonly Signal[];
  readonly outbox: readonly OutboxEntry[];
}

/** What one transaction writes. At most `rowsOf(commit)` ≤ 100 rows. */
export interface Commit {
  readonly expected: Version | undefined;
  readonly host: HostState;
  readonly put: readonly TrackedLink[];
  readonly close: readonly ClosedLink[];
  readonly spent: readonly Signal[];
  readonly facts: readonly LedgerFact[];
  readonly outbox: readonly OutboxEntry[];
}
