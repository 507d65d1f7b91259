import * as z from "zod";
import type { Candidate, Searched } from "../../attribution/attribution.ts";
import { linkIdSchema, type ClosedBy } from "../../links/link.ts";
import type { AlertActor } from "../alert-actor.ts";
import { alertKindNames, roleNames, severityNames } from "../alert-kinds.ts";
import type { Alert, AlertLink, AsOf } from "../alert.ts";
import { digestShape } from "./digest-shape.ts";
import type { Notation } from "./notation.ts";
import { noteShape, stillOpenShape } from "./note-shape.ts";

const text = z.string();
/** A kind of alert by its name. */
export const alertKindShape = z.enum(alertKindNames);
const severityShape = z.enum(severityNames);

/** One link of an alert. */
export const linkShape = ({ moment, maybe }: Pick<Notation, "moment" | "maybe">) => ({
  linkId: linkIdSchema,
  life: z.int(),
  vmId: text,
  createdAt: moment,
  createdAtSource: z.enum(["azure", "first-seen"]),
  nativeExpiry: maybe(moment),
  rule: text,
  tightenedBy: z.array(text).readonly().default([]),
  allowed: z.boolean(),
  enforced: z.boolean(),
  deadline: moment,
});

const operationShape = ({ moment, maybe }: Pick<Notation, "moment" | "maybe">) =>
  z.object({
    eventId: text,
    beganAt: moment.optional(),
    reportedAt: moment,
    correlationId: maybe(text),
  });

/** Somebody who may have done it, with the operations by which. */
export const candidateShape = (
  notation: Pick<Notation, "moment" | "maybe" | "caller">,
): z.ZodType<Candidate> =>
  z.intersection(notation.caller, z.object({ operations: z.array(operationShape(notation)).optional() }));

/** Who it was not, or may have been: an attribution has these as well. */
export const unknownActorShapes = (notation: Pick<Notation, "moment" | "maybe" | "caller">) =>
  [
    z.object({
      kind: z.literal("ambiguous"),
      candidates: z.array(candidateShape(notation)),
      others: z.literal(true).optional(),
    }),
    z.object({ kind: z.literal("unknown"), searched: z.enum(["creation", "deletion"] satisfies Searched[]) }),
  ] as const;

/** Who did something, by the Activity Log. */
export const actorShape = (notation: Notation): z.ZodType<AlertActor> =>
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("known"),
      caller: notation.caller,
      operations: z.array(operationShape(notation)),
    }),
    ...unknownActorShapes(notation),
  ]);

/** An alert's fields but for `person` and `names`, which are looked up when it is sent. */
export function alertShape(notation: Notation) {
  const { moment, maybe } = notation;
  const link: z.ZodType<AlertLink> = z.object(linkShape(notation));
  return {
    id: text,
    kind: alertKindShape,
    severity: severityShape,
    at: moment,
    bastionId: maybe(text),
    links: z.array(link),
    linkCount: z.int(),
    actors: z.partialRecord(z.enum(roleNames), actorShape(notation)),
    notes: z.array(noteShape(notation)),
    digest: maybe(digestShape(notation)),
    telling: maybe(z.object({ number: z.int(), since: moment })),
    about: maybe(z.object({ id: text, kind: alertKindShape, at: moment, againAt: moment.optional() })),
  };
}

/** What became of an alert by the time it was sent; no row holds it. */
export const asOfShape = (notation: Notation): z.ZodType<AsOf> => {
  const link: z.ZodType<AlertLink> = z.object(linkShape(notation));
  const { linkId, life, vmId, createdAt } = linkShape(notation);
  return z.object({
    at: notation.moment,
    open: z.array(link),
    gone: z.array(
      z.object({
        ...{ linkId, life, vmId, createdAt, at: notation.moment },
        closedBy: z.enum([
          "revoked-by-watchdog",
          "perhaps-by-watchdog",
          "deleted-by-other",
          "switched-off",
          "gone-with-bastion",
        ] satisfies ClosedBy[]),
        deleter: actorShape(notation).optional(),
      }),
    ),
    holds: z.boolean(),
    alsoOpen: z.array(z.object(stillOpenShape(notation.moment))).optional(),
    isUnread: z.literal(true).optional(),
  });
};

/** As a row holds it. */
export const alertSchema = (notation: Notation): z.ZodType<Alert> => z.object(alertShape(notation));
