import { spellings, type Spelling } from "./activity-record.ts";

export type EventSchema = "CloudEventSchemaV1_0" | "EventGridSchema";

/** How the simulated Azure behaves on a good day, and how bad a bad one is. */
export interface Settings {
  /** Added to every answer on Azure's own paths. */
  readonly latencyInMs: number;
  /** How long a long-running operation takes. */
  readonly operationInMs: number;
  /** What `Retry-After` says to whoever asks after one; the wait doubles from poll to poll. Azure's own clients obey it in real time. */
  readonly pollAfterInSeconds: number;
  readonly pageSize: number;
  /** Whether ARM's documented limits on requests hold (`http/request-limits.ts`). */
  readonly limitsRequests: boolean;
  readonly eventSchema: EventSchema;
  /** How events are spelled; each by chance in one of these ways. */
  readonly eventSpellings: readonly Spelling[];
  /** Subscriptions whose events Event Grid loses, all of them. */
  readonly deafSubscriptions: readonly string[];
  /** From the end of an operation to the delivery of its event. */
  readonly eventDelayInMs: number;
  /** From the end of an operation to its row in Log Analytics. */
  readonly ingestionDelayInMs: number;
  /** `busy409`, `busy400`: how long a bastion is busy after a create or a delete. */
  readonly busyInMs: number;
  /** `eventsLate`, `deletesLate`: how late. */
  readonly lateInMs: number;
  /** `throttled`, `teams429`: what `Retry-After` says. */
  readonly retryAfterInSeconds: number;
  /** How many messages the Teams channel takes in a second; more are a 429. */
  readonly teamsPerSecond: number;
  /** `unknownExpiryField`, and links that are `expired`: its name, which Azure has not published. */
  readonly expiryField: string;
}

export const defaultSettings: Settings = {
  latencyInMs: 0,
  operationInMs: 300,
  pollAfterInSeconds: 10,
  pageSize: 100,
  limitsRequests: false,
  eventSchema: "CloudEventSchemaV1_0",
  eventSpellings: spellings,
  deafSubscriptions: [],
  eventDelayInMs: 0,
  ingestionDelayInMs: 0,
  busyInMs: 75_000,
  lateInMs: 180_000,
  retryAfterInSeconds: 2,
  teamsPerSecond: 4,
  expiryField: "expiresAt",
};
