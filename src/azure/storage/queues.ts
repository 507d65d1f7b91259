import type { QueueClient } from "@azure/storage-queue";
import * as z from "zod";
import type { Queues } from "../../core/ports.ts";
import { days, type Milliseconds } from "../../core/domain/time.ts";
import { deliverJson, reconcileJson, sessionsJson } from "../../core/domain/state/messages.ts";
import { storageTimeoutInMs } from "./storage-clients.ts";

/**
 * Work for later waits in a queue of its own: the scaler counts invisible messages too, and would start instances for
 * what is merely waiting. Both reconcile queues are read by the same handler.
 */
const queueNames = {
  reconcile: "reconcile",
  reconcileLater: "reconcile-later",
  alerts: "alerts",
  sessions: "sessions",
  activity: "activity",
} as const;

/** The longest that Azure hides a message. */
const longestWait = days(7);

/** Messages as the Functions host reads them: base64 of JSON. Nothing expires: a message that nobody handles ends in a poison queue. */
export function storageQueues(clientOf: (queueName: string) => QueueClient): Queues {
  const reconcile = clientOf(queueNames.reconcile);
  const later = clientOf(queueNames.reconcileLater);
  const alerts = clientOf(queueNames.alerts);
  const sessions = clientOf(queueNames.sessions);
  const activity = jsonQueue(clientOf(queueNames.activity));
  return {
    reconcile: (request, visibleIn = 0) =>
      send(visibleIn > 0 ? later : reconcile, reconcileJson(request), visibleIn),
    deliver: (request, visibleIn = 0) => send(alerts, deliverJson(request), visibleIn),
    activity,
    sessions: (request) => send(sessions, sessionsJson(request), 0),
  };
}

/** A queue of ours for whoever puts into it what the app takes: an event to be replayed, an alert to be sent again. Throws if the queue does not take it. */
export const jsonQueue =
  (client: QueueClient): ((event: unknown) => Promise<void>) =>
  (event) =>
    send(client, JSON.stringify(event), 0);

async function send(queue: QueueClient, json: string, visibleIn: Milliseconds): Promise<void> {
  const message = Buffer.from(json, "utf8").toString("base64");
  const sendOnce = () =>
    queue.sendMessage(message, {
      visibilityTimeout: wholeSeconds(visibleIn),
      messageTimeToLive: -1,
      abortSignal: AbortSignal.timeout(storageTimeoutInMs),
    });
  try {
    await sendOnce();
  } catch (error) {
    if (!isMissingQueue(error)) throw error;
    await queue.createIfNotExists();
    await sendOnce();
  }
}

/** Up, never down: a wake-up that comes before its moment would find nothing to do. */
const wholeSeconds = (wait: Milliseconds): number =>
  Math.ceil(Math.min(Math.max(wait, 0), longestWait) / 1_000);

const missingQueue = z.object({ statusCode: z.literal(404), code: z.literal("QueueNotFound") });

const isMissingQueue = (error: unknown): boolean => missingQueue.safeParse(error).success;
