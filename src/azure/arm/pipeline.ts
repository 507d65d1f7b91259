/**
 * How every request to ARM leaves this process. The pipeline is put together by hand, so that nothing in it can log, follow a redirect
 * or attach the token anywhere else: those policies are not there. Only reads are sent again, and only for whoever has the patience.
 */
import type { TokenCredential } from "@azure/core-auth";
import type {
  Pipeline,
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
  SendRequest,
} from "@azure/core-rest-pipeline";
import {
  createEmptyPipeline,
  proxyPolicy,
  setClientRequestIdPolicy,
  userAgentPolicy,
} from "@azure/core-rest-pipeline";
import type { Clock } from "../../core/ports.ts";
import type { AzureClock } from "../azure-clock.ts";
import { systemClock } from "../system-clock.ts";
import type { Milliseconds } from "../../core/domain/time.ts";
import { seconds } from "../../core/domain/time.ts";
import type { AccessTokens } from "../identity/access-token.ts";
import { accessTokens } from "../identity/access-token.ts";
import { readAtMost } from "../http/response-body.ts";
import { jsonIn, reasonOf } from "../../core/domain/foreign.ts";
import type { Exchange } from "./exchange.ts";
import { askPatiently, type Attempt, type Patience } from "./patience.ts";
import { redact } from "../http/redact.ts";
import { isLoopbackHost } from "../../core/domain/loopback.ts";

/** A clock, which may learn Azure's time from the answers. */
type ArmClock = Clock & Partial<AzureClock>;

export interface ArmOptions {
  /** ARM's address: https, or http on loopback. The only host that is ever asked, and the only one that sees our token. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /** Whom tokens are for, where that is not the endpoint's own name. */
  readonly audience?: string;
  /** The api-version of calls about bastions; left out: the one their code was made for. */
  readonly networkApiVersion?: string | undefined;
  readonly clock?: ArmClock;
  /** From sending a request to the last byte of its answer. */
  readonly timeoutInMs?: Milliseconds;
  /** Left out: every request is sent once. */
  readonly patience?: Patience;
}

/** One conversation with ARM: what an SDK client needs, and what was said so far. */
export interface ArmCall {
  readonly client: {
    readonly endpoint: string;
    readonly pipeline: Pipeline;
    readonly allowInsecureConnection: boolean;
  };
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
  readonly patience: Patience | undefined;
  readonly clock: ArmClock;
  readonly handOver: HandOver;
}

const largestAnswer = 32 * 1024 * 1024;
const everyStatus = new Set([Number.POSITIVE_INFINITY]);

/** Throws for an endpoint that would send the token over an open wire. */
export function connectArm(options: ArmOptions): Arm {
  const { origin, protocol, hostname } = new URL(options.endpoint);
  const isLoopback = isLoopbackHost(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback)) {
    throw new TypeError(`An endpoint must use https, or http on a loopback address; got ${origin}`);
  }
  const clock = options.clock ?? systemClock;
  const tokens = accessTokens(options.credential, `${options.audience ?? origin}/.default`, clock);
  const gate = {
    origin,
    tokens,
    timeoutInMs: options.timeoutInMs ?? seconds(20),
    patience: options.patience,
    clock,
  };
  const call = (handOver: HandOver = (body) => body): ArmCall => {
    const exchanges: Exchange[] = [];
    const pipeline = pipelineThrough(armPolicy({ ...gate, handOver }, exchanges), isLoopback);
    if (options.networkApiVersion !== undefined)
      pipeline.addPolicy(bastionVersionPolicy(options.networkApiVersion), {
        afterPhase: "Sign",
        beforePolicies: ["armPolicy"],
      });
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

/** What a region does not have yet, or no longer, is asked in another version. The address of a poll is Azure's own and stays. */
const bastionVersionPolicy = (version: string): PipelinePolicy => ({
  name: "bastionVersionPolicy",
  sendRequest(request, next) {
    if (/\/providers\/Microsoft\.Network\/bastionHosts\//i.test(request.url))
      request.url = request.url.replace(/([?&]api-version=)[^&#]*/i, `$1${version}`);
    return next(request);
  },
});

/** The last policy before the wire. What it throws is plain: no request, no response and no cause that could carry a secret. */
function armPolicy(gate: Gate, exchanges: Exchange[]): PipelinePolicy {
  return {
    name: "armPolicy",
    async sendRequest(request, next) {
      const { patience, clock } = gate;
      const ask = () => attempt(gate, request, next);
      const { exchange, answer } = await (patience && isRead(request)
        ? askPatiently(ask, { patience, clock })
        : ask());
      exchanges.push(exchange);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

/** What changes something is asked again only after a look (`revokeLinks`): a delete whose answer was lost may have been done. */
const isRead = ({ method, url }: PipelineRequest): boolean =>
  method === "GET" ||
  (method === "POST" &&
    /\/(?:getShareableLinks|getActiveSessions|resources|query)$/i.test(new URL(url).pathname));

interface Answered extends Attempt {
  /** What the SDK gets to see. */
  readonly answer: PipelineResponse | Error;
}

const silence = (why: string, fault?: string): Answered => ({
  exchange: { kind: "silence", why },
  answer: new Error(why),
  fault,
});

/** Why a request is not sent at all. */
function objectionTo({ url, abortSignal }: PipelineRequest, gate: Gate): string | undefined {
  const { origin, host } = new URL(url);
  if (origin !== gate.origin)
    return `refused to send a request to ${host}, which is not the configured endpoint`;
  return abortSignal?.aborted === true ? "the request was cancelled" : undefined;
}

/** To be told what Azure's time was: a plain clock does not care. */
const listening = ({ clock }: Gate): ReturnType<AzureClock["asking"]> =>
  clock.asking?.() ?? (() => undefined);

async function attempt(gate: Gate, request: PipelineRequest, next: SendRequest): Promise<Answered> {
  const objection = objectionTo(request, gate);
  if (objection !== undefined) return silence(objection);
  const token = await gate.tokens
    .current()
    .catch((error: unknown) => silence(`no access token: ${redact(reasonOf(error))}`));
  if (typeof token !== "string") return token;
  const signal = AbortSignal.timeout(gate.timeoutInMs);
  const heard = listening(gate);
  try {
    const answer = await send(prepared(request, token, signal), next);
    const { status, headers, bodyAsText } = answer;
    heard(headers.get("Date"));
    if (status === 401) gate.tokens.forget();
    const body = jsonIn(bodyAsText ?? "");
    const seen = body === undefined ? answer : { ...answer, bodyAsText: JSON.stringify(gate.handOver(body)) };
    return { exchange: { kind: "answer", status, header: (name) => headers.get(name), body }, answer: seen };
  } catch (error) {
    if (signal.aborted) return silence(`no answer within ${gate.timeoutInMs} ms`);
    return silence(`no answer: ${redact(codeOf(error) ?? reasonOf(error))}`, codeOf(error));
  }
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
const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
