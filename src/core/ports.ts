/**
 * The outside world on one page. Each method says what it promises and how it fails; expected answers
 * (busy, refused, gone) are values, and only what nobody can act on is thrown.
 */
import type { Alert } from "./domain/alert.ts";
import type { BastionId } from "./domain/arm-id.ts";
import type { LinkId, LinkListing } from "./domain/link.ts";
import type { Unreadable } from "./domain/look.ts";
import type { BastionFacts, VirtualMachineFacts } from "./domain/estate.ts";
import type { OutboxEntry, SendAnswer } from "./domain/outbox.ts";
import type { Signal } from "./domain/signal.ts";
import type { Instant, Milliseconds } from "./domain/time.ts";
import type { Commit, Partition, Version, Watched } from "./domain/watched.ts";

export type { BastionFacts, VirtualMachineFacts } from "./domain/estate.ts";
export type { SendAnswer } from "./domain/outbox.ts";
export type { Unreadable } from "./domain/look.ts";

export interface Ports {
  readonly clock: Clock;
  readonly controlPlane: ControlPlane;
  readonly estate: Estate;
  readonly table: WatchTable;
  readonly queues: Queues;
  readonly channels: readonly Channel[];
  readonly log: Log;
}

/** A flow reads it once and passes the moment down. */
export interface Clock {
  now(): Instant;
}

/** Azure Resource Manager, as far as it concerns shareable links. The only place that ever sees a link's URL or token. */
export interface ControlPlane {
  /** Every link of the bastion that Azure tells of, now. Never throws for what Azure answers. */
  listLinks(bastion: BastionId): Promise<LinkAnswer>;
  /**
   * Asks Azure to delete links of `listing`, by token; "accepted" is not "gone": list again to know.
   * Only a listing that `listLinks` just returned can be acted on; ids that are not in it are ignored.
   */
  revokeLinks(bastion: BastionId, listing: LinkListing, linkIds: readonly LinkId[]): Promise<RevokeAnswer>;
  /** The bastion host itself, to tell "deleted" from "not readable by us". */
  getBastion(bastion: BastionId): Promise<BastionAnswer>;
}

export type LinkAnswer =
  { readonly kind: "listed"; readonly listing: LinkListing } | { readonly kind: "feature-off"; readonly why: string } | Unreadable;

/** `byVm`: links whose token Azure did not know, so that all links of their VM, which were these only, are deleted. */
export type RevokeAnswer =
  | { readonly kind: "accepted"; readonly byVm: readonly LinkId[] }
  | { readonly kind: "busy" | "refused"; readonly why: string; readonly retryAfter: Milliseconds | undefined };

export type BastionAnswer = { readonly kind: "found"; readonly bastion: BastionFacts } | Unreadable;

/** Azure Resource Graph: what exists. It may lag by minutes and may omit; never take its silence for a proof. */
export interface Estate {
  /** All bastions in scope. Throws if any page failed, because half an estate looks like a whole one. */
  bastions(): Promise<readonly BastionFacts[]>;
  /** Tags of VMs by lower-case id; a VM that is not in the map is not known (yet, or any more). Throws on failure. */
  virtualMachines(vmIds: readonly string[]): Promise<ReadonlyMap<string, VirtualMachineFacts>>;
}

/** Table Storage: the memory. One partition a bastion; one transaction moves everything in it together. */
export interface WatchTable {
  /** All hot rows of a partition in one query. An unknown partition is empty, with version undefined. */
  read(partition: Partition): Promise<Watched>;
  /** Takes the partition for a short while by ETag. "lost": somebody else changed it meanwhile. */
  claim(partition: Partition, watched: Watched, until: Instant): Promise<Version | "lost">;
  /** One transaction, guarded by `expected`. "conflict": somebody committed first; nothing of ours was written; read again. */
  commit(partition: Partition, commit: Commit): Promise<Committed | "conflict">;
  /** Stores what an event claims, once per event id, however often and late it is delivered. */
  rememberSignal(partition: Partition, signal: Signal): Promise<"new" | "seen">;
  /** Replaces one outbox row if it still has this version; an entry with nothing pending moves to the sent rows. */
  updateOutbox(partition: Partition, entry: OutboxEntry): Promise<Version | "lost">;
  /** Every bastion ever seen; written before its first commit. */
  rememberBastions(bastions: readonly BastionId[]): Promise<void>;
  knownBastions(): Promise<readonly BastionId[]>;
}

/** What a commit left behind: the host row's new version, and the outbox rows it wrote with theirs. */
export interface Committed {
  readonly version: Version;
  readonly outbox: readonly OutboxEntry[];
}

/** What makes `reconcile` run. It decides when, never what. */
export interface ReconcileRequest {
  readonly bastionId: string;
  readonly cause: "event" | "sweep" | "wake-up" | "busy" | "person";
  /** A complete listing that began after this moment already answers the request. */
  readonly since: Instant;
}

export interface DeliverRequest {
  readonly partition: Partition;
  readonly seq: number;
}

/** Storage queues. Messages never expire; `visibleIn` is at most seven days. */
export interface Queues {
  reconcile(request: ReconcileRequest, visibleIn?: Milliseconds): Promise<void>;
  deliver(request: DeliverRequest, visibleIn?: Milliseconds): Promise<void>;
}

/** Where alerts go. `accepted` means the other side took responsibility for the message, not that somebody read it. */
export interface Channel {
  readonly name: string;
  /** Never throws. */
  send(alert: Alert, now: Instant): Promise<SendAnswer>;
}

/** Constant messages with fields, so that they can be counted. Fields never hold a URL or token of a link. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
