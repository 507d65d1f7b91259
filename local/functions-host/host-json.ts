/** The parts of `host.json` that the local host honours; everything else in it is for Azure. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseTimeSpan } from "./time-span.ts";

const timeSpan = z.string().transform((text, context) => {
  const parsed = parseTimeSpan(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: `"${text}" is not a time span (hh:mm:ss)` });
  return z.NEVER;
});

const queuesSchema = z
  .object({
    maxPollingInterval: timeSpan.default(60_000),
    visibilityTimeout: timeSpan.default(0),
    batchSize: z.int().min(1).max(32).default(16),
    newBatchThreshold: z.int().min(0).optional(),
    maxDequeueCount: z.int().min(1).default(5),
    messageEncoding: z.enum(["base64", "none"]).default("base64"),
  })
  .transform((queues) => ({
    ...queues,
    newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2),
  }));

const httpSchema = z.object({ routePrefix: z.string().default("api") });

const hostSchema = z.object({
  version: z.literal("2.0"),
  functionTimeout: timeSpan.default(30 * 60_000),
  extensions: z.object({ http: httpSchema.prefault({}), queues: queuesSchema.prefault({}) }).prefault({}),
});

export type HostJson = z.output<typeof hostSchema>;
export type QueueOptions = HostJson["extensions"]["queues"];

/** Reads `host.json` of the app; throws with every bad value named. */
export function readHostJson(appDirectory: string): HostJson {
  const parsed = hostSchema.safeParse(JSON.parse(readFileSync(join(appDirectory, "host.json"), "utf8")));
  if (!parsed.success) throw new Error(`host.json is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
