import { setTimeout as delay } from "node:timers/promises";
import type { EventSink } from "./event-sink.ts";

const activityQueue = "activity";

const retryInMs = 500;

/**
 * Delivers to a Storage queue as Event Grid does: one message per event, the JSON in base64. Creates the queue, and keeps every event until
 * storage is there to take it.
 */
export function storageQueueSink(connectionString: string): EventSink {
  const waiting: string[] = [];
  const closing = new AbortController();
  let isDelivering = false;

  const deliverAll = async () => {
    const send = await messageSender(connectionString);
    while (!closing.signal.aborted && waiting[0] !== undefined) {
      try {
        await send(waiting[0]);
        waiting.shift();
      } catch {
        await delay(retryInMs, undefined, { signal: closing.signal, ref: false });
      }
    }
  };

  const wake = () => {
    if (isDelivering) return;
    isDelivering = true;
    const done = () => {
      isDelivering = false;
    };
    deliverAll().then(done, (error: unknown) => {
      done();
      if (!closing.signal.aborted) console.error("Events cannot be delivered to the Storage queue:", error);
    });
  };

  return {
    take(event) {
      waiting.push(Buffer.from(JSON.stringify(event)).toString("base64"));
      wake();
    },
    undelivered: () => waiting.length,
    close: () => {
      closing.abort();
    },
  };
}

async function messageSender(connectionString: string): Promise<(message: string) => Promise<void>> {
  const { QueueClient } = await import("@azure/storage-queue");
  const queue = new QueueClient(connectionString, activityQueue, { retryOptions: { maxTries: 1 } });
  let exists = false;
  return async (message) => {
    if (!exists) await queue.createIfNotExists();
    exists = true;
    try {
      await queue.sendMessage(message);
    } catch (error) {
      exists = false;
      throw error;
    }
  };
}
