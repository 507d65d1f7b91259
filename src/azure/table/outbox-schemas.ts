import * as z from "zod";
import type { Alert, Severity } from "../../core/domain/alerts/alert.ts";
import type { Delivery, OutboxEntry } from "../../core/domain/alerts/outbox.ts";
import { alertKind, alertLink, attribution, maybe, instantColumn, oneOf, text } from "./row-schemas.ts";

const alert: z.ZodType<Alert> = z.object({
  id: text,
  kind: alertKind,
  severity: oneOf<Severity>({ low: true, medium: true, high: true }),
  at: instantColumn,
  bastionId: maybe(text),
  links: z.array(alertLink),
  linkCount: z.number().int(),
  actor: maybe(attribution),
  enforced: z.boolean(),
  notes: z.array(text),
  about: maybe(z.object({ id: text, kind: alertKind, at: instantColumn })),
});

const delivery: z.ZodType<Delivery> = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("pending"),
    attempts: z.number().int(),
    notBefore: instantColumn,
    lastError: maybe(text),
  }),
  z.object({ state: z.literal("accepted"), at: instantColumn, attempts: z.number().int() }),
  z.object({ state: z.literal("gave-up"), at: instantColumn, attempts: z.number().int(), why: text }),
]);

/** The version of an entry is its row's ETag and stands beside the body. */
export const outboxSchema: z.ZodType<Omit<OutboxEntry, "version">> = z.object({
  seq: z.number().int(),
  alert,
  deliveries: z.record(z.string(), delivery),
  fallback: maybe(z.array(text)),
});
