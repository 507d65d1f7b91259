import * as z from "zod";
import type { Names, UsageGap, UsageSummary } from "../../links/usage.ts";
import type { Notation } from "./notation.ts";

const text = z.string();
const count = z.int();

/** The first few names of many. */
export const namesShape: z.ZodType<Names> = z.object({ shown: z.array(text), more: count });

const gap: z.ZodType<UsageGap> = z.discriminatedUnion("reason", [
  z.object({ reason: z.enum(["too-many-sign-ins", "no-audit-log", "no-newer-row", "too-young"]) }),
  z.object({ reason: z.literal("no-answer"), why: text }),
]);

/** How a link was used. */
export const usageShape = ({ moment }: Notation): z.ZodType<UsageSummary> =>
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("used"),
      sessions: count,
      failedSignIns: count,
      whole: z.boolean(),
      users: namesShape,
      addresses: namesShape,
      viaLink: z.object({ yes: count, no: count }),
    }),
    z.object({ kind: z.literal("never used"), through: moment }),
    z.object({ kind: z.literal("not known"), gap }),
  ]);
