import * as z from "zod";
import { alertKindNames } from "../alerts/alert-kinds.ts";
import type { FactKind } from "../ledger/ledger.ts";
import { isoInstant, parseInstant } from "../time.ts";
import { closedStates } from "./link-query.ts";

/** Words that Azure, a channel or a person chose, or that we did. */
const text = z.string();
const count = z.int().min(0);
const flag = z.boolean();
const yes = z.literal(true).optional();
const sha256 = z.hash("sha256");
const milliseconds = z.number();
const kindOfAlert = z.enum(alertKindNames);

/** Like `2026-11-21T08:07:00.000Z`. */
const moment = z.string().refine((value) => {
  const at = parseInstant(value);
  return at !== undefined && isoInstant(at) === value;
});

const ofLinks = {
  "link-seen": z.strictObject({
    createdAtSource: z.enum(["azure", "first-seen"]),
    preexisting: flag,
    withoutUrl: yes,
  }),
  "link-announced": z.strictObject({ as: kindOfAlert, byCreator: yes }),
  "link-renamed": z.strictObject({ links: text }),
  "creator-reported": z.strictObject({
    attribution: z.enum(["known", "ambiguous", "unknown"]).optional(),
    believed: text.optional(),
    eventId: text.optional(),
    correlationId: text.optional(),
    occurredAt: milliseconds.optional(),
  }),
  "link-warned": z.strictObject({ byCreator: yes }),
  "deadline-moved": z.strictObject({
    why: z.enum(["configuration", "creator", "facts"]).optional(),
    from: text.optional(),
    ruleBefore: text.optional(),
  }),
  "revoke-requested": z.strictObject({ attempt: count, demandedBy: text.optional() }),
  "revoke-refused": z.strictObject({ links: text, answer: text, why: text }),
  "revoked-by-vm": z.strictObject({ links: text, why: z.enum(["token-without-effect", "unknown-token"]) }),
  "would-revoke": z.strictObject({}),
  "revocations-held": z.strictObject({ perHour: count }),
  "link-closed": z.strictObject({
    closedBy: z.enum(closedStates),
    used: z.enum(["used", "never used", "not known"]).optional(),
    sessions: count.optional(),
    failedSignIns: count.optional(),
    wholeLog: flag.optional(),
    usedThrough: moment.optional(),
    usageGap: text.optional(),
  }),
  "sign-ins-failed": z.strictObject({
    failedSignIns: count,
    from: moment,
    until: moment,
    addresses: text,
    moreAddresses: count,
    users: text,
    moreUsers: count,
  }),
  "tags-unknown": z.strictObject({}),
  "vm-moved": z.strictObject({ from: text }),
  "rows-corrected": z.strictObject({ rows: count }),
} as const;

const event = { eventId: text, correlationId: text.optional(), occurredAt: milliseconds };

const ofBastions = {
  "bastion-unreadable": z.strictObject({ why: text }),
  "bastion-read-partly": z.strictObject({ why: text }),
  "bastion-readable": z.strictObject({ wasPartly: flag }),
  "bastion-nearly-full": z.strictObject({ links: count }),
  "feature-changed": z.strictObject({ enableShareableLink: flag }),
  "bastion-deleted": z.strictObject({}),
  "moments-corrected": z.strictObject({ moments: text }),
  "links-gone-before-seen": z.strictObject(event),
  "links-read-by-other": z.strictObject(event),
  "create-failed": z.strictObject(event),
  "delete-reported": z.strictObject({
    ...event,
    oursBy: z.enum(["id", "time"]).optional(),
    suspicion: z.enum(["no-link", "before-first-list"]).optional(),
  }),
  "identity-misused": z.strictObject({
    operation: z.enum(["delete"]),
    correlationId: text.optional(),
    occurredAt: milliseconds,
  }),
} as const;

const ofPeople = {
  "revoke-demanded": z.strictObject({ why: text, of: z.enum(["link", "bastion", "vm", "creator"]) }),
  "link-extended": z.strictObject({ why: text, until: moment, before: moment }),
  "extension-lapsed": z.strictObject({ by: text.optional(), until: moment.optional() }),
  "time-given": z.strictObject({
    why: text,
    until: moment,
    usedMs: milliseconds,
    maxLifetimeMs: milliseconds,
  }),
  "look-demanded": z.strictObject({ why: text }),
  "breaker-released": z.strictObject({ why: text, until: moment }),
  "session-end-demanded": z.strictObject({ session: text, why: text }),
  "session-end-refused": z.strictObject({ session: text, why: text }),
  "alert-acknowledged": z.strictObject({ alert: text, why: text, stays: count.optional() }),
  "alert-resent": z.strictObject({ alert: text, channels: text, why: text }),
  "alert-unacknowledged": z.strictObject({ alert: text, of: kindOfAlert, since: moment }),
  "acknowledgement-lapsed": z.strictObject({ alert: text, by: text, acknowledgedAt: moment }),
} as const;

const ofTheWatchdog = {
  "configuration-changed": z.strictObject({
    policyHash: sha256,
    mode: z.enum(["enforce", "observe"]),
    scope: text,
    channels: text,
    startedAt: moment,
    policyText: text.optional(),
  }),
  "scope-changed": z.strictObject({ left: text, returned: text, openLinks: count }),
  /** And the moment of each channel, by the channel's name. */
  "alert-accepted": z.object({ alert: text, of: kindOfAlert, links: text }).catchall(moment),
  "alert-undelivered": z.strictObject({ alert: text, kind: kindOfAlert, channel: text, why: text }),
  "channel-paused": z.strictObject({ channel: text, since: moment, why: text }),
  "channel-back": z.strictObject({ channel: text, since: moment }),
  "digest-sent": z.strictObject({
    day: text,
    openLinks: count,
    anchor: text.optional(),
    anchorHash: sha256.optional(),
  }),
  anchored: z.strictObject({ number: count, hash: sha256, blob: text, ledgers: count, objections: count }),
  "ledger-archived": z.strictObject({
    partition: text,
    from: count,
    to: count,
    facts: count,
    hash: sha256,
    blob: text,
  }),
  "ledger-broken": z.strictObject({ why: text }),
  "message-poisoned": z.strictObject({
    queue: text,
    messageId: text.optional(),
    insertedAt: text.optional(),
  }),
  "message-rejected": z.strictObject({
    source: z.enum(["activity", "alerts", "reconcile", "sessions"]),
    why: text,
  }),
  "bastions-stale": z.strictObject({ bastions: count, named: text }),
  unwatched: z.strictObject({ from: moment, to: moment, bastions: count, named: text }),
  "tags-forbidden": z.strictObject({ subscriptionId: text, right: text, why: text }),
  "clock-off": z.strictObject({ by: milliseconds }),
  "events-missing": z.strictObject({ subscriptionId: text, operations: count, creates: count }),
  "delivery-changed": z.strictObject({
    subscriptionId: text,
    what: z.enum(["event subscription", "system topic"]),
    deed: z.enum(["deleted", "changed"]),
    name: text,
    occurredAt: milliseconds,
  }),
  "log-unread": z.strictObject({
    subscriptionId: text,
    readTo: moment,
    why: text,
    gapFrom: moment.optional(),
    gapUntil: moment.optional(),
  }),
} as const;

/** What the `data` of each kind of fact holds, and nothing else. Tests hold every fact that they see written against it; `docs/ledger.md` is made of it. */
export const factShapes = {
  ...ofLinks,
  ...ofBastions,
  ...ofPeople,
  ...ofTheWatchdog,
} as const satisfies Readonly<Record<FactKind, z.ZodObject>>;

/** The data of each kind, for whoever writes facts. */
export type FactData = { readonly [Kind in FactKind]: z.input<(typeof factShapes)[Kind]> };
