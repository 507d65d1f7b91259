import * as z from "zod";

/**
 * What the machine API answers: the types that renderers fill, and what `/api/openapi.json` is generated from. Moments are ISO 8601 in UTC. No answer
 * has a field for a link's URL or token.
 */

const moment = z.iso.datetime();
const armId = z.string().meta({ description: "ARM id, as Azure spells it" });
const count = z.int().min(0);
const continuation = z.string().optional().meta({ description: "There is more: ask again, with this and everything else as before" });
const linkId = z.string().meta({ description: "Stands for the link; made from its token, which no answer holds" });

const statuses = ["open", "warned", "revoking", "revoke-failed"] as const;

export const scanAnswer = z
  .strictObject({
    scannedAt: moment,
    complete: z.boolean().meta({ description: "False: some bastions were not, or not wholly, read; there may be more links" }),
    continuation,
    problems: z.array(z.string()),
    bastions: z.array(
      z.strictObject({
        bastionId: armId,
        read: z.enum(["complete", "partly", "no"]),
        why: z.string().optional(),
        remembered: z.boolean().meta({ description: "False: the watchdog's own rows about it could not be read" }),
        linkCount: count,
      }),
    ),
    links: z.array(
      z.strictObject({
        linkId,
        bastionId: armId,
        vmId: armId,
        createdAt: moment.nullable(),
        createdBy: z.string(),
        deadline: moment,
        rule: z.string(),
        verdict: z.enum(["within policy", "expiring soon", "overdue", "forbidden"]),
        status: z.enum([...statuses, "not yet tracked", "not known"]),
      }),
    ),
  })
  .meta({ id: "Scan" });
export type ScanAnswer = z.output<typeof scanAnswer>;

const hash = z.string().regex(/^[0-9a-f]*$/);

/** A fact exactly as it was hashed: moments are milliseconds since the epoch. */
const ledgerFact = z.object({
  seq: count,
  at: z.number(),
  kind: z.string(),
  links: z.array(z.object({ linkId, life: z.number(), vmId: armId, createdAt: z.number(), deadline: z.number() })).readonly(),
  actor: z.object({ kind: z.string() }).optional(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).optional()).readonly(),
  policyHash: z.string(),
  prevHash: z.string(),
  hash: z.string(),
});

export const ledgerAnswer = z
  .strictObject({
    partition: z.string(),
    verified: z.boolean(),
    facts: count,
    last: z.strictObject({ seq: count, hash }).optional(),
    problem: z.strictObject({ seq: z.int(), reason: z.string(), why: z.string() }).optional(),
    next: count.nullable().meta({ description: "The `from` of the next page" }),
    records: z.array(z.union([ledgerFact, z.object({ seq: count, unreadable: z.string() })])).readonly(),
  })
  .meta({ id: "Ledger" });
export type LedgerAnswer = z.output<typeof ledgerAnswer>;

/** RFC 9457. */
export const problemAnswer = z
  .looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() })
  .meta({ id: "Problem" });
