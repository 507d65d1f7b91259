import type { z } from "zod";
import type { Caller } from "../caller.ts";
import type { World } from "../world.ts";
import type { Reply, Silence } from "./reply.ts";
import { badRequest } from "./reply.ts";

/** One request, read and identified. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  /** The parts of the path the template names, as the caller spelled them. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The body as it came: what a signature is over. */
  readonly text: string;
  readonly bodySizeInBytes: number;
  readonly clientAddress: string;
}

/** A call to a path that wants a bearer token. */
export interface IdentifiedCall extends Call {
  readonly caller: Caller;
}

/**
 * Who answers for a path, which settles what it demands and which habits it has: `arm` wants a token and an api-version, `token` (Graph,
 * Log Analytics) a token only, `teams` its signature, and `open` (control side, pages) nothing.
 */
export type Route =
  | {
      readonly area: "arm" | "token";
      readonly method: string;
      readonly path: string;
      readonly answer: Answer<IdentifiedCall>;
    }
  | {
      readonly area: "teams" | "open";
      readonly method: string;
      readonly path: string;
      readonly answer: Answer<Call>;
    };

type Answer<C> = (call: C, world: World) => Reply | Silence | Promise<Reply | Silence>;
type Handlers<C> = Readonly<Record<string, Answer<C>>>;

/** Routes from a table of `"METHOD /path/{parameter}"`. */
export function tokenRoutes(area: "arm" | "token", table: Handlers<IdentifiedCall>): Route[] {
  return Object.entries(table).map(([line, answer]) => ({ area, ...methodAndPath(line), answer }));
}

export function openRoutes(area: "teams" | "open", table: Handlers<Call>): Route[] {
  return Object.entries(table).map(([line, answer]) => ({ area, ...methodAndPath(line), answer }));
}

function methodAndPath(line: string): { method: string; path: string } {
  const [method = "", path = ""] = line.split(" ");
  return { method, path };
}

export type Match =
  | { readonly kind: "route"; readonly route: Route; readonly parameters: Record<string, string> }
  | { readonly kind: "none" | "method" };

/** Finds routes by path, whatever its casing. */
export function router(routes: readonly Route[]): (method: string, path: string) => Match {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return (method, path) => {
    const fitting = compiled.filter(({ pattern }) => pattern.test(path));
    const found = fitting.find(({ route }) => route.method === method);
    if (!found) return { kind: fitting.length > 0 ? "method" : "none" };
    return { kind: "route", route: found.route, parameters: decoded(found.pattern.exec(path)?.groups ?? {}) };
  };
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.()'*+?^$|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}/?$`, "i");
}

function decoded(groups: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    throw badRequest("InvalidRequestUri", "The request URI is not well encoded.");
  }
}

/** The body as the schema reads it; anything else is the caller's mistake. */
export function bodyAs<S extends z.ZodType>(schema: S, call: Call): z.infer<S> {
  const read = schema.safeParse(call.body);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw badRequest(
    "InvalidRequestContent",
    `The request content is invalid: ${issue?.message ?? "unreadable"} at '${issue?.path.join(".") ?? ""}'.`,
  );
}
