import * as z from "zod";
import { jsonIn } from "../foreign.ts";
import { canonicalText, isUnreadable, type FactKind, type LedgerRecord } from "./ledger.ts";
import { linkIdSchema } from "../links/link.ts";
import type { Candidate } from "../attribution/attribution.ts";
import type { Caller } from "../attribution/signal.ts";
import { instant } from "../time.ts";
import type { Partition } from "../partition.ts";

/**
 * One fact as one line of JSON: what exports, answers and the archive hold, and what anybody can verify
 * without us. First the very text that was hashed, then `partition`, which says whose chain it is in, and the two hashes: whoever cuts those three off
 * the end needs no JSON to hash the rest.
 */
export function ledgerLine(partition: Partition, record: LedgerRecord): string {
  const chain = `"partition":${JSON.stringify(partition)}`;
  if (isUnreadable(record)) return `${open(record)},${chain}}\n`;
  const { prevHash, hash, ...hashed } = record;
  return `${open(hashed)},${chain},"prevHash":"${prevHash}","hash":"${hash}"}\n`;
}

const open = (object: object): string => canonicalText(object).slice(0, -1);

/** A line read back; the record may hold fields and kinds that this version of the program does not know. */
export interface LedgerLine {
  readonly partition: Partition;
  readonly record: LedgerRecord;
}

const text = z.string();
const seq = z.number().int().min(0);
const partition = text.min(1).transform((name) => name as Partition);

const link = z.looseObject({
  linkId: linkIdSchema,
  life: z.number(),
  vmId: text,
  createdAt: z.number().transform(instant),
  deadline: z.number().transform(instant),
  rule: text,
  tightenedBy: z.array(text).optional(),
});

const actor = z
  .looseObject({ kind: text })
  .optional()
  .transform((caller) => caller as Caller | undefined);

const candidates = z
  .array(
    z.looseObject({
      kind: text,
      operations: z.array(z.looseObject({ reportedAt: z.number().transform(instant) })).optional(),
    }),
  )
  .optional()
  .transform((found) => found as readonly Candidate[] | undefined);

/**
 * Loose on purpose: a field that this program does not know was hashed too, or was added by somebody, and
 * must count either way.
 */
const factLine = z.looseObject({
  partition,
  seq,
  at: z.number().transform(instant),
  kind: text.transform((kind) => kind as FactKind),
  links: z.array(link),
  actor,
  candidates,
  others: z.literal(true).optional(),
  data: z.record(text, z.union([text, z.number(), z.boolean(), z.undefined()])),
  policyHash: text,
  prevHash: text,
  hash: text,
});

/**
 * A fact but for an id in it, which nobody but a forger wrote: it keeps its place in the chain, as one that
 * cannot be read.
 */
const forgedLine = factLine
  .extend({ links: z.array(link.extend({ linkId: text })) })
  .transform(({ partition, seq }) => ({ partition, seq, unreadable: "names a link by an invalid ID" }));

const unreadableLine = z.looseObject({ partition, seq, unreadable: text });

/**
 * Reads a line back as it was written, unknown fields included. One that says the same in other words than `ledgerLine` writes cannot be
 * read: a doubled name, `__proto__` or a number spelt otherwise is text that no hash covers.
 */
export function parseLedgerLine(line: string): LedgerLine | { readonly problem: string } {
  const value = jsonIn(line);
  if (value === undefined) return { problem: "is not JSON" };
  const parsed = z.union([factLine, unreadableLine, forgedLine]).safeParse(value);
  if (!parsed.success)
    return {
      problem: "is not a fact: it needs partition, seq, at, kind, links, data, policyHash, prevHash and hash",
    };
  const { partition: name, ...record } = parsed.data;
  if (isUnreadable(record) || isCanonical(line, { partition: name, record }))
    return { partition: name, record };
  return { partition: name, record: { seq: record.seq, unreadable: notCanonical } };
}

const notCanonical = "it is not spelt as it was hashed (RFC 8785), so it may say what no hash covers";

/** What cannot be spelt so was never hashed. */
function isCanonical(line: string, { partition, record }: LedgerLine): boolean {
  try {
    return ledgerLine(partition, record) === `${line}\n`;
  } catch {
    return false;
  }
}
