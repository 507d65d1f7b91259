import * as z from "zod";
import { canonicalJson, sha256 } from "../hash.ts";
import type { ChainHead } from "./ledger.ts";
import { jsonIn } from "../foreign.ts";
import { isoInstant, parseInstant, type Instant } from "../time.ts";
import type { Witness } from "./verify-ledger.ts";
import type { Partition } from "../partition.ts";

/**
 * One hash over all chain heads at one moment, kept where nobody can change it: what happened until then
 * cannot be rewritten unseen.
 */
export interface Anchor {
  readonly at: Instant;
  readonly hash: string;
  /** Sorted by partition. */
  readonly heads: readonly ChainHead[];
}

/** Takes the heads in any order; the hash is over the sorted ones, so the same heads give the same hash. */
export function anchorOf(heads: readonly ChainHead[], at: Instant): Anchor {
  const sorted = [...heads].sort((a, b) => (a.partition < b.partition ? -1 : 1));
  return { at, heads: sorted, hash: anchorHash(sorted) };
}

/** SHA-256 of the RFC 8785 JSON of `[{partition, seq, head}, …]` in the order of the partitions. */
const anchorHash = (heads: readonly ChainHead[]): string =>
  sha256(canonicalJson(heads.map(({ partition, seq, hash }) => ({ partition, seq, head: hash }))));

/** One an hour, so that the second of an hour finds the first. */
export const anchorName = (at: Instant): string =>
  `anchors/${isoInstant(at).slice(0, 13).replaceAll("-", "/").replace("T", "/")}.json`;

/** Every name that `anchorName` makes begins with it. */
export const anchorFolder = "anchors/";

/** What the blob holds. */
export function anchorJson({ at, hash, heads }: Anchor): string {
  const shown = heads.map(({ partition, seq, hash: head }) => ({ partition, seq, head }));
  return `${JSON.stringify({ version: 1, at: isoInstant(at), hash, heads: shown }, null, 2)}\n`;
}

const anchorSchema = z.object({
  version: z.literal(1),
  at: z.string(),
  hash: z.string(),
  heads: z.array(z.object({ partition: z.string(), seq: z.number().int().min(0), head: z.string() })),
});

/** Reads an anchor back. One whose hash is not that of its heads is none. */
export function parseAnchor(json: string): Anchor | { readonly problem: string } {
  const parsed = anchorSchema.safeParse(jsonIn(json));
  if (!parsed.success) return { problem: `is no anchor: ${z.prettifyError(parsed.error)}` };
  const { at: text, hash, heads } = parsed.data;
  const at = parseInstant(text);
  if (at === undefined) return { problem: "is no anchor: `at` is no date" };
  const anchor = anchorOf(
    heads.map(({ partition, seq, head }) => ({ partition: partition as Partition, seq, hash: head })),
    at,
  );
  return anchor.hash === hash ? anchor : { problem: "was altered: its hash is not the one of its heads" };
}

/** What an anchor says about one partition; undefined if the partition had no ledger then. */
export function witnessIn({ at, heads }: Anchor, partition: Partition): Witness | undefined {
  const head = heads.find((candidate) => candidate.partition === partition);
  return head && { seq: head.seq, hash: head.hash, by: `the anchor of ${isoInstant(at)}` };
}
