import type { EventSchema } from "../settings.ts";

/** Where events end up. Taking one never fails for the caller: retrying is the sink's own business. */
export interface EventSink {
  /** Its own schema, if it differs from what the simulated Azure is set to. */
  readonly schema?: EventSchema;
  take(event: Readonly<Record<string, unknown>>): void;
  /** How many it has taken and not yet delivered. */
  undelivered?(): number;
  close(): void;
}
