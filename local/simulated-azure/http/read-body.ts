import type { IncomingMessage } from "node:http";
import { badRequest } from "./reply.ts";

const largestBodyInBytes = 16 * 1024 * 1024;

/** The body as text. A larger one than Azure would take is refused without being kept. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const piece = Buffer.from(chunk as Uint8Array);
    size += piece.byteLength;
    if (size <= largestBodyInBytes) chunks.push(piece);
  }
  if (size > largestBodyInBytes)
    throw badRequest(
      "RequestContentTooLarge",
      `The request content is larger than ${largestBodyInBytes} bytes.`,
    );
  return Buffer.concat(chunks);
}

export function parseJson(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest(
      "InvalidRequestContent",
      "The request content was invalid and could not be deserialized: it is not JSON.",
    );
  }
}
