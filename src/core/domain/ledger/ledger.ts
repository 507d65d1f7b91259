import type { LinkId } from "../links/link.ts";
import type { Candidate } from "../attribution/attribution.ts";
import type { Caller } from "../attribution/signal.ts";
import type { Instant } from "../time.ts";
import type { Partition } from "../partition.ts";
import { canonicalJson, sha256 } from "../hash.ts";

/** Part of what is hashed; a record read back may hold a kind that this version does not know. */
export type FactKind =
  | "link-seen"
  | "link-announced"
  | "link-renamed"
  | "creator-reported"
  | "link-warned"
  | "revoke-requested"
  | "revoke-refused"
  | "would-revoke"
  | "link-closed"
  | "links-gone-before-seen"
  | "links-read-by-other"
  | "create-failed"
  | "sign-ins-failed"
  | "delete-reported"
  | "identity-misused"
  | "tags-unknown"
  | "tags-forbidden"
  | "vm-moved"
  | "clock-off"
  | "events-missing"
  | "delivery-changed"
  | "log-unread"
  | "moments-corrected"
  | "scope-changed"
  | "bastion-unreadable"
  | "bastion-read-partly"
  | "bastion-readable"
  | "bastion-nearly-full"
  | "feature-changed"
  | "bastion-deleted"
  | "revocations-held"
  | "message-poisoned"
  | "message-rejected"
  | "alert-undelivered"
  | "channel-paused"
  | "channel-back"
  | "alert-accepted"
  | "revoked-by-vm"
  | "configuration-changed"
  | "digest-sent"
  | "unwatched"
  | "bastions-stale"
  | "anchored"
  | "ledger-archived"
  | "ledger-broken"
  | "deadline-moved"
  | "rows-corrected"
  | "revoke-demanded"
  | "link-extended"
  | "time-given"
  | "look-demanded"
  | "breaker-released"
  | "session-end-demanded"
  | "session-end-refused"
  | "alert-acknowledged"
  | "alert-resent"
  | "alert-unacknowledged"
  | "acknowledgement-lapsed"
  | "extension-lapsed";

/** What a fact keeps of a link, so that it can be read without any other row. */
export interface FactLink {
  readonly linkId: LinkId;
  readonly life: number;
  readonly vmId: string;
  readonly createdAt: Instant;
  readonly deadline: Instant;
  /** The rule it was judged by. */
  readonly rule: string;
  /** The rules that made that one stricter; left out where there were none. */
  readonly tightenedBy?: readonly string[] | undefined;
}

/** Something that happened, before it has its place in the chain. */
export interface Fact {
  readonly at: Instant;
  readonly kind: FactKind;
  /** Every link it is about: five links of one call are one fact. */
  readonly links: readonly FactLink[];
  readonly actor: Caller | undefined;
  /** Where nobody is known: all who may have done it, as a set, each with the operations by which. */
  readonly candidates?: readonly Candidate[] | undefined;
  /** It may have been somebody who is not among the candidates. */
  readonly others?: true | undefined;
  readonly data: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** A fact in the chain: `hash = SHA-256(prevHash ‖ RFC 8785 canonical JSON of everything else)`, in hex. */
export interface LedgerFact extends Fact {
  readonly seq: number;
  readonly policyHash: string;
  readonly prevHash: string;
  readonly hash: string;
}

/**
 * A row that stands where a fact belongs and cannot be read as one: shown, and broken by definition, but
 * never thrown away.
 */
export interface UnreadableFact {
  readonly seq: number;
  readonly unreadable: string;
}

/** What a ledger holds at one place. */
export type LedgerRecord = LedgerFact | UnreadableFact;

/** Records come from outside: each user of one has to decide what an unreadable row means there. */
export const isUnreadable = (record: LedgerRecord): record is UnreadableFact => "unreadable" in record;

/**
 * A place in a chain: the newest fact at or before `seq` carries this hash; "" if there is none. Numbers are
 * shared with alerts, so facts may skip some.
 */
export interface ChainPoint {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first fact. */
export const chainStart: ChainPoint = { seq: 0, hash: "" };

/** The newest fact of one partition. */
export interface ChainHead extends ChainPoint {
  readonly partition: Partition;
}

/** The same, as its host row has it. */
export interface LedgerHead extends ChainHead {
  /** Up to which number it is noted when channels accepted alerts. */
  readonly acceptedTo: number;
}

/** A partition whose host row says nothing that can be read. */
export interface UnreadableHead {
  readonly partition: Partition;
  readonly unreadable: string;
}

/**
 * Adds one fact to the chain whose newest hash is `prevHash`. What it carries is what JSON in any language
 * can carry.
 */
export function chain(
  fact: Fact,
  place: { readonly seq: number; readonly policyHash: string; readonly prevHash: string },
): LedgerFact {
  const { prevHash, ...rest } = wellFormed({ ...fact, ...place });
  return { ...rest, prevHash, hash: factHash(prevHash, rest) };
}

/** The hash a fact must carry. */
export function factHash(prevHash: string, rest: object): string {
  return sha256(prevHash + canonicalText(rest));
}

/** What is hashed: RFC 8785 JSON. Throws for what is no JSON. */
export const canonicalText = (rest: object): string => canonicalJson(withoutUndefined(rest));

/** What JSON would keep: a row read back must hash to what was written. */
const withoutUndefined = (value: object): unknown => JSON.parse(JSON.stringify(value));

/**
 * Names are a stranger's, and half an emoji in one must not keep a fact from being written: it becomes
 * U+FFFD.
 */
function wellFormed<Value>(value: Value): Value {
  if (typeof value === "string") return value.toWellFormed() as Value;
  if (Array.isArray(value)) return value.map(wellFormed) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name.toWellFormed(), wellFormed<unknown>(field)]),
  ) as Value;
}

/** Whether a fact speaks of the link. */
export const isAbout = ({ links, data }: Pick<Fact, "links" | "data">, linkId: LinkId): boolean =>
  links.some((link) => link.linkId === linkId) || String(data["links"] ?? "").includes(linkId);
