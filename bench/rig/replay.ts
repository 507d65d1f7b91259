/**
 * The floor of a piece of work: the very requests it made, sent again one after the other with nothing but `node:http`. They are about another
 * bastion of the same length, because what was inserted once cannot be inserted again.
 */
import { createHmac } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";

export interface SentRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let keeping: SentRequest[] | undefined;
let isListening = false;

/** The requests, bodies included, that leave while the work is done. What `fetch` sends does not pass here. */
export async function sentDuring(work: () => Promise<unknown>): Promise<readonly SentRequest[]> {
  listen();
  const sent: SentRequest[] = [];
  keeping = sent;
  try {
    await work();
    return sent;
  } finally {
    keeping = undefined;
  }
}

/** How many have left so far. */
export const sentSoFar = (): number => keeping?.length ?? 0;

function listen(): void {
  if (isListening) return;
  isListening = true;
  subscribe("http.client.request.created", (message) => {
    if (keeping) keep((message as { readonly request: ClientRequest }).request, keeping);
  });
}

function keep(request: ClientRequest, sent: SentRequest[]): void {
  const body: string[] = [];
  const keepPart = (chunk: unknown) => {
    if (typeof chunk === "string" || Buffer.isBuffer(chunk)) body.push(chunk.toString());
  };
  const [write, end] = [request.write.bind(request), request.end.bind(request)] as [Send, Send];
  request.write = ((...of: Parameters<Send>) => (keepPart(of[0]), write(...of))) as typeof request.write;
  request.end = ((...of: Parameters<Send>) => {
    keepPart(of[0]);
    sent.push({ method: request.method, ...placeOf(request), body: body.join("") });
    return end(...of);
  }) as typeof request.end;
}

type Send = (chunk?: unknown, ...rest: readonly unknown[]) => unknown;

const placeOf = (request: ClientRequest) => ({
  host: String(request.getHeader("host")),
  path: request.path,
  headers: Object.fromEntries(
    Object.entries(request.getHeaders()).map(([name, value]) => [name, String(value)]),
  ),
});

const agent = new Agent({ keepAlive: true });
const changedByHand = /^(content-length|connection|authorization|x-ms-date|date|if-match)$/;

export interface Twin {
  readonly from: string;
  readonly to: string;
  /** Signs requests to tables, whose path names the bastion. */
  readonly key: string;
}

/** Sends a request again, about the other bastion and whatever version its rows have. A row that is there already is as much work. */
export async function resend(original: SentRequest, { from, to, key }: Twin): Promise<void> {
  const renamed = (text: string) => (from === to ? text : text.replaceAll(from, to));
  const [hostname, port] = original.host.split(":");
  const path = renamed(original.path);
  const body = renamed(original.body).replace(/If-Match: W\/"[^"]*"/g, "If-Match: *");
  const isTable = /\/\$batch|PartitionKey|\/watchdog/.test(path);
  const headers = isTable ? { ...plain(original.headers), ...signed(path, key) } : original.headers;
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const request = httpRequest({
    hostname,
    port,
    agent,
    method: original.method,
    path,
    headers: { ...headers, ...length },
  });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const answer = Buffer.concat(await response.toArray()).toString();
  if (response.statusCode === 409 && answer.includes("EntityAlreadyExists")) return;
  if ((response.statusCode ?? 500) >= 300 || /HTTP\/1\.1 [45]/.test(answer))
    throw new Error(`${original.method} ${path} again: ${response.statusCode ?? 0} ${answer.slice(0, 500)}`);
}

const plain = (headers: SentRequest["headers"]) => ({
  ...Object.fromEntries(Object.entries(headers).filter(([name]) => !changedByHand.test(name))),
  ...("if-match" in headers ? { "if-match": "*" } : {}),
});

/** Shared Key Lite: the date and the path, nothing else. */
function signed(path: string, key: string): Record<string, string> {
  const [account = "", secret = ""] = key.split(":");
  const date = new Date().toUTCString();
  const signature = createHmac("sha256", Buffer.from(secret, "base64"))
    .update(`${date}\n/${account}${path.split("?")[0] ?? ""}`)
    .digest("base64");
  return { "x-ms-date": date, authorization: `SharedKeyLite ${account}:${signature}` };
}
