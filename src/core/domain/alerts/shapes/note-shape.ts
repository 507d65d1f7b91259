import * as z from "zod";
import { alertKindNames } from "../alert-kinds.ts";
import { objectionSchema } from "../../ledger/objection.ts";
import { destinationNames } from "../destination.ts";
import type { Notation } from "./notation.ts";
import type { Note } from "../note.ts";
import { namesShape, usageShape } from "./usage-shape.ts";

const text = z.string();
const count = z.int();
const kind = <Kind extends Note["kind"]>(name: Kind) => ({ kind: z.literal(name) });
const why = { why: text };

/** Other links to a VM. */
export const stillOpenShape = (moment: Notation["moment"]) => ({
  vmId: text,
  links: count,
  until: moment,
  bastionIds: z.array(text),
});

const keptFromUs = z.object({ forbidden: count, due: count, creates: count });

/** One fact about an alert: about links, people and time, and about the watchdog itself. */
export const noteShape = (notation: Notation): z.ZodType<Note> =>
  z.discriminatedUnion("kind", [
    ...linkNotes(notation),
    ...endNotes(notation),
    ...lifetimeNotes(notation),
    ...watchNotes(notation),
    ...ownNotes(notation),
  ]);

function linkNotes(notation: Notation) {
  const { moment, maybe } = notation;
  const createdAt = { createdAt: moment };
  return [
    z.object(kind("list-incomplete")),
    z.object({ ...kind("gone-before-seen"), ...createdAt }),
    z.object({ ...kind("not-yet-seen"), ...createdAt, ...why }),
    z.object({ ...kind("reported-after-close"), ...createdAt, told: z.array(text) }),
    z.object({ ...kind("told-creator"), names: z.array(text) }),
    z.object(kind("listed-late")),
    z.object({ kind: z.enum(["create-refused", "list-read"]), times: count }),
    z.object({ ...kind("usage"), vmId: text, usage: usageShape(notation) }),
    z.object({
      ...kind("tags-unknown"),
      rules: z.array(z.object({ rule: text, tags: text, allowed: z.boolean(), ttl: z.number() })),
    }),
    z.object({ ...kind("creator-decides"), forbids: text, allows: text }),
    z.object({ ...kind("extension-lapsed"), by: text, until: moment }),
    z.object(kind("deletes-refused")),
    z.object({ ...kind("deletes-not-ours"), times: count, keepsIds: z.boolean() }),
    z.object({ ...kind("deletes-unexplained"), noLink: count, beforeFirstList: count }),
    z.object({ ...kind("demanded"), by: text, ...why }),
    z.object({ ...kind("sessions-ended"), ended: count, others: count }),
    z.object({ ...kind("sessions-unknown"), why: maybe(text) }),
    z.object({ ...kind("extended"), from: moment, until: moment, why: maybe(text) }),
    z.object({ ...kind("longest"), until: moment, by: z.enum(["rule", "azure"]) }),
    z.object({
      ...kind("failed-sign-ins"),
      count,
      from: moment,
      until: moment,
      addresses: namesShape,
      users: namesShape,
    }),
    z.object({ ...kind("without-url"), because: z.enum(["new", "expired", "unknown"]) }),
  ] as const;
}

/** What becomes of links whose end comes or moves. */
const endNotes = ({ moment, maybe }: Notation) =>
  [
    z.object({ ...kind("held"), perHour: count }),
    z.object({
      ...{ ...kind("deadline-moved"), why: z.enum(["configuration", "creator", "facts"]) },
      ...{ later: count, sooner: count, forbidden: count, allowed: count, enforced: count, observed: count },
      rules: z.array(z.object({ before: text, after: text, links: count })),
      ends: z.array(z.object({ vmId: text, from: moment, to: moment })),
    }),
    z.object({
      ...{ ...kind("azure-refuses"), code: text, links: count },
      because: z.enum(["right", "lock", "disabled", "other"]),
    }),
    z.object({ ...kind("still-listed"), links: count }),
    z.object({
      ...kind("also-open"),
      vms: z.array(z.object(stillOpenShape(moment))),
    }),
    z.object({ ...kind("goes-on"), since: moment, telling: count }),
    z.object({
      ...kind("trouble-ended"),
      of: z.enum(["revoke-failed", "revocations-held"]),
      because: z.enum(["gone", "accepted", "not-due", "not-enforced"]),
      since: moment,
      links: count,
      vmIds: z.array(text),
      until: maybe(moment),
    }),
  ] as const;

const lifetimeNotes = ({ moment }: Notation) =>
  [
    z.object({ ...kind("opened-again"), vms: z.array(z.object({ vmId: text, times: count })) }),
    z.object({ ...kind("listed-again"), vmIds: z.array(text) }),
    z.object({
      ...kind("lifetime-spent"),
      vms: z.array(z.object({ vmId: text, used: z.number(), within: z.number(), maxLifetime: z.number() })),
    }),
    z.object({ ...kind("time-given"), until: moment, ...why }),
  ] as const;

function witnessNotes({ moment, maybe, caller }: Notation) {
  const told = { at: moment, caller };
  const operation = z.enum(["create", "create-failed", "delete", "read", "host-write", "host-delete"]);
  return [
    z.object({
      ...kind("events-missing"),
      subscriptionId: text,
      lastEventAt: maybe(moment),
      operations: z.array(z.object({ operation, bastionId: text, ...told })),
      more: count,
    }),
    z.object({
      ...kind("delivery-changed"),
      subscriptionId: text,
      changes: z.array(
        z.object({
          what: z.enum(["event subscription", "system topic"]),
          deed: z.enum(["deleted", "changed"]),
          name: text,
          ...told,
        }),
      ),
      more: count,
    }),
    z.object({
      ...kind("log-unread"),
      ...{ subscriptionId: text, readTo: moment, ...why, isForbidden: z.boolean() },
      gap: maybe(z.object({ from: moment, until: moment })),
    }),
  ] as const;
}

const leaving = z.object({
  subscriptionId: text,
  bastions: z.array(text),
  moreBastions: count,
  links: count,
  forbidden: count,
});

const names = z.array(text);
const change = <Value>(value: z.ZodType<Value>) => z.object({ from: value, to: value });

const destination = z.enum(destinationNames);
const rerouted = z.object({
  of: z.enum(alertKindNames),
  from: destination.optional(),
  to: destination.optional(),
  isQuieter: z.boolean(),
});

const watchNotes = ({ moment, maybe }: Notation) =>
  [
    z.object({
      ...kind("configuration-changed"),
      rules: maybe(z.object({ came: names, went: names, changed: names, moved: names })),
      mode: maybe(change(z.enum(["enforce", "observe"]))),
      scope: maybe(change(text)),
      channels: maybe(change(text)),
      alerts: maybe(z.array(rerouted)).optional(),
      breaker: maybe(change(count)),
      grace: maybe(change(z.number())),
    }),
    z.object({ ...kind("unwatched"), from: moment, to: moment, count, bastionIds: z.array(text) }),
  ] as const;

function channelNotes({ moment, maybe }: Notation) {
  const by = maybe(text).optional();
  const lostAlert = z.object({ bastionId: by, links: count, vmIds: z.array(text), by });
  const of = z.enum(alertKindNames);
  return [
    z.object({ ...kind("fallback"), missed: z.array(z.object({ channel: text, why: maybe(text) })) }),
    z.object({
      ...{ ...kind("undelivered"), alertId: text, of, channel: text, attempts: count, ...why },
      said: maybe(lostAlert).optional(),
    }),
    z.object({
      ...{ ...kind("channel-down"), channel: text, since: moment, ...why },
      waiting: maybe(z.object({ alerts: count, links: count, vmIds: z.array(text) })).optional(),
    }),
    z.object({ ...kind("channel-back"), channel: text, since: moment }),
  ] as const;
}

function ownNotes(notation: Notation) {
  const { moment, maybe } = notation;
  return [
    z.object({ ...kind("unreadable"), ...why, kept: maybe(keptFromUs).optional() }),
    z.object({ ...kind("scope-left"), subscriptions: z.array(leaving), more: count }),
    z.object({ ...kind("tags-forbidden"), subscriptionId: text, right: text, ...why }),
    z.object({ ...kind("read-partly"), since: moment, ...why, kept: maybe(keptFromUs).optional() }),
    z.object({ ...kind("room"), links: count, left: count }),
    ...channelNotes(notation),
    z.object({
      ...kind("message-rejected"),
      source: z.enum(["activity", "alerts", "reconcile", "sessions"]),
      ...why,
    }),
    z.object({
      ...kind("message-poisoned"),
      queue: text,
      messageId: maybe(text),
      insertedAt: maybe(text),
    }),
    z.object({
      ...kind("stale"),
      count,
      longerThan: z.number(),
      bastions: z.array(z.object({ bastionId: text, checkedAt: moment })),
    }),
    ...evidenceNotes(),
    z.object({ ...kind("clock-off"), by: z.number() }),
    z.object({ ...kind("settings-conflict"), startedAt: moment, newest: moment }),
    ...witnessNotes(notation),
    z.object({ ...kind("misconfigured"), problems: z.array(text) }),
    z.object(kind("test")),
  ] as const;
}

const evidenceNotes = () =>
  [
    z.object({ ...kind("ledger-broken"), ...why }),
    z.object({
      ...kind("rows-corrected"),
      rows: z.object({
        shown: z.array(
          z.object({ vmId: text, linkId: text, field: z.enum(["deadline", "extension", "status", "row"]) }),
        ),
        more: count,
      }),
    }),
    z.object({ ...kind("moments-corrected"), moments: namesShape }),
    z.object({
      ...kind("evidence-objected"),
      anchor: text,
      objections: z.object({ shown: z.array(objectionSchema), more: count }),
    }),
  ] as const;
