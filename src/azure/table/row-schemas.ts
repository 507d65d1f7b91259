import * as z from "zod";
import type { Acknowledgement, AwaitedAlert } from "../../core/domain/alerts/acknowledgement.ts";
import { severityNames } from "../../core/domain/alerts/alert-kinds.ts";
import type { LastingTrouble } from "../../core/domain/alerts/trouble.ts";
import { alertShape, linkShape, unknownActorShapes } from "../../core/domain/alerts/shapes/alert-shape.ts";
import type { Attribution } from "../../core/domain/attribution/attribution.ts";
import {
  linkIdSchema as linkId,
  type ClosedBy,
  type ClosedLink,
  type Gain,
  type LinkStatus,
  type TrackedLink,
} from "../../core/domain/links/link.ts";
import type { Life } from "../../core/domain/links/lives.ts";
import type { Caller, CallerKind, Signal, SignalOperation } from "../../core/domain/attribution/signal.ts";
import { instant } from "../../core/domain/time.ts";
import type { Configuration } from "../../core/domain/state/configuration.ts";
import type { CountedRevocation } from "../../core/domain/state/counted-revocations.ts";
import type { HostState } from "../../core/domain/state/watched.ts";

/**
 * What a row's body must look like, kept apart from the domain's types on purpose: the compiler says here when a domain
 * type moves away from what is already stored. A field may be null or missing where the domain says undefined.
 */
export const maybe = <Value>(schema: z.ZodType<Value>) =>
  schema.nullish().transform((value): Value | undefined => value ?? undefined);

/** All of them, or it does not compile: a kind that is missing here could be written and never be read. */
export const oneOf = <Kind extends string>(kinds: Readonly<Record<Kind, true>>) =>
  z.enum(Object.keys(kinds) as [Kind, ...Kind[]]);

export const instantColumn = z.number().transform(instant);
export const text = z.string();

export const caller: z.ZodType<Caller> = z.object({
  kind: oneOf<CallerKind>({
    user: true,
    guest: true,
    "service-principal": true,
    "managed-identity": true,
    unknown: true,
  }),
  objectId: maybe(text),
  appId: maybe(text),
  userPrincipalName: maybe(text),
  name: maybe(text),
  accountName: maybe(text).optional(),
  mail: maybe(text).optional(),
  ipAddress: maybe(text),
  tokenIpAddress: maybe(text).optional(),
  signInMethods: z.union([z.array(text), z.literal("unknown")]),
  role: maybe(text),
  roleScope: maybe(text),
});

/** Moments as numbers, and what is unknown as null. */
export const notation = { moment: instantColumn, maybe, caller };

const attribution: z.ZodType<Attribution> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("known"),
    caller,
    eventId: text,
    reportedAt: instantColumn,
    beganAt: instantColumn.optional(),
    correlationId: maybe(text),
  }),
  ...unknownActorShapes(notation),
]);

const closedBy = oneOf<ClosedBy>({
  "revoked-by-watchdog": true,
  "perhaps-by-watchdog": true,
  "deleted-by-other": true,
  "switched-off": true,
  "gone-with-bastion": true,
});

const { id, kind, at, links, linkCount, actors } = alertShape(notation);
export const awaitedSchema: z.ZodType<AwaitedAlert> = z.object({
  id,
  kind,
  at,
  links,
  linkCount,
  actors,
  fallback: z.array(text),
  toldAt: maybe(instantColumn),
  againAt: maybe(instantColumn),
});

const acknowledgement: z.ZodType<Acknowledgement> = z.object({
  alertId: text,
  by: text,
  objectId: text,
  at: instantColumn,
  stays: z.array(linkId).default([]),
  about: maybe(z.object({ links: z.array(linkId), isCut: z.boolean(), waiting: maybe(awaitedSchema) })),
});

const trouble: z.ZodType<LastingTrouble> = z.object({
  kind: oneOf<LastingTrouble["kind"]>({ "revoke-failed": true, "revocations-held": true }),
  id: text,
  since: instantColumn,
  toldAt: instantColumn,
  tellings: z.int(),
  severity: z.enum(severityNames),
  reason: text,
  links: z.array(linkId),
  forbidden: z.array(linkId),
  endedAt: maybe(instantColumn).optional(),
});

const configuration: z.ZodType<Configuration> = z.object({
  number: z.int(),
  policyHash: text,
  mode: z.enum(["enforce", "observe"]),
  startedAt: instantColumn,
  judgedAt: maybe(instantColumn),
  reach: z.object({
    ...{ hash: text, startedAt: instantColumn },
    ...{ scope: maybe(text).optional(), channels: maybe(text).optional() },
  }),
});

/** A version before this one wrote the moment alone. */
const counted: z.ZodType<CountedRevocation> = z.union([
  instantColumn.transform((at) => ({ linkId: undefined, at })),
  z.object({ linkId: linkId.nullish().transform((id) => id ?? undefined), at: instantColumn }),
]);

/** More than its lifetime, for a VM. */
const timeGiven = maybe(z.object({ until: instantColumn, by: text, objectId: text, why: text }));

export const lifeSchema: z.ZodType<Life> = z.object({
  vmKey: text,
  linkId,
  life: z.int(),
  bastionId: text,
  from: instantColumn,
  until: instantColumn,
  expiresAt: maybe(instantColumn).optional(),
  ended: z.boolean(),
  revoked: maybe(z.object({ askedAt: instantColumn, forbidden: z.boolean() })),
  given: timeGiven,
});

export const hostSchema: z.ZodType<HostState> = z.object({
  bastionId: text,
  checkedAt: maybe(instantColumn),
  lookedAt: maybe(instantColumn),
  eventLookAt: maybe(instantColumn),
  unreadable: maybe(
    z.object({
      why: text,
      since: instantColumn,
      told: z.boolean(),
      toldLoud: z.boolean().default(false),
      gone: z.boolean(),
      partly: z.boolean().default(false),
    }),
  ),
  featureOn: maybe(z.boolean()),
  claimUntil: maybe(instantColumn),
  wakeAt: maybe(instantColumn),
  acceptedTo: z.int().default(0),
  seq: z.number().int(),
  headSeq: z.int().default(0),
  chainHead: text,
  recentRevocations: z.array(counted),
  heldToldAt: maybe(instantColumn),
  troubles: z.array(trouble).default([]),
  breakerReleasedUntil: maybe(instantColumn),
  acknowledged: z.array(acknowledgement).default([]),
  awaited: z.array(awaitedSchema).default([]),
  owedLives: z.array(lifeSchema).default([]),
  past: z.array(
    z.object({
      linkId,
      life: z.number().int(),
      vmKey: text,
      openedAt: instantColumn,
      closedAt: instantColumn,
      closedBy,
      madeAfter: maybe(instantColumn),
      creates: z
        .array(
          z.object({ eventId: text, beganAt: maybe(instantColumn), reportedAt: instantColumn, who: text }),
        )
        .default([]),
      told: z.array(text).default([]),
      lastListedAt: maybe(instantColumn).optional(),
      unseen: maybe(z.object({ from: instantColumn, until: instantColumn })).optional(),
      explains: z.literal(true).optional(),
    }),
  ),
  toldUnnamed: z.array(text),
  toldCreates: z.array(text).default([]),
  toldMisuses: z.array(text).default([]),
  ownDeletes: z
    .array(
      z.object({
        correlationId: text,
        at: instantColumn,
        answer: maybe(z.enum(["accepted", "refused"])),
        vmKeys: z.array(text).default([]),
        refusal: maybe(
          z.object({ code: text, because: z.enum(["right", "lock", "disabled", "other"]) }),
        ).optional(),
      }),
    )
    .default([]),
  keepsIds: z.boolean().default(false),
  toldReaders: z.array(z.object({ caller: text, at: instantColumn })),
  toldDeleters: z.array(z.object({ caller: text, at: instantColumn })).default([]),
  corrected: z.array(text).default([]),
  correctedToldFor: maybe(text),
  toldBursts: z.array(z.object({ linkId, at: instantColumn })).default([]),
  newHoles: z
    .array(z.object({ linkId, since: instantColumn, absentAt: maybe(instantColumn).optional() }))
    .default([]),
  fullToldFor: maybe(text),
  openBatch: maybe(text),
  outOfScope: maybe(z.object({ since: instantColumn })),
  outside: z.array(text).default([]),
  dropped: z.object({ events: z.number().int(), told: z.number().int() }).default({ events: 0, told: 0 }),
  toldRights: z.array(z.object({ key: text, day: text })).default([]),
  pauses: z
    .array(
      z.object({
        ...{ channel: text, setting: text, id: text, since: instantColumn, why: text },
        ...{ toldAt: instantColumn, tellings: z.int(), endedAt: maybe(instantColumn).optional() },
      }),
    )
    .default([]),
  configuration: maybe(configuration),
  away: z.array(z.object({ from: instantColumn, to: instantColumn })).default([]),
  digestFor: maybe(text),
  staleToldFor: maybe(text),
  anchored: maybe(z.object({ number: z.int(), hash: text })),
  sweep: maybe(
    z.object({
      ...{ finishedAt: instantColumn, bastions: z.number().int() },
      every: maybe(z.number()).optional(),
    }),
  ),
  eventAt: maybe(instantColumn),
  counted: maybe(z.object({ at: instantColumn, stale: z.number().int(), unreadable: z.number().int() })),
});

const comeback = z.object({
  times: z.int(),
  afterRevocation: z.boolean(),
  goesOnSince: maybe(instantColumn),
});

const linkSchema: z.ZodType<TrackedLink> = z.object({
  ...linkShape(notation),
  firstSeenAt: instantColumn,
  preexisting: z.boolean(),
  judgedDeadline: instantColumn,
  basis: z.object({ configuration: z.int(), creatorKnown: z.boolean(), tagsKnown: z.boolean() }),
  gains: z.array(oneOf<Gain>({ creator: true, tags: true })),
  status: oneOf<LinkStatus>({ open: true, warned: true, revoking: true, "revoke-failed": true }),
  announced: z.boolean(),
  openedAs: maybe(z.enum(severityNames)).optional(),
  notice: maybe(
    z.object({
      at: instantColumn,
      end: instantColumn,
      enforced: z.boolean(),
      byCreator: z.literal(true).optional(),
    }),
  ),
  noticeSpentUnder: maybe(z.int()),
  wouldRevokeToldAt: maybe(instantColumn),
  intent: maybe(
    z.object({
      askedAt: instantColumn,
      leaseUntil: instantColumn,
      attempts: z.number().int(),
      correlationIds: z.array(text).default([]),
    }),
  ),
  hole: maybe(z.object({ since: instantColumn, isOwnLife: z.boolean() })),
  missingSince: maybe(instantColumn),
  absentAt: maybe(instantColumn),
  wholeAt: maybe(instantColumn).optional(),
  attribution,
  toldCreator: maybe(z.object({ who: text, names: z.array(text), correctedAt: maybe(instantColumn) })),
  tags: maybe(z.record(text, text.nullable())),
  untagged: maybe(z.object({ since: instantColumn, policyHash: text, told: z.boolean() })),
  extension: maybe(
    z.object({ until: instantColumn, from: maybe(instantColumn), by: text, objectId: text, why: text }),
  ),
  usedBefore: maybe(z.object({ window: z.number(), length: z.number() })),
  given: timeGiven,
  comeback: maybe(comeback),
  countedUntil: z.number().default(0).transform(instant),
  demanded: maybe(z.object({ at: instantColumn, by: text, objectId: text, why: text })),
});

/** A link row's body: the link, and in an unfinished decision what was before it. */
export const linkRowSchema = z.object({ link: linkSchema, batch: maybe(text), before: maybe(linkSchema) });

export const closedSchema: z.ZodType<ClosedLink> = z.object({
  link: linkSchema,
  closedAt: instantColumn,
  closedBy,
  actor: attribution,
});

export const signalOperation = oneOf<SignalOperation>({
  create: true,
  "create-failed": true,
  delete: true,
  read: true,
  "host-write": true,
  "host-delete": true,
});

export const signalSchema: z.ZodType<Signal> = z.object({
  eventId: text,
  operation: signalOperation,
  beganAt: maybe(instantColumn).optional(),
  occurredAt: instantColumn,
  receivedAt: instantColumn,
  correlationId: maybe(text),
  caller,
  shares: maybe(text).optional(),
});

export const bastionSchema = z.object({ bastionId: text });
