/**
 * How every request to Microsoft Graph leaves this process: Microsoft's client puts the request together, and one middleware of ours
 * is its whole chain. Nothing in it can log, follow a redirect or attach the token anywhere else. A read is sent again for whoever has the
 * patience; a message never is.
 */
import { randomUUID } from "node:crypto";
import type { TokenCredential } from "@azure/core-auth";
import type { Client, Context } from "@microsoft/microsoft-graph-client";
import type { Clock } from "../../core/ports.ts";
import { systemClock } from "../system-clock.ts";
import { type Milliseconds, seconds } from "../../core/domain/time.ts";
import type { Exchange } from "../arm/exchange.ts";
import { askPatiently, type Patience } from "../arm/patience.ts";
import { accessTokens, type AccessTokens } from "../identity/access-token.ts";
import { beginningOf, networkReason } from "../http/excerpt.ts";
import { redact } from "../http/redact.ts";
import { jsonIn, reasonOf } from "../../core/domain/foreign.ts";
import { isLoopbackHost } from "../../core/domain/loopback.ts";

export interface GraphOptions {
  /** Graph's address: https, or http on loopback. The only host that is ever asked, and the only one that sees our token. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly clock?: Clock;
  /** From sending a request to the last byte of its answer. */
  readonly timeoutInMs?: Milliseconds;
  /** Left out: every request is sent once. */
  readonly patience?: Patience;
}

/** What came of one request. `silence`: no answer, and why; the words name no address and no token. */
export type GraphAnswer = Exchange;

/** Graph v1.0. Never throws: whatever happens is an answer. Whoever builds a path encodes what strangers chose in it. */
export interface Graph {
  get(path: string): Promise<GraphAnswer>;
  post(path: string, body: object): Promise<GraphAnswer>;
}

interface Gate {
  readonly origin: string;
  readonly tokens: AccessTokens;
  readonly timeoutInMs: Milliseconds;
}

const largestAnswer = 1024 * 1024;
const silence = (why: string): GraphAnswer => ({ kind: "silence", why });

/** Throws for an endpoint that would send the token over an open wire. Connects to nothing yet. */
export function connectGraph({
  endpoint,
  credential,
  clock = systemClock,
  timeoutInMs = seconds(10),
  patience,
}: GraphOptions): Graph {
  const { origin, protocol, hostname } = new URL(endpoint);
  if (protocol !== "https:" && !(protocol === "http:" && isLoopbackHost(hostname))) {
    throw new TypeError(`The Graph endpoint must use https, or http on a loopback address; got ${origin}`);
  }
  const gate: Gate = { origin, tokens: accessTokens(credential, `${origin}/.default`, clock), timeoutInMs };
  const read = (path: string) => ask(gate, (client) => client.api(path).get());
  const attempt = async (path: string) => {
    const exchange = await read(path);
    return { exchange, fault: exchange.kind === "silence" ? exchange.why : undefined };
  };
  return {
    get: async (path) =>
      patience ? (await askPatiently(() => attempt(path), { patience, clock })).exchange : read(path),
    post: (path, body) => ask(gate, (client) => client.api(path).post(body)),
  };
}

/**
 * The client gets to see an empty answer in any case: what Graph said is ours to read, and an SDK error would hold too much. It comes by
 * its default export, the only one that a CommonJS package has in our bundle as well as in Node.
 */
async function ask(gate: Gate, request: (client: Client) => Promise<unknown>): Promise<GraphAnswer> {
  let said = silence("the Graph client did not send the request");
  const execute = async (context: Context): Promise<void> => {
    said = await exchange(gate, context);
    context.response = new Response(null, { status: 204 });
  };
  try {
    const { default: sdk } = await import("@microsoft/microsoft-graph-client");
    await request(sdk.Client.initWithMiddleware({ baseUrl: gate.origin, middleware: { execute } }));
  } catch (error) {
    return silence(`the Graph client failed: ${redact(reasonOf(error))}`);
  }
  return said;
}

async function exchange(
  { origin, tokens, timeoutInMs }: Gate,
  { request, options }: Context,
): Promise<GraphAnswer> {
  const url: unknown = request;
  if (typeof url !== "string" || new URL(url).origin !== origin)
    return silence("refused to send a request to another host than the configured Graph endpoint");
  const headers = new Headers(options?.headers);
  try {
    headers.set("authorization", `Bearer ${await tokens.current()}`);
  } catch (error) {
    return silence(`no access token: ${redact(reasonOf(error))}`);
  }
  headers.set("client-request-id", randomUUID());
  try {
    const signal = AbortSignal.timeout(timeoutInMs);
    const response = await fetch(url, { ...options, headers, redirect: "manual", signal });
    if (response.status === 401) tokens.forget();
    const body = jsonIn(await beginningOf(response, largestAnswer));
    return {
      kind: "answer",
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body,
    };
  } catch (error) {
    return silence(networkReason(error, timeoutInMs));
  }
}
