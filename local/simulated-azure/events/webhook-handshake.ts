import { randomUUID } from "node:crypto";
import type { EventSchema } from "../settings.ts";

const eventGridOrigin = "eventgrid.azure.net";

/** Everything a webhook is sent carries these: the type of the post, and the subscription it is for. */
export function deliveryHeaders(
  type: "SubscriptionValidation" | "Notification",
  subscription: string,
): Record<string, string> {
  return {
    "aeg-event-type": type,
    "aeg-subscription-name": subscription.toUpperCase(),
    "aeg-delivery-count": "0",
  };
}

/**
 * Whether the endpoint agrees to be sent events. In Event Grid's schema it has to echo a code (200, not 202); for CloudEvents it has to answer
 * the OPTIONS of the abuse protection with the allowed origin.
 */
export async function agreesToEvents(
  url: string,
  schema: EventSchema,
  subscription: string,
): Promise<boolean> {
  try {
    return schema === "EventGridSchema" ? await echoesCode(url, subscription) : await allowsOrigin(url);
  } catch {
    return false;
  }
}

async function echoesCode(url: string, subscription: string): Promise<boolean> {
  const validationCode = randomUUID();
  const event = {
    id: randomUUID(),
    topic: "/subscriptions/simulated",
    subject: "",
    data: { validationCode, validationUrl: `${url}#validation-by-hand-is-not-simulated` },
    eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
    eventTime: new Date().toISOString(),
    metadataVersion: "1",
    dataVersion: "2",
  };
  const headers = {
    "Content-Type": "application/json",
    ...deliveryHeaders("SubscriptionValidation", subscription),
  };
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify([event]),
    signal: AbortSignal.timeout(30_000),
  });
  const answer: unknown = await response.json();
  return response.status === 200 && isObject(answer) && answer["validationResponse"] === validationCode;
}

async function allowsOrigin(url: string): Promise<boolean> {
  const headers = { "WebHook-Request-Origin": eventGridOrigin };
  const response = await fetch(url, { method: "OPTIONS", headers, signal: AbortSignal.timeout(30_000) });
  await response.body?.cancel();
  const allowed = response.headers.get("WebHook-Allowed-Origin");
  return response.ok && (allowed === "*" || allowed === eventGridOrigin);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
