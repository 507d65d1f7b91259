/** How a queue message looks to the app (text and trigger metadata), and how an output becomes messages. */
import { randomUUID } from "node:crypto";
import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { TriggerData } from "./invoker.ts";
import type { TypedData } from "./rpc.ts";

export type MessageEncoding = "base64" | "none";

/** The message's text, or undefined when it is not in the encoding that `host.json` promises: such a message is poison at once. */
export function decodeMessage(text: string, encoding: MessageEncoding): string | undefined {
  if (encoding === "none") return text;
  const compact = text.replace(/\s/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined;
  return Buffer.from(compact, "base64").toString("utf8");
}

export function encodeMessage(text: string, encoding: MessageEncoding): string {
  return encoding === "none" ? text : Buffer.from(text, "utf8").toString("base64");
}

/** What the host sends to the worker for a message: JSON as JSON, everything else as text. */
export function queueTriggerData(message: DequeuedMessageItem, text: string): TriggerData {
  const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });
  return {
    data: jsonOrString(text),
    metadata: {
      QueueTrigger: { string: text },
      Id: json(message.messageId),
      DequeueCount: json(message.dequeueCount),
      ExpirationTime: json(message.expiresOn.toISOString()),
      InsertionTime: json(message.insertedOn.toISOString()),
      NextVisibleTime: json(message.nextVisibleOn.toISOString()),
      PopReceipt: json(message.popReceipt),
    },
  };
}

/** The same for a message that was never in a queue, because somebody fired the function by hand. */
export function manualQueueData(text: string): TriggerData {
  const now = new Date();
  const expiresOn = new Date(now.getTime() + 7 * 24 * 3_600_000);
  const origin = {
    messageId: randomUUID(),
    popReceipt: "",
    dequeueCount: 1,
    insertedOn: now,
    nextVisibleOn: now,
    expiresOn,
  };
  return queueTriggerData({ ...origin, messageText: text }, text);
}

export function jsonOrString(text: string): TypedData {
  try {
    JSON.parse(text);
    return { json: text };
  } catch {
    return { string: text };
  }
}

/** The messages an output makes: none for nothing, one per element of an array, otherwise one. */
export function outputTexts(data: TypedData | null | undefined): readonly string[] {
  if (data === null || data === undefined) return [];
  if (data.string !== undefined) return [data.string];
  if (data.bytes !== undefined) return [Buffer.from(data.bytes).toString("utf8")];
  const number = data.int ?? data.double;
  if (number !== undefined) return [String(number)];
  if (data.json === undefined) return [];
  const value: unknown = JSON.parse(data.json);
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
  return elements.map((element) => (typeof element === "string" ? element : JSON.stringify(element)));
}
