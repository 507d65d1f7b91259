import * as z from "zod";
import { parseBastionId } from "../arm-id.ts";
import { isoInstant, parseInstant, type Instant } from "../time.ts";
import { alertIdPattern } from "../alerts/alert.ts";
import { isPartition, type Partition } from "../partition.ts";

/** What makes `reconcile` run. It decides when, never what. */
export interface ReconcileRequest {
  readonly bastionId: string;
  readonly cause: "event" | "sweep" | "wake-up" | "busy" | "person";
  /** A complete listing that began after this moment already answers the request. */
  readonly since: Instant;
  /** Since when processes with older settings have sent it back. */
  readonly waitingSince?: Instant | undefined;
}

/** Which alert is to be sent: the outbox entry of number `seq`. */
export interface DeliverRequest {
  readonly partition: Partition;
  readonly seq: number;
}

/** An alert that channels gave up, which somebody wants to be sent again. */
export interface ResendRequest {
  readonly partition: Partition;
  readonly alertId: string;
  readonly why: string;
}

/** Whose sessions somebody wants to know, and since when. */
export interface SessionsRequest {
  readonly bastionId: string;
  /** An answer that was asked for after this moment does. */
  readonly since: Instant;
}

/**
 * What our own queues carry, as JSON. Moments are ISO 8601, so that a message can be read, and written, by
 * hand. Messages are parsed like anybody else's: the queue outlives the version of the program that filled
 * it.
 */
export type Parsed<Request> = { readonly request: Request } | { readonly problem: string };

const moment = z.string().transform((text, context): Instant => {
  const value = parseInstant(text);
  if (value !== undefined) return value;
  context.addIssue({ code: "custom", message: "must be a date such as 2026-12-04T18:00:00.000Z" });
  return z.NEVER;
});

const bastionId = z
  .string()
  .refine((text) => parseBastionId(text) !== undefined, "is not the id of a bastion host");

const reconcileRequest: z.ZodType<ReconcileRequest> = z.object({
  bastionId,
  cause: z.enum(["event", "sweep", "wake-up", "busy", "person"]),
  since: moment,
  waitingSince: moment.optional(),
});

const sessionsRequest: z.ZodType<SessionsRequest> = z.object({ bastionId, since: moment });

const partition = z
  .string()
  .refine(isPartition, "is neither the watchdog's own partition nor one of a bastion host");

const resendRequest: z.ZodType<ResendRequest> = z.object({
  partition,
  alertId: z.string().regex(alertIdPattern),
  why: z.string().trim().min(3).max(500),
});

const deliverRequest: z.ZodType<DeliverRequest> = z.object({
  partition,
  seq: z.number().int().min(1),
});

/** `problem` says what is wrong with the message; it will not get better, so do not retry it. */
export const parseReconcileRequest = (message: unknown): Parsed<ReconcileRequest> =>
  parsed(reconcileRequest, message);

/** As above, for an alert: the partition must be the watchdog's own or that of a bastion. */
export const parseDeliverRequest = (message: unknown): Parsed<DeliverRequest> =>
  parsed(deliverRequest, message);

/** As above, for one that is to be sent again; undefined: the message asks for something else. */
export const parseResendRequest = (message: unknown): ResendRequest | undefined =>
  resendRequest.safeParse(message).data;

/** As the first, for the sessions of a bastion. */
export const parseSessionsRequest = (message: unknown): Parsed<SessionsRequest> =>
  parsed(sessionsRequest, message);

function parsed<Request>(schema: z.ZodType<Request>, message: unknown): Parsed<Request> {
  const result = schema.safeParse(message);
  return result.success ? { request: result.data } : { problem: z.prettifyError(result.error) };
}

/** The JSON that `parseReconcileRequest` reads back. Whole milliseconds survive; nothing here is more exact. */
export const reconcileJson = ({ bastionId, cause, since, waitingSince }: ReconcileRequest): string =>
  JSON.stringify({
    bastionId,
    cause,
    since: isoInstant(since),
    ...(waitingSince !== undefined && { waitingSince: isoInstant(waitingSince) }),
  });

/** The JSON that `parseDeliverRequest` reads back. */
export const deliverJson = ({ partition, seq }: DeliverRequest): string => JSON.stringify({ partition, seq });

/** The JSON that `parseSessionsRequest` reads back. */
export const sessionsJson = ({ bastionId, since }: SessionsRequest): string =>
  JSON.stringify({ bastionId, since: isoInstant(since) });
