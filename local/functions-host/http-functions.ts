/** HTTP functions: finds the route, checks the key, and translates request and response between HTTP and the worker's protocol. */
import { type FunctionOf, type HostedFunction, isKind } from "./functions.ts";
import type { Answer, HostRequest } from "./http-message.ts";
import type { Invoker } from "./invoker.ts";
import type { HasKey } from "./keys.ts";
import { bySpecificity, matchRoute } from "./routes.ts";
import type { HttpCookie, HttpData, InvocationResponse } from "./rpc.ts";

type HandleHttp = (request: HostRequest) => Promise<Answer>;

/** Answers as Azure: 404 for an unknown path or method, 401 without the key, 500 when the handler threw, 204 when it returned nothing. */
export function httpFunctions(
  functions: readonly HostedFunction[],
  invoker: Invoker,
  hasKey: HasKey,
): HandleHttp {
  const routed = functions
    .filter(isKind("http"))
    .toSorted((a, b) => bySpecificity(a.trigger.route, b.trigger.route));
  return async (request) => {
    const found = findRoute(routed, request);
    if (found === undefined) return { status: 404 };
    if (found.target.trigger.authLevel !== "anonymous" && !hasKey(request)) return { status: 401 };
    try {
      const data = { http: toHttpData(request, found.params) };
      return toAnswer(await invoker.invoke(found.target, { data }));
    } catch {
      return { status: 500 };
    }
  };
}

function findRoute(routed: readonly FunctionOf<"http">[], { method, url }: HostRequest) {
  for (const target of routed.filter(({ trigger }) => trigger.methods.includes(method))) {
    const params = matchRoute(target.trigger.route, url.pathname);
    if (params !== undefined) return { target, params };
  }
  return undefined;
}

export function toHttpData(
  { method, url, headers, body }: HostRequest,
  params: Readonly<Record<string, string>>,
): HttpData {
  const names = [...new Set(url.searchParams.keys())];
  const query = Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name).join(",")]));
  return {
    method,
    url: url.href,
    headers,
    query,
    params,
    body: body.length === 0 ? null : { bytes: new Uint8Array(body) },
  };
}

function toAnswer({ returnValue }: InvocationResponse): Answer {
  const http = returnValue?.http;
  if (http === undefined) return { status: 204 };
  const cookies = (http.cookies ?? []).map((cookie) => ["set-cookie", setCookie(cookie)] as const);
  return {
    status: Number(http.statusCode ?? "200"),
    headers: [...Object.entries(http.headers ?? {}), ...cookies],
    body: http.body?.bytes ?? http.body?.string ?? "",
  };
}

const sameSite: Readonly<Record<string, string>> = { lax: "Lax", strict: "Strict", explicitNone: "None" };

function setCookie(cookie: HttpCookie): string {
  const parts = [
    `${cookie.name ?? ""}=${encodeURIComponent(cookie.value ?? "")}`,
    ...attribute("Domain", cookie.domain),
    ...attribute("Path", cookie.path),
    ...attribute("Expires", cookie.expires, ({ seconds }) => new Date((seconds ?? 0) * 1000).toUTCString()),
    ...attribute("Max-Age", cookie.maxAge),
    ...flag("Secure", cookie.secure),
    ...flag("HttpOnly", cookie.httpOnly),
    ...attribute("SameSite", { value: sameSite[String(cookie.sameSite)] }),
  ];
  return parts.join("; ");
}

interface Wrapped<Value> {
  readonly value?: Value | null | undefined;
}

function attribute<Value>(
  name: string,
  wrapped: Wrapped<Value> | undefined,
  format: (value: Value) => string = String,
): readonly string[] {
  const value = wrapped?.value;
  return value === null || value === undefined ? [] : [`${name}=${format(value)}`];
}

const flag = (name: string, wrapped: Wrapped<boolean> | undefined) => (wrapped?.value === true ? [name] : []);
