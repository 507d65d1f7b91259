import * as z from "zod";
import type { Delivery, OutboxEntry } from "../../core/domain/alerts/outbox.ts";
import { alertSchema } from "../../core/domain/alerts/shapes/alert-shape.ts";
import { instantColumn, maybe, notation, text } from "./row-schemas.ts";

const delivery: z.ZodType<Delivery> = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("pending"),
    attempts: z.number().int(),
    notBefore: instantColumn,
    lastError: maybe(text),
    isWaiting: z.literal(true).optional(),
  }),
  z.object({
    state: z.literal("accepted"),
    at: instantColumn,
    attempts: z.number().int(),
    message: text.optional(),
  }),
  z.object({ state: z.literal("gave-up"), at: instantColumn, attempts: z.number().int(), why: text }),
]);

/** The version of an entry is its row's ETag and stands beside the body. */
export const outboxSchema: z.ZodType<Omit<OutboxEntry, "version">> = z.object({
  seq: z.number().int(),
  alert: alertSchema(notation),
  deliveries: z.record(z.string(), delivery),
  fallback: maybe(z.array(text)),
  quiet: z.enum(["off", "digest"]).optional(),
  againAt: instantColumn.optional(),
});
