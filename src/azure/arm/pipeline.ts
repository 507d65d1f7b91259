/**
 * How every request to ARM leaves this process. The pipeline is put together by hand, so that nothing in it can log, retry, follow
 * a redirect or attach the token anywhere else: those policies are not there.
 */
import type { TokenCredential } from "@azure/core-auth";
import type { Pipeline, PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from "@azure/core-rest-pipeline";
import { createEmptyPipeline, proxyPolicy, setClientRequestIdPolicy, userAgentPolicy } from "@azure/core-rest-pipeline";
import type { Clock } from "../../core/ports.ts";
import { systemClock } from "../system-clock.ts";
import type { Milliseconds } from "../../core/domain/time.ts";
import { seconds } from "../../core/domain/time.ts";
import type { AccessTokens } from "../identity/access-token.ts";
import { accessTokens } from "../identity/access-token.ts";
import { readAtMost } from "../http/response-body.ts";
import { jsonIn, reasonOf } from "../../core/domain/foreign.ts";
import { redact } from "../http/redact.ts";
import { isLoopbackHost } from "../../core/domain/loopback.ts";

export interface ArmOptions {
  /** ARM's address: https, or http on loopback. The only host that is ever asked, and the only one that sees our token. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /** Whom tokens are for, where that is not the endpoint's own name. */
  readonly audience?: string;
  readonly clock?: Clock;
  /** From sending a request to the last byte of its answer. */
  readonly timeoutInMs?: Milliseconds;
}

/** What came of one request, kept beside what the SDK makes of it: raw JSON holds fields the SDK drops, and an SDK error holds too much. */
export type Exchange =
  | { readonly kind: "answer"; readonly status: number; readonly header: (name: string) => string | undefined; readonly body: unknown }
  | { readonly kind: "silence"; readonly why: string };

/** One conversation with ARM: what an SDK client needs, and what was said so far. */
export interface ArmCall {
  readonly client: { readonly endpoint: string; readonly pipeline: Pipeline; readonly allowInsecureConnection: boolean };
  readonly exchanges: readonly Exchange[];
}

export interface Arm {
  readonly clock: Clock;
  readonly credential: TokenCredential;
  /** `handOver` picks what of an answer's JSON the SDK gets to see; the record keeps all of it. */
  call(handOver?: HandOver): ArmCall;
}

export type HandOver = (body: unknown) => unknown;

interface Gate {
  readonly origin: string;
  readonly tokens: AccessTokens;
  readonly timeoutInMs: Milliseconds;
  readonly handOver: HandOver;
}

const largestAnswer = 32 * 1024 * 1024;
const everyStatus = new Set([Number.POSITIVE_INFINITY]);

/** Throws for an endpoint that would send the token over an open wire. */
export function connectArm(options: ArmOptions): Arm {
  const { origin, protocol, hostname } = new URL(options.endpoint);
  const isLoopback = isLoopbackHost(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback)) {
    throw new TypeError(`An endpoint is https, or http on this machine; got ${origin}`);
  }
  const clock = options.clock ?? systemClock;
  const tokens = accessTokens(options.credential, `${options.audience ?? origin}/.default`, clock);
  const gate = { origin, tokens, timeoutInMs: options.timeoutInMs ?? seconds(20) };
  const call = (handOver: HandOver = (body) => body): ArmCall => {
    const exchanges: Exchange[] = [];
    const pipeline = pipelineThrough(armPolicy({ ...gate, handOver }, exchanges), isLoopback);
    return { client: { endpoint: origin, pipeline, allowInsecureConnection: isLoopback }, exchanges };
  };
  return { clock, credential: options.credential, call };
}

/** A proxy of the environment is honoured, but not on the way to this machine itself. */
function pipelineThrough(policy: PipelinePolicy, isLoopback: boolean): Pipeline {
  const pipeline = createEmptyPipeline();
  if (!isLoopback) pipeline.addPolicy(proxyPolicy());
  pipeline.addPolicy(userAgentPolicy({ userAgentPrefix: "bastion-watchdog" }));
  pipeline.addPolicy(setClientRequestIdPolicy());
  pipeline.addPolicy(policy, { afterPhase: "Sign" });
  return pipeline;
}

/** The last policy before the wire. What it throws is plain: no request, no response and no cause that could carry a secret. */
function armPolicy(gate: Gate, exchanges: Exchange[]): PipelinePolicy {
  const silence = (why: string): Error => {
    exchanges.push({ kind: "silence", why });
    return new Error(why);
  };
  return {
    name: "armPolicy",
    async sendRequest(request, next) {
      const { origin, host } = new URL(request.url);
      if (origin !== gate.origin) throw silence(`refused to send a request to ${host}, which is not the configured endpoint`);
      const token = await gate.tokens.current().catch((error: unknown) => {
        throw silence(`no access token: ${redact(reasonOf(error))}`);
      });
      const signal = AbortSignal.timeout(gate.timeoutInMs);
      const answer = await send(prepared(request, token, signal), next).catch((error: unknown) => {
        throw silence(signal.aborted ? `no answer within ${gate.timeoutInMs} ms` : `no answer: ${redact(faultOf(error))}`);
      });
      const body = jsonIn(answer.bodyAsText ?? "");
      exchanges.push({ kind: "answer", status: answer.status, header: (name) => answer.headers.get(name), body });
      if (answer.status === 401) gate.tokens.forget();
      return body === undefined ? answer : { ...answer, bodyAsText: JSON.stringify(gate.handOver(body)) };
    },
  };
}

function prepared(request: PipelineRequest, token: string, signal: AbortSignal): PipelineRequest {
  request.headers.set("Authorization", `Bearer ${token}`);
  request.abortSignal = signal;
  request.streamResponseStatusCodes = everyStatus;
  return request;
}

/** Reads the whole answer under the same time limit, and calls 206 by the name the SDK knows: Azure batches a list that way. */
async function send(request: PipelineRequest, next: SendRequest): Promise<PipelineResponse> {
  const { status, headers, readableStreamBody } = await next(request);
  const bodyAsText = await readAtMost(largestAnswer, readableStreamBody);
  return { request, status: status === 206 ? 200 : status, headers, bodyAsText };
}

/** `ECONNRESET` says more than the sentence around it, which may name addresses. */
function faultOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : reasonOf(error);
}
