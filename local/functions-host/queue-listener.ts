/**
 * Listens to one queue for one function, with the rules of the Functions queue listener: `batchSize` at once, more as soon as
 * `newBatchThreshold` or fewer are left, a lease that is renewed while the handler runs, `maxDequeueCount` tries, then poison.
 */
import type { DequeuedMessageItem } from "@azure/storage-queue";
import { untilMoment } from "../clock/moment.ts";
import type { FunctionOf } from "./functions.ts";
import type { ListenerContext, Listening } from "./listening.ts";
import { hostLog } from "./log.ts";
import { processMessage } from "./process-message.ts";

export interface Listener {
  /** Takes no more messages; resolves when those already taken are done or given back. */
  stop(): Promise<void>;
}

const shortestIdleInMs = 100;

/** Resolves once the queue is there. A storage that cannot be reached is logged and tried again. */
export async function listenToQueue(
  target: FunctionOf<"queue">,
  context: ListenerContext,
): Promise<Listener> {
  const { service, queueName } = target.trigger;
  const queue = service.getQueueClient(queueName);
  const log = hostLog(context.log, target.name);
  await queue.createIfNotExists().catch((error: unknown) => {
    log("warning", `Queue ${queue.name} cannot be made yet: ${String(error)}`);
  });
  const stopping = new AbortController();
  const polling = poll(
    { target, queue, context, log, poison: service.getQueueClient(`${queue.name}-poison`) },
    stopping.signal,
  );
  return {
    stop: async () => {
      stopping.abort();
      await polling;
    },
  };
}

/**
 * Idle waits double up to `maxPollingInterval`; a message found means looking again at once. A leap of the clock ends a wait, and the next
 * ones begin short again: much may have come due.
 */
async function poll(listening: Listening, stopping: AbortSignal): Promise<void> {
  const { options } = listening.context;
  const inWork = new Set<Promise<void>>();
  const longestIdleInMs = Math.max(options.maxPollingInterval, shortestIdleInMs);
  let idleInMs = shortestIdleInMs;
  let leapt = false;
  while (!stopping.aborted) {
    const messages = await receive(listening);
    for (const message of messages) {
      const work = processMessage(listening, message, stopping).finally(() => inWork.delete(work));
      inWork.add(work);
    }
    while (inWork.size > options.newBatchThreshold) await Promise.race(inWork);
    idleInMs = messages.length > 0 || leapt ? shortestIdleInMs : Math.min(idleInMs * 2, longestIdleInMs);
    const until = Date.now() + idleInMs;
    if (messages.length === 0) await untilMoment(until, stopping);
    leapt = Date.now() - until > longestIdleInMs;
  }
  await Promise.all(inWork);
}

async function receive({ queue, context, log }: Listening): Promise<readonly DequeuedMessageItem[]> {
  try {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: context.options.batchSize,
      visibilityTimeout: Math.max(1, Math.round(context.leaseInMs / 1000)),
    });
    return receivedMessageItems;
  } catch (error) {
    log("warning", `Queue ${queue.name} cannot be read: ${String(error)}`);
    await queue.createIfNotExists().catch(() => undefined);
    return [];
  }
}
