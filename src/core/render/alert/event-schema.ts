import * as z from "zod";
import { actorShape, alertKindShape, alertShape, asOfShape } from "../../domain/alerts/shapes/alert-shape.ts";
import type { AlertActor } from "../../domain/alerts/alert-actor.ts";
import type { Notation } from "../../domain/alerts/shapes/notation.ts";
import type { Caller, CallerKind } from "../../domain/attribution/signal.ts";
import { instant, isoInstant, type Instant } from "../../domain/time.ts";

/**
 * What the `data` of an event holds: the facts of an alert, moments in ISO 8601 in UTC, and null for what is not known, so that fields never come
 * and go. `docs/alert-event.schema.json` is made of it, and events are encoded by it: what stands in neither is never sent.
 */

/** The `$id` of that document and the `dataschema` of every event. A change that breaks a receiver gets another number. */
export const dataSchemaId = "urn:bastion-watchdog:alert-data:1";

const moment = z.codec(z.iso.datetime(), z.custom<Instant>(), {
  decode: (text) => instant(Date.parse(text)),
  encode: (at) => isoInstant(at),
});

const maybe = <Value>(schema: z.ZodType<Value>): z.ZodType<Value | undefined> =>
  z.codec(schema.nullable(), z.custom<Value | undefined>(), {
    decode: (value) => value ?? undefined,
    encode: (value) => value ?? null,
  });

const text = z.string();
const known = text.nullable();

/** A field that `Caller` gains and this lacks does not compile. */
const callerFields = {
  kind: z.enum(["user", "guest", "service-principal", "managed-identity", "unknown"] satisfies CallerKind[]),
  objectId: known,
  appId: known,
  userPrincipalName: known,
  name: known,
  accountName: known,
  mail: known,
  ipAddress: known,
  tokenIpAddress: known.meta({ description: "Where the token was issued to, if that is elsewhere" }),
  signInMethods: z
    .array(text)
    .nullable()
    .meta({ description: "`authnmethodsreferences` of the token; null: not reported, which says nothing" }),
  role: known,
  roleScope: known,
} satisfies Readonly<Record<keyof Caller, z.ZodType>>;

type WrittenCaller = z.output<z.ZodObject<typeof callerFields>>;

const caller = z
  .codec(z.object(callerFields), z.custom<Caller>(), {
    decode: ({ kind, signInMethods, ...texts }): Caller => {
      const given = Object.entries(texts).map(([name, value]) => [name, value ?? undefined] as const);
      return {
        ...(Object.fromEntries(given) as Omit<Caller, "kind" | "signInMethods">),
        kind,
        signInMethods: signInMethods ?? "unknown",
      };
    },
    encode: ({ signInMethods, ...rest }): WrittenCaller => {
      const missing = Object.keys(callerFields).map((name) => [name, null] as const);
      const given = Object.entries(rest).map(([name, value]) => [name, value ?? null] as const);
      return {
        ...(Object.fromEntries([...missing, ...given]) as WrittenCaller),
        signInMethods: signInMethods === "unknown" ? null : [...signInMethods],
      };
    },
  })
  .meta({ id: "Caller", description: "As Azure reports them; every text is foreign input" });

const notation: Notation = { moment, maybe, caller };
const someActor = actorShape(notation).meta({ id: "Actor" });
const actor = (what: string): z.ZodType<AlertActor | undefined> =>
  maybe(someActor).meta({ description: `${what} Null: not known, or not the same for all links` });

const { kind, severity, at, bastionId, links, linkCount, notes, digest, telling } = alertShape(notation);
const shortId = text.meta({ description: "The first eight characters of the alert's ID, as people see it" });

/** Alerts for machines: encodes what `EventData` holds, and throws a ZodError for anything else. */
export const eventDataSchema = z
  .object({
    shortId,
    title: text.meta({ description: "What happened, to what; for people, with strangers' names cleaned" }),
    meaning: text,
    sentences: z
      .array(text)
      .meta({ description: "`notes` and `digest` in words, as cards show them; for people" }),
    kind,
    severity,
    at,
    bastionId,
    links,
    notes,
    digest,
    telling: telling.meta({
      description:
        "Of a trouble that continues under one ID: which message this is. The event's ID ends in it",
    }),
    linkCount: linkCount.meta({ description: "How many links the alert is about" }),
    part: z
      .object({ number: z.int().min(1), of: z.int().min(1) })
      .meta({ description: "An event holds at most 40 links; the others are in further events" }),
    creator: actor("Who opened the links."),
    deleter: actor("Who deleted the links."),
    operator: actor("Who extended the links, signed in to the console."),
    caller: actor("Who read, tried or changed something on the bastion."),
    sourceAddresses: maybe(z.array(text)).meta({
      description: "From where sign-ins to the VM failed, the first few; null where the alert is about none",
    }),
    asOf: maybe(asOfShape(notation)).meta({
      description:
        "Of a message that was sent later than it was decided: what became of its links by then. `holds`: whether what it says of its bastion is still so. `alsoOpen`: other links to the VMs of links that are gone",
    }),
    vmTags: z.array(z.object({ vmId: text, env: maybe(text), owner: maybe(text) })).meta({
      description:
        "The VMs of `links` that have such tags, by the names of WATCHDOG_ENV_TAG and WATCHDOG_OWNER_TAG, as far as Azure returned them in time. The values are foreign input",
    }),
    about: maybe(
      z.object({ id: text, shortId, kind: alertKindShape, at: moment, againAt: maybe(moment) }),
    ).meta({
      description: "The earlier alert that was not acknowledged. `againAt`: when its acknowledgement lapsed",
    }),
  })
  .meta({
    title: "Alert of bastion-watchdog",
    description: "The `data` of its CloudEvents. No field holds a link's URL or token.",
  });

/** What `eventDataSchema` encodes. */
export type EventData = z.output<typeof eventDataSchema>;
