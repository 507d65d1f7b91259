import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { LinkId } from "./link.ts";
import type { Caller } from "./signal.ts";
import type { Instant } from "./time.ts";

export type FactKind =
  | "link-seen"
  | "link-announced"
  | "creator-reported"
  | "link-warned"
  | "revoke-requested"
  | "revoke-refused"
  | "would-revoke"
  | "link-closed"
  | "links-gone-before-seen"
  | "links-read-by-other"
  | "create-failed"
  | "delete-reported"
  | "bastion-unreadable"
  | "bastion-readable"
  | "feature-changed"
  | "bastion-deleted"
  | "revocations-held"
  | "message-poisoned"
  | "message-rejected"
  | "alert-undelivered"
  | "revoked-by-vm"
  | "configuration-changed";

/** What a fact keeps of a link, so that it can be read without any other row. */
export interface FactLink {
  readonly linkId: LinkId;
  readonly life: number;
  readonly vmId: string;
  readonly createdAt: Instant;
  readonly deadline: Instant;
}

/** Something that happened, before it has its place in the chain. */
export interface Fact {
  readonly at: Instant;
  readonly kind: FactKind;
  /** Every link it is about: five links of one call are one fact. */
  readonly links: readonly FactLink[];
  readonly actor: Caller | undefined;
  readonly data: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** A fact in the chain: `hash = SHA-256(prevHash ‖ RFC 8785 canonical JSON of everything else)`, in hex. */
export interface LedgerFact extends Fact {
  readonly seq: number;
  readonly policyHash: string;
  readonly prevHash: string;
  readonly hash: string;
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Adds one fact to the chain whose newest hash is `prevHash`. */
export function chain(fact: Fact, place: { readonly seq: number; readonly policyHash: string; readonly prevHash: string }): LedgerFact {
  const { prevHash, ...rest } = { ...fact, ...place };
  return { ...rest, prevHash, hash: factHash(prevHash, rest) };
}

/** The hash a fact must carry. */
export function factHash(prevHash: string, rest: Omit<LedgerFact, "prevHash" | "hash">): string {
  return sha256(prevHash + (canonicalize(withoutUndefined(rest)) ?? ""));
}

/** What JSON would keep: a row read back must hash to what was written. */
const withoutUndefined = (value: object): unknown => JSON.parse(JSON.stringify(value));
