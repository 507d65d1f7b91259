/**
 * The webhook of the Event Grid extension, `/runtime/webhooks/EventGrid?functionName=…&code=…`, with the answers of
 * azure-sdk-for-net's HttpRequestProcessor: 202 when every event was handled, 500 when any failed (Event Grid then resends all).
 */
import * as z from "zod";
import { type FunctionOf, type HostedFunction, isKind } from "./functions.ts";
import { type Answer, type HostRequest, jsonAnswer, textAnswer } from "./http-message.ts";
import type { Invoker } from "./invoker.ts";
import type { HasKey } from "./keys.ts";

type HandleEvents = (request: HostRequest) => Promise<Answer>;

export function eventGridWebhook(
  functions: readonly HostedFunction[],
  invoker: Invoker,
  hasKey: HasKey,
): HandleEvents {
  return async (request) => {
    if (!hasKey(request)) return { status: 401 };
    const name = request.url.searchParams.get("functionName")?.toLowerCase();
    const target = functions
      .filter(isKind("eventGrid"))
      .find((candidate) => candidate.name.toLowerCase() === name);
    if (target === undefined) return textAnswer(404, `No Event Grid function is named "${name ?? ""}"`);
    if (request.method === "OPTIONS") return allowOrigin(request);
    return request.method === "POST" ? receive(target, request, invoker) : { status: 405 };
  };
}

async function receive(
  target: FunctionOf<"eventGrid">,
  { headers, body }: HostRequest,
  invoker: Invoker,
): Promise<Answer> {
  switch (headers["aeg-event-type"]?.toLowerCase()) {
    case "subscriptionvalidation":
      return validate(body);
    case "notification":
      return deliver(target, body, invoker);
    case "unsubscribe":
      return { status: 202 };
    default:
      return { status: 400 };
  }
}

/** CloudEvents' abuse protection. */
function allowOrigin({ headers }: HostRequest): Answer {
  const origin = headers["webhook-request-origin"];
  if (origin === undefined) return { status: 400 };
  return {
    status: 200,
    headers: [
      ["webhook-allowed-origin", origin],
      ["webhook-allowed-rate", "*"],
    ],
  };
}

const codeSchema = z.object({ validationCode: z.string() });
const doubleEncoded = z.string().transform((text) => parseJson(Buffer.from(text)));
/** An array of one event, or a CloudEvent whose `data` is JSON inside a string. */
const validationSchema = z
  .union([z.array(z.unknown()).transform(([first]) => first), z.unknown()])
  .pipe(z.object({ data: z.union([codeSchema, doubleEncoded.pipe(codeSchema)]) }));

function validate(body: Buffer): Answer {
  const parsed = validationSchema.safeParse(parseJson(body));
  if (!parsed.success) return textAnswer(400, "The validation event carries no validationCode");
  return jsonAnswer(200, { validationResponse: parsed.data.data.validationCode });
}

/** Every event is a run of its own; all run at once, and all are awaited before the answer. */
async function deliver(target: FunctionOf<"eventGrid">, body: Buffer, invoker: Invoker): Promise<Answer> {
  const payload = parseJson(body);
  if (typeof payload !== "object" || payload === null)
    return textAnswer(400, "The notification is not a JSON event or an array of events");
  const events: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
  const runs = await Promise.allSettled(
    events.map((event) => invoker.invoke(target, { data: { json: JSON.stringify(event) } })),
  );
  return { status: runs.every((run) => run.status === "fulfilled") ? 202 : 500 };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
