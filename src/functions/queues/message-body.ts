import { jsonIn, textOf } from "../../core/domain/foreign.ts";

/**
 * A queue message as we decode it ourselves. Event Grid and our own queues write base64 of JSON. Left to the platform, a message that is
 * no base64 would go to a poison queue that no trigger can read either; here it is recorded and told like any other rejection: what is no JSON stays the text it was.
 */
export function bodyOf(message: unknown): unknown {
  if (message instanceof Uint8Array) return jsonIn(textOf(message));
  if (typeof message !== "string") return message;
  return jsonIn(textOf(Buffer.from(message, "base64"))) ?? jsonIn(message) ?? message;
}
