import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach } from "vitest";
import type { StorageAccess } from "../../src/azure/storage/storage-clients.ts";

interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the stand-in does with a request: answer it, or drop the connection. */
export type WireAnswer =
  { readonly status: number; readonly code?: string; readonly retryAfter?: string } | "drop";

export interface StorageOnTheWire {
  readonly access: StorageAccess;
  readonly requests: readonly ReceivedRequest[];
}

/** A storage account that gives every request the same answer and remembers all of them: for what Azurite never says. */
export async function storageOnTheWire(
  answer: WireAnswer | ((method: string | undefined) => WireAnswer),
): Promise<StorageOnTheWire> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    void receive(request).then((received) => {
      requests.push(received);
      const given = typeof answer === "function" ? answer(received.method) : answer;
      if (given === "drop") return response.destroy();
      const { status, code, retryAfter } = given;
      const body = JSON.stringify({ "odata.error": { code, message: { value: "as told" } } });
      const headers = {
        "content-length": Buffer.byteLength(body),
        "content-type": "application/json",
        etag: '"1"',
        ...(code !== undefined && { "x-ms-error-code": code }),
        ...(retryAfter !== undefined && { "Retry-After": retryAfter }),
      };
      return response.writeHead(status, headers).end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account`;
  const value = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;TableEndpoint=${url};QueueEndpoint=${url};BlobEndpoint=${url};`;
  return { access: { kind: "connection-string", value }, requests };
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const url = new URL(request.url ?? "/", "http://storage");
  return {
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: await text(request),
  };
}

const running: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});
