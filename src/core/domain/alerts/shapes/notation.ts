import type * as z from "zod";
import type { Caller } from "../../attribution/signal.ts";
import type { Instant } from "../../time.ts";

/** How moments, unknown values and callers are written: rows and events differ in these, and in nothing else. */
export interface Notation {
  readonly moment: z.ZodType<Instant>;
  readonly maybe: <Value>(schema: z.ZodType<Value>) => z.ZodType<Value | undefined>;
  readonly caller: z.ZodType<Caller>;
}
