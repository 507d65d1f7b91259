import * as z from "zod";
import { linkIdSchema } from "../../domain/links/link.ts";
import { linkStates, openStates } from "../../domain/reports/link-query.ts";

/**
 * What the machine API answers: the types that renderers fill, and what `/api/openapi.json` is generated
 * from. Moments are ISO 8601 in UTC. No answer has a field for a link's URL or token.
 */

const moment = z.iso.datetime();
const armId = z.string().meta({ description: "ARM id, as Azure spells it" });
const count = z.int().min(0);
const continuation = z
  .string()
  .optional()
  .meta({ description: "There is more: ask again, with this and everything else as before" });
const linkId = linkIdSchema.meta({
  description: "Stands for the link; made from its token, which no answer holds",
});

const tightenedBy = z.array(z.string()).meta({ description: "The rules that make `rule` stricter" });

const live = z.boolean().meta({
  description:
    "Whether Azure was asked now. False: it was asked less than 30 seconds ago, or too often in that subscription, and this is what the watchdog remembers",
});

/** What `POST /api/scan` answers; `createdAt` is null where Azure gives no usable date. */
export const scanAnswer = z
  .strictObject({
    scannedAt: moment,
    asOf: moment.meta({ description: "The oldest moment that anything here is of" }),
    complete: z
      .boolean()
      .meta({ description: "False: some bastions were not, or not wholly, read; there may be more links" }),
    continuation,
    problems: z.array(z.string()),
    bastions: z.array(
      z.strictObject({
        bastionId: armId,
        read: z.enum(["complete", "partly", "no"]),
        why: z.string().optional(),
        live,
        asOf: moment
          .nullable()
          .meta({ description: "When the list began that this is about; null: the watchdog remembers none" }),
        remembered: z
          .boolean()
          .meta({ description: "False: the watchdog's own rows about it could not be read" }),
        linkCount: count,
        activityLog: z
          .strictObject({ read: z.enum(["complete", "partly", "no"]), why: z.string().optional() })
          .optional()
          .meta({ description: "Whether it was read for who created the links; absent: it was not asked" }),
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
        rule: z.string().meta({ description: "The rule that matches for certain" }),
        tightenedBy,
        verdict: z.enum(["within policy", "expiring soon", "overdue", "forbidden"]),
        status: z.enum([...openStates, "not yet tracked", "not known"]),
        live,
        asOf: moment.meta({ description: "When the list that shows it began" }),
        used: z.string().optional().meta({
          description: "What Bastion's audit log says of the VM since then; absent without a workspace",
        }),
      }),
    ),
    names: z
      .array(z.strictObject({ id: z.string(), name: z.string(), asOf: moment }))
      .optional()
      .meta({
        description: "What subscriptions and apps are called that stand here by an id, as far as known",
      }),
    operations: z
      .array(
        z.strictObject({
          at: moment,
          bastionId: armId,
          operation: z.enum(["create", "delete"]),
          by: z.string(),
          from: z.string().nullable().meta({ description: "The client's IP address" }),
        }),
      )
      .optional()
      .meta({
        description:
          "With `--since`: creates and deletes in the Activity Log that no listed link explains. Azure does not record the VM",
      }),
  })
  .meta({ id: "Scan" });
/** What `scanJson` fills, for the API and for `bastion-watchdog scan --json`. */
export type ScanAnswer = z.output<typeof scanAnswer>;

const lineFields = {
  linkId,
  life: z.int().min(1).meta({ description: "A closed id that is listed again begins another life" }),
  bastionId: armId,
  vmId: armId,
  createdAt: moment,
  owner: z.string().nullable().meta({
    description: "As Azure reports it: one name, `one of …`, or `unknown`. Null: only an old ledger knows it",
  }),
  deadline: moment.nullable(),
  rule: z.string().nullable(),
  tightenedBy,
  extendedUntil: moment.nullable(),
  demanded: z.boolean().meta({ description: "An operator asked to revoke it" }),
  closedAt: moment.nullable(),
};

/** What `GET /api/links` answers: one page, open links unless a state is asked for; closed ones as they were when they ended. */
export const linksAnswer = z
  .strictObject({
    readAt: moment,
    found: count.meta({ description: "How many fit, on all pages" }),
    continuation,
    links: z.array(z.strictObject({ ...lineFields, state: z.enum(linkStates) })),
  })
  .meta({ id: "Links" });
/** What `linksJson` fills, so that it and the schema cannot differ unseen. */
export type LinksAnswer = z.output<typeof linksAnswer>;

/** What `GET /api/links/{id}` answers: every life of the link, and its facts in the order of the ledger. */
export const linkAnswer = z
  .strictObject({
    readAt: moment,
    linkId,
    lives: z.array(
      z.strictObject({ ...lineFields, state: z.enum([...linkStates, "unknown"]), seenAt: moment.nullable() }),
    ),
    facts: z.array(
      z.strictObject({
        bastionId: armId,
        seq: count,
        at: moment,
        kind: z.string(),
        actor: z.string().nullable(),
        actorObjectId: z.string().nullable(),
        data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).optional()).readonly(),
      }),
    ),
  })
  .meta({ id: "Link" });
/** What `linkJson` fills; the state of a life is `unknown` where only an old ledger still knows it. */
export type LinkResource = z.output<typeof linkAnswer>;

/** What `GET /api/bastions` answers: one page of all bastions ever seen, deleted ones included. */
export const bastionsAnswer = z
  .strictObject({
    readAt: moment,
    found: count,
    continuation,
    bastions: z.array(
      z.strictObject({
        bastionId: armId,
        coverage: z.enum(["read", "unreadable", "deleted", "unread", "out-of-scope"]),
        why: z.string().nullable().meta({ description: "Why it cannot be read" }),
        since: moment.nullable().meta({ description: "Since when it cannot be read" }),
        feature: z
          .enum(["on", "off", "unknown"])
          .meta({ description: "Whether shareable links are switched on" }),
        checkedAt: moment.nullable().meta({ description: "When the last complete list began" }),
        stale: z.boolean().meta({ description: "Readable, and not checked for more than an hour" }),
        links: z.strictObject({ open: count, overdue: count, revoking: count, revokeFailed: count }),
      }),
    ),
  })
  .meta({ id: "Bastions" });
/** What `bastionsJson` fills; `why` and `since` are null while a bastion can be read. */
export type BastionsAnswer = z.output<typeof bastionsAnswer>;

const hash = z.string().regex(/^[0-9a-f]*$/);

/** A fact exactly as it was hashed: moments are milliseconds since the epoch. */
const ledgerFact = z.object({
  seq: count,
  at: z.number(),
  kind: z.string(),
  links: z
    .array(z.object({ linkId, life: z.number(), vmId: armId, createdAt: z.number(), deadline: z.number() }))
    .readonly(),
  actor: z.object({ kind: z.string() }).optional(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).optional()).readonly(),
  policyHash: z.string(),
  prevHash: z.string(),
  hash: z.string(),
});

/** What `GET /api/ledger` answers as JSON: `last` if these facts hold, `problem` if they do not. */
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
/** What `ledgerJson` fills; moments in `records` are milliseconds, because that is what was hashed. */
export type LedgerAnswer = z.output<typeof ledgerAnswer>;

const vitals = {
  version: z.string(),
  mode: z.enum(["enforce", "observe"]),
  lastSweep: z.strictObject({ finishedAt: moment, bastions: count }).nullable(),
  lastEventAt: moment.nullable().meta({ description: "When Azure last reported anything, to the minute" }),
  witnesses: z
    .array(
      z.strictObject({
        subscriptionId: z.string(),
        eventGridSpokeAt: moment.nullable(),
        activityLogSpokeAt: moment.nullable(),
        activityLogReadTo: moment.nullable(),
        activityLogUnread: z.string().nullable().meta({ description: "Why it is not read" }),
        missingSince: moment
          .nullable()
          .meta({ description: "The newest operation that Event Grid did not report" }),
      }),
    )
    .readonly()
    .meta({
      description: "For each subscription, when Event Grid and the activity log last reported an operation",
    }),
  pausedChannels: z
    .array(z.strictObject({ channel: z.string(), since: moment, why: z.string() }))
    .readonly()
    .meta({ description: "Channels that have taken no alert for five minutes, since when and why" }),
  counted: z
    .strictObject({ at: moment, stale: count, unreadable: count })
    .nullable()
    .meta({ description: "Bastions, counted every hour" }),
  warnings: z
    .array(z.string())
    .readonly()
    .meta({ description: "What the deployment lacks although the watchdog works, and what to set" }),
};

/** Anybody may read it: one word. */
export const healthAnswer = z.strictObject({ status: z.enum(["ok", "failing"]) }).meta({ id: "Health" });

/** It counts and names nothing. */
export const statusAnswer = z
  .strictObject({ status: z.literal("ok"), configuration: z.literal("valid"), ...vitals })
  .meta({ id: "Status" });
/** What `statusJson` fills, all but `status`: that is for the handler to say. */
export type StatusAnswer = z.output<typeof statusAnswer>;

/** RFC 9457. */
export const problemAnswer = z
  .looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() })
  .meta({ id: "Problem" });
