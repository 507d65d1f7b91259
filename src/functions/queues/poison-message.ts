import type { StorageQueueHandler } from "@azure/functions";
import { reportTrouble } from "../../core/flows/alerts/report-trouble.ts";
import { portsOf, type App } from "../invocation.ts";

/**
 * A message that failed five times, or was never readable. Recorded and told, without a word of its body: that is a stranger's text.
 * The work itself is not lost with it, because the next sweep looks at every bastion anyway.
 */
export const poisonMessage =
  (queue: string, app: App): StorageQueueHandler =>
  async (_message, context) => {
    const { id, insertionTime } = context.triggerMetadata ?? {};
    await reportTrouble(
      { kind: "message-poisoned", queue, messageId: text(id), insertedAt: text(insertionTime) },
      portsOf(app, context),
      app.settings,
    );
  };

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : value instanceof Date ? value.toISOString() : undefined;
