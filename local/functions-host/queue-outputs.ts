import { type QueueClient, RestError } from "@azure/storage-queue";
import type { HostedFunction } from "./functions.ts";
import type { InvocationResponse } from "./rpc.ts";
import { type MessageEncoding, encodeMessage, outputTexts } from "./queue-messages.ts";

/** Writes the `return` and `extraOutputs` of queue bindings; a queue that is missing is made. A failure fails the invocation. */
export function queueOutputs(encoding: MessageEncoding) {
  return async (target: HostedFunction, response: InvocationResponse): Promise<void> => {
    for (const { bindingName, queueName, service } of target.outputs) {
      const data =
        bindingName === "$return"
          ? response.returnValue
          : response.outputData?.find((output) => output.name === bindingName)?.data;
      const texts = outputTexts(data);
      if (texts.length === 0) continue;
      const queue = service.getQueueClient(queueName);
      for (const text of texts) await sendMaking(queue, encodeMessage(text, encoding));
    }
  };
}

/** Sends; makes the queue first when it is not there yet. */
export async function sendMaking(queue: QueueClient, encoded: string): Promise<void> {
  try {
    await queue.sendMessage(encoded);
  } catch (error) {
    if (!(error instanceof RestError) || error.statusCode !== 404) throw error;
    await queue.createIfNotExists();
    await queue.sendMessage(encoded);
  }
}
