/** A request and an answer inside the host, free of Node's streams. */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface HostRequest {
  readonly method: string;
  readonly url: URL;
  /** Lower-case names; duplicates joined as HTTP joins them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Uint8Array | string;
}

export function jsonAnswer(status: number, value: unknown): Answer {
  return {
    status,
    headers: [["content-type", "application/json; charset=utf-8"]],
    body: JSON.stringify(value),
  };
}

export function textAnswer(status: number, text: string): Answer {
  return { status, headers: [["content-type", "text/plain; charset=utf-8"]], body: text };
}

const largestBodyInBytes = 10 * 1024 * 1024;

/** Reads the whole request, or says with which answer it is refused. A body that is too long is read to its end but not kept. */
export async function readRequest(incoming: IncomingMessage, port: number): Promise<HostRequest | Answer> {
  const body = await readBody(incoming);
  if (body === undefined)
    return textAnswer(413, `The local host takes bodies up to ${largestBodyInBytes / 1024 / 1024} MB`);
  const url = requestUrl(incoming, port);
  if (url === undefined) return textAnswer(400, "The request target is not a path");
  const headers = { ...plainHeaders(incoming), "x-forwarded-for": forwardedFor(incoming) };
  return { method: incoming.method ?? "GET", url, headers, body };
}

/** As the platform's front end does: whom it saw, behind whatever the request said of itself. */
function forwardedFor({ headers, socket }: IncomingMessage): string {
  const seen = `${socket.remoteAddress ?? ""}:${socket.remotePort ?? 0}`;
  return [...[headers["x-forwarded-for"] ?? []].flat(), seen].join(", ");
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= largestBodyInBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length <= largestBodyInBytes ? Buffer.concat(chunks) : undefined;
}

/** Built by joining, not by resolving: a path that starts with `//` must not become a host name. */
function requestUrl({ url, headers }: IncomingMessage, port: number): URL | undefined {
  if (url?.startsWith("/") !== true) return undefined;
  const host =
    headers.host !== undefined && /^[\w.:[\]-]+$/.test(headers.host) ? headers.host : `127.0.0.1:${port}`;
  return URL.parse(`http://${host}${url}`) ?? URL.parse(`http://127.0.0.1:${port}${url}`) ?? undefined;
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")] as const,
  );
  return Object.fromEntries(entries);
}

const framing = new Set(["content-length", "transfer-encoding", "connection", "keep-alive"]);

/** Sends the answer; its length is ours to say, and a status without a body gets none. */
export function writeAnswer(response: ServerResponse, { status, headers = [], body = "" }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of headers)
    if (!framing.has(name.toLowerCase())) response.appendHeader(name, value);
  if (status === 204 || status === 304) {
    response.end();
    return;
  }
  response.setHeader("content-length", Buffer.byteLength(body));
  response.end(body);
}
