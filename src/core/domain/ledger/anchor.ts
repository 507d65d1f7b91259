import * as z from "zod";
import { sha256 } from "../hash.ts";
import { jsonIn } from "../foreign.ts";
import type { Partition } from "../partition.ts";
import { isoInstant, parseInstant, type Instant } from "../time.ts";
import type { ChainHead } from "./ledger.ts";
import { objectionSchema, type Objection } from "./objection.ts";

/** Since when the bastions of one subscription have been listed completely. */
export interface FirstList {
  readonly subscriptionId: string;
  readonly since: Instant;
}

/**
 * Where the chains stood at one moment, kept where nobody can change it: what happened until then cannot be rewritten unseen. Each holds the
 * hash of the blob before it, so that they are one line.
 */
export interface Anchor {
  /** From 1 on, without a gap. */
  readonly number: number;
  readonly at: Instant;
  /** SHA-256 of the blob before it, whatever that holds; "" for the first. */
  readonly previous: string;
  /** Whether `heads` names every ledger that has a fact, or only those that changed since the anchor before. */
  readonly all: boolean;
  /** The newest fact of each, sorted by partition. */
  readonly heads: readonly ChainHead[];
  /** Sorted by subscription. */
  readonly firstLists: readonly FirstList[];
  /** What did not hold when it was written. */
  readonly objections: readonly Objection[];
}

/** What is kept under a name in the evidence, of whomever. */
export interface Blob {
  readonly name: string;
  readonly text: string;
}

/** Every name that `anchorName` makes begins with it. */
export const anchorFolder = "anchors/";

/** The blob of the anchor of this number. */
export const anchorName = (number: number): string => `${anchorFolder}${number}.json`;

/** The number that a name says; undefined for a name that `anchorName` does not make. */
export function anchorNumber(name: string): number | undefined {
  const number = Number(/^anchors\/([1-9]\d{0,14})\.json$/.exec(name)?.[1]);
  return Number.isNaN(number) ? undefined : number;
}

/** How an anchor is called by its successor, in facts and in digests: SHA-256 of its blob. */
export const anchorHash = (text: string): string => sha256(text);

/** What the blob holds: JSON with one value, and one ledger, a line. */
export function anchorJson({ number, at, previous, all, heads, firstLists, objections }: Anchor): string {
  const sorted = [...heads].sort((a, b) => (a.partition < b.partition ? -1 : 1));
  return `{
 "version": 2,
 "number": ${number},
 "at": "${isoInstant(at)}",
 "previous": "${previous}",
 "all": ${all},
 "heads": ${list(sorted.map(({ partition, seq, hash }) => ({ partition, seq, hash })))},
 "firstLists": ${list(firstLists.map(({ subscriptionId, since }) => ({ subscriptionId, since: isoInstant(since) })))},
 "objections": ${list(objections.map((objection) => objectionSchema.parse(objection)))}
}
`;
}

const list = (items: readonly object[]): string =>
  items.length === 0 ? "[]" : `[\n  ${items.map((item) => JSON.stringify(item)).join(",\n  ")}\n ]`;

const moment = z.string().transform((text, context) => {
  const at = parseInstant(text);
  if (at !== undefined && isoInstant(at) === text) return at;
  context.addIssue({ code: "custom", message: "must be a time such as 2026-11-21T08:07:00.000Z" });
  return z.NEVER;
});

const anchorSchema: z.ZodType<Anchor> = z
  .object({
    version: z.literal(2),
    number: z.int().min(1),
    at: moment,
    previous: z.string(),
    all: z.boolean(),
    heads: z.array(
      z.object({
        partition: z.string().transform((name) => name as Partition),
        seq: z.int().min(1),
        hash: z.string(),
      }),
    ),
    firstLists: z.array(z.object({ subscriptionId: z.string(), since: moment })),
    objections: z.array(objectionSchema),
  })
  .transform(({ number, at, previous, all, heads, firstLists, objections }) => ({
    ...{ number, at, previous, all },
    ...{ heads, firstLists, objections },
  }));

/**
 * Reads an anchor back. The number must be the one that its name says, and the text what `anchorJson` writes: what is spelt otherwise two
 * readers may understand in two ways.
 */
export function parseAnchor({ name, text }: Blob): Anchor | { readonly problem: string } {
  const parsed = anchorSchema.safeParse(jsonIn(text));
  if (!parsed.success) return { problem: `is not an anchor: ${z.prettifyError(parsed.error)}` };
  if (parsed.data.number !== anchorNumber(name))
    return { problem: `is anchor ${parsed.data.number} under another name` };
  return anchorJson(parsed.data) === text
    ? parsed.data
    : { problem: "is not an anchor: its spelling differs" };
}
