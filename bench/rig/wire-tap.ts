/** Every HTTP request that leaves this process, as Node itself reports it: no adapter knows that it is listened to. */
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { Ground } from "./ground.ts";

export type Kind =
  | "table query"
  | "table write"
  | "queue"
  | "ARM list"
  | "ARM other"
  | "Resource Graph"
  | "directory"
  | "logs"
  | "channel";

export interface WireCall {
  readonly kind: Kind;
  readonly method: string;
  readonly path: string;
}

export type Counts = Readonly<Partial<Record<Kind, number>>>;

export interface WireTap {
  /** The calls since the last time that this was asked. */
  take(): readonly WireCall[];
}

interface Listener {
  readonly kindOf: (call: Omit<WireCall, "kind"> & { readonly port: string }) => Kind | undefined;
  readonly heard: WireCall[];
}

const listeners = new Set<Listener>();
let isListening = false;

export function tapWire(ground: Ground): WireTap {
  listen();
  const listener: Listener = { kindOf: kindsOn(ground), heard: [] };
  listeners.add(listener);
  return { take: () => listener.heard.splice(0) };
}

export function countsOf(calls: readonly WireCall[]): Counts {
  const counts: Partial<Record<Kind, number>> = {};
  for (const { kind } of calls) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function listen(): void {
  if (isListening) return;
  isListening = true;
  subscribe("http.client.request.start", (message) => {
    const { request } = message as { readonly request: ClientRequest };
    hear({
      method: request.method,
      path: request.path,
      port: portOf(`http://${String(request.getHeader("host"))}`),
    });
  });
  subscribe("undici:request:create", (message) => {
    const { request } = message as {
      readonly request: { readonly method: string; readonly path: string; readonly origin: string | URL };
    };
    hear({ method: request.method, path: request.path, port: portOf(String(request.origin)) });
  });
}

function hear(call: { readonly method: string; readonly path: string; readonly port: string }): void {
  for (const { kindOf, heard } of listeners) {
    const kind = kindOf(call);
    if (kind !== undefined) heard.push({ kind, method: call.method, path: call.path });
  }
}

const portOf = (url: string): string => new URL(url).port;

function kindsOn({ storage, azureUrl }: Ground): Listener["kindOf"] {
  const endpoint = (service: string) =>
    portOf(new RegExp(`${service}Endpoint=([^;]+)`).exec(storage)?.[1] ?? "http://none");
  const [table, queue, azure] = [endpoint("Table"), endpoint("Queue"), portOf(azureUrl)];
  return ({ port, method, path }) => {
    if (port === table) return method === "GET" ? "table query" : "table write";
    if (port === queue) return "queue";
    return port === azure ? kindAtAzure(path) : undefined;
  };
}

const places: readonly (readonly [RegExp, Kind | undefined])[] = [
  [/^\/_sim\//, undefined],
  [/\/getShareableLinks\b/i, "ARM list"],
  [/\/Microsoft\.ResourceGraph\//i, "Resource Graph"],
  [/^\/subscriptions[/?]/i, "ARM other"],
  [/^\/v1\.0\/[^?]*sendMail/i, "channel"],
  [/^\/v1\.0\//i, "directory"],
  [/^\/v1\/workspaces\//i, "logs"],
];

const kindAtAzure = (path: string): Kind | undefined => {
  const place = places.find(([pattern]) => pattern.test(path));
  return place ? place[1] : "channel";
};
