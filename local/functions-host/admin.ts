/** `/admin`: what the host is doing, and firing a function by hand. Needs the key. */
import * as z from "zod";
import { type HostedFunction, isKind } from "./functions.ts";
import { toHttpData } from "./http-functions.ts";
import { type Answer, type HostRequest, jsonAnswer, textAnswer } from "./http-message.ts";
import type { Invoker, TriggerData } from "./invoker.ts";
import type { HasKey } from "./keys.ts";
import { jsonOrString, manualQueueData } from "./queue-messages.ts";
import type { Timer } from "./timers.ts";

export interface AdminContext {
  readonly functions: readonly HostedFunction[];
  readonly timers: ReadonlyMap<string, Timer>;
  readonly invoker: Invoker;
  readonly hasKey: HasKey;
}

const manualRunSchema = z.object({ input: z.unknown().optional() });

/**
 * `GET /admin/host/status`; `POST /admin/functions/<name>` with `{"input": …}` answers 202 at once, or, with `?wait=true`, 200 or 500
 * when the run has ended. A timer fired by hand waits for a run that is under way. A disabled function runs, too, as in Azure.
 */
export function adminApi(context: AdminContext): (request: HostRequest) => Promise<Answer> {
  return async (request) => {
    if (!context.hasKey(request)) return { status: 401 };
    const path = request.url.pathname.replace(/\/$/, "");
    if (path.toLowerCase() === "/admin/host/status")
      return request.method === "GET" ? status(context) : { status: 405 };
    const name = /^\/admin\/functions\/([^/]+)$/i.exec(path)?.[1]?.toLowerCase();
    const target = context.functions.find((candidate) => candidate.name.toLowerCase() === name);
    if (target === undefined) return { status: 404 };
    return request.method === "POST" ? manualRun(target, request, context) : { status: 405 };
  };
}

function status({ functions, timers, invoker }: AdminContext): Answer {
  const list = functions.map(({ name, trigger, disabled }) => {
    const next = timers.get(name)?.next()?.toISOString();
    return { name, trigger: trigger.kind, disabled, ...(next === undefined ? {} : { next }) };
  });
  return jsonAnswer(200, { state: "Running", invocations: invoker.counts(), functions: list });
}

async function manualRun(
  target: HostedFunction,
  request: HostRequest,
  context: AdminContext,
): Promise<Answer> {
  const parsed = manualRunSchema.safeParse(parseBody(request.body));
  if (!parsed.success) return textAnswer(400, 'The body must be JSON: {"input": …}');
  const { input } = parsed.data;
  const fire = () =>
    context.timers.get(target.name)?.fire() ??
    context.invoker.invoke(target, manualInput(target, input, request));
  if (request.url.searchParams.get("wait") !== "true") {
    fire().catch(() => undefined);
    return { status: 202 };
  }
  return fire().then(
    () => ({ status: 200 }),
    (error: unknown) => textAnswer(500, error instanceof Error ? error.message : String(error)),
  );
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The input as the trigger would have brought it: a message, an event, or the body of a POST. */
function manualInput(target: HostedFunction, input: unknown, request: HostRequest): TriggerData {
  const text = typeof input === "string" ? input : JSON.stringify(input ?? "");
  if (isKind("queue")(target)) return manualQueueData(text);
  if (isKind("http")(target))
    return { data: { http: toHttpData({ ...request, body: Buffer.from(text) }, {}) } };
  return { data: jsonOrString(text) };
}
