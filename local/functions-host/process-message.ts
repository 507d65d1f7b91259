/** What becomes of one message: handled and deleted, back in the queue for another try, or in the poison queue. */
import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { Listening } from "./listening.ts";
import { decodeMessage, queueTriggerData } from "./queue-messages.ts";
import { sendMaking } from "./queue-outputs.ts";

/** Never rejects: whatever storage refuses is logged, and the lease brings the message back. */
export async function processMessage(
  listening: Listening,
  message: DequeuedMessageItem,
  stopping: AbortSignal,
): Promise<void> {
  try {
    if (stopping.aborted) await giveBack(listening, message, 0);
    else await handle(listening, message);
  } catch (error) {
    listening.log(
      "error",
      `Message ${message.messageId} of ${listening.queue.name} is left to its lease: ${String(error)}`,
    );
  }
}

async function handle(listening: Listening, message: DequeuedMessageItem): Promise<void> {
  const { options, invoker } = listening.context;
  const text = decodeMessage(message.messageText, options.messageEncoding);
  if (text === undefined || message.dequeueCount > options.maxDequeueCount)
    return toPoison(listening, message);
  const lease = holdLease(listening, message);
  const succeeded = await invoker.invoke(listening.target, queueTriggerData(message, text)).then(
    () => true,
    () => false,
  );
  const current = { ...message, popReceipt: await lease.end() };
  if (succeeded) await listening.queue.deleteMessage(current.messageId, current.popReceipt);
  else if (message.dequeueCount >= options.maxDequeueCount) await toPoison(listening, current);
  else await giveBack(listening, current, options.visibilityTimeout);
}

async function giveBack(
  { queue }: Listening,
  message: DequeuedMessageItem,
  hiddenForMs: number,
): Promise<void> {
  await queue.updateMessage(message.messageId, message.popReceipt, undefined, Math.round(hiddenForMs / 1000));
}

/** The message goes over as it is; the copy comes first, so that a crash in between doubles it rather than loses it. */
async function toPoison({ queue, poison, log }: Listening, message: DequeuedMessageItem): Promise<void> {
  log("warning", `Message ${message.messageId} moves to ${poison.name} after ${message.dequeueCount} tries`);
  await sendMaking(poison, message.messageText);
  await queue.deleteMessage(message.messageId, message.popReceipt);
}

/** Renews the lease at half its time for as long as the handler runs, as Azure does; each renewal changes the pop receipt. */
function holdLease(
  { queue, context, log }: Listening,
  message: DequeuedMessageItem,
): { end(): Promise<string> } {
  const leaseInS = Math.max(1, Math.round(context.leaseInMs / 1000));
  let popReceipt = message.popReceipt;
  let renewal: Promise<void> = Promise.resolve();
  const renew = async () => {
    const renewed = await queue.updateMessage(message.messageId, popReceipt, undefined, leaseInS);
    popReceipt = renewed.popReceipt ?? popReceipt;
  };
  const timer = setInterval(() => {
    renewal = renewal.then(renew).catch((error: unknown) => {
      log("warning", `The lease of message ${message.messageId} was not renewed: ${String(error)}`);
    });
  }, leaseInS * 500);
  return {
    end: async () => {
      clearInterval(timer);
      await renewal;
      return popReceipt;
    },
  };
}
