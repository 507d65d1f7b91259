import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Caller } from "../caller.ts";
import { callerFrom, displayName } from "../caller.ts";
import type { World } from "../world.ts";
import { keep } from "../world.ts";
import { remainingBudget, requireBudget } from "./request-limits.ts";
import { requireGrant } from "./authorization.ts";
import { recased } from "./casing.ts";
import { isAnswerLost, refusalOf } from "./habits.ts";
import { parseJson, readBody } from "./read-body.ts";
import type { Reply, Silence } from "./reply.ts";
import { badRequest, ServiceError } from "./reply.ts";
import type { Call, Match, Route } from "./routes.ts";
import { router } from "./routes.ts";

interface Exchange {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly world: World;
  readonly find: (method: string, path: string) => Match;
}

/** Reads, routes, answers and notes down every request for Azure. Whatever arrives, the process survives it. */
export function requestListener(world: World, routes: readonly Route[]): RequestListener {
  const find = router(routes);
  return (request, response) => {
    const url = urlOf(request);
    void answered({ request, url, world, find }).then((answer) => {
      note(request, url, { world, status: typeof answer === "string" ? 0 : answer.status });
      response.setHeader("Date", utc(world.timeline.now()));
      response.setHeader("Date", utc(world.timeline.now()));
      send(response, answer);
    });
  };
}

async function answered(exchange: Exchange): Promise<Reply | Silence> {
  try {
    return await answer(exchange);
  } catch (error) {
    if (error instanceof ServiceError) return error.toReply();
    if (!exchange.request.complete) return "reset";
    console.error(error);
    return new ServiceError({ status: 500, code: "SimulationFailed" }, String(error)).toReply();
  }
}

async function answer({ request, url, world, find }: Exchange): Promise<Reply | Silence> {
  const body = await readBody(request);
  const match = find(request.method ?? "GET", url.pathname);
  if (match.kind !== "route") throw notServed(match.kind, url.pathname);
  const { route, parameters } = match;
  if (route.area === "arm" || route.area === "token") await delay(world.settings.latencyInMs);
  const silence = refusalOf(route, url.pathname, world);
  if (silence) return silence;
  const call: Call = {
    method: route.method,
    url,
    parameters,
    headers: headersOf(request),
    body: parseJson(body.toString()),
    text: body.toString(),
    bodySizeInBytes: body.byteLength,
    clientAddress: request.socket.remoteAddress ?? "127.0.0.1",
  };
  const reply = await asked(route, call, world);
  return isAnswerLost(route, url.pathname, world) ? "reset" : reply;
}

async function asked(route: Route, call: Call, world: World): Promise<Reply | Silence> {
  if (route.area === "open" || route.area === "teams") return route.answer(call, world);
  const caller = authenticated(call, world.timeline.now());
  if (route.area === "token") return route.answer({ ...call, caller }, world);
  requireApiVersion(call.url);
  requireBudget({ ...call, caller }, world);
  requireGrant({ ...call, caller }, world);
  const reply = await route.answer({ ...call, caller }, world);
  if (typeof reply === "string") return reply;
  const headers = { ...remainingBudget({ ...call, caller }, world), ...reply.headers };
  return { ...reply, headers, body: world.faults.strikes("casing") ? recased(reply.body) : reply.body };
}

/** A token that does not say when it ends (`exp`, in seconds since 1970) never does. */
function authenticated(call: Call, now: number): Caller {
  const caller = callerFrom(call.headers["authorization"]);
  if (!caller) {
    const message =
      "Authentication failed. The 'Authorization' header is missing or does not carry a token with an object id (oid).";
    throw unauthorized("AuthenticationFailed", message);
  }
  const { exp = Infinity } = caller;
  if (now < exp * 1_000) return caller;
  const message = `The access token expiry UTC time '${utc(exp * 1_000)}' is earlier than current UTC time '${utc(now)}'.`;
  throw unauthorized("ExpiredAuthenticationToken", message);
}

function unauthorized(code: string, message: string): ServiceError {
  const headers = {
    "WWW-Authenticate":
      'Bearer authorization_uri="https://login.microsoftonline.com/common", error="invalid_token"',
  };
  return new ServiceError({ status: 401, code, headers }, message);
}

const utc = (moment: number): string => new Date(moment).toUTCString();

function requireApiVersion(url: URL): void {
  const version = url.searchParams.get("api-version");
  if (!version)
    throw badRequest(
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) {
    throw badRequest(
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid. It must be of the form YYYY-MM-DD.`,
    );
  }
}

function notServed(why: "none" | "method", path: string): ServiceError {
  if (why === "method")
    return new ServiceError(
      { status: 405, code: "MethodNotAllowed" },
      `The method is not allowed on '${path}'.`,
    );
  return new ServiceError(
    { status: 404, code: "InvalidResourceType" },
    `The simulated Azure does not serve '${path}'. What it serves is listed at /.`,
  );
}

function urlOf(request: IncomingMessage): URL {
  const origin = `http://${request.headers.host ?? "127.0.0.1"}`;
  return URL.parse(request.url ?? "/", origin) ?? new URL("/", "http://127.0.0.1");
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}

/** The control side and the pages look on; what they are asked for is not noted. */
const onlookers = /^\/(_sim\/|teams(\/|$)|mail(\/|$)|$)/;

function note(request: IncomingMessage, url: URL, { world, status }: { world: World; status: number }): void {
  if (onlookers.test(url.pathname)) return;
  const caller = callerFrom(request.headers.authorization);
  keep(world.memory.requests, {
    at: world.isoNow(),
    method: request.method ?? "GET",
    path: url.pathname,
    status,
    caller: caller ? { oid: caller.oid, name: displayName(caller) } : null,
  });
}

function send(response: ServerResponse, answer: Reply | Silence): void {
  if (answer === "hang") return;
  if (answer === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, headers, body } = answer;
  if (body === undefined) {
    response.writeHead(status, { ...headers, "Content-Length": "0" }).end();
    return;
  }
  const [type, content] =
    Buffer.isBuffer(body) || typeof body === "string"
      ? ["text/plain", body]
      : ["application/json; charset=utf-8", JSON.stringify(body)];
  response.writeHead(status, { "Content-Type": type, ...headers }).end(content);
}
