import { createHmac } from "node:crypto";
import type { Alert } from "../../core/domain/alerts/alert.ts";
import { webhookPace } from "../../core/domain/alerts/rate-limit.ts";
import type { Instant, Milliseconds } from "../../core/domain/time.ts";
import type { Channel, SendAnswer } from "../../core/ports.ts";
import { excerpt, networkReason } from "../http/excerpt.ts";
import { retryAfterOf } from "../http/retry-after.ts";
import { checkWebhookUrl } from "./webhook-url.ts";

export interface SignedWebhookOptions {
  /** May carry a receiver's key, so it appears in no answer, error or log. */
  readonly url: string;
  /** Shared with the receiver. Whoever has it can speak as the watchdog. */
  readonly secret: string;
  /** The CloudEvent for an alert, ready for JSON. */
  readonly render: (alert: Alert) => object;
  readonly fetch?: typeof globalThis.fetch;
  readonly timeoutInMs?: number;
}

const signatureHeader = "x-watchdog-signature";
/** A secret that is short can be guessed from one signed message. */
export const shortestSecret = 32;

/**
 * Posts alerts as CloudEvents 1.0 (structured JSON), signed: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. The time in it lets
 * the receiver refuse a replay; the event's id, the same in every repeat, lets it drop what it already has. Redirects are not followed.
 */
export function signedWebhook({ url, secret, render, fetch = globalThis.fetch, timeoutInMs = 10_000 }: SignedWebhookOptions): Channel {
  const problem = configurationProblem(url, secret);

  async function send(alert: Alert, now: Instant): Promise<SendAnswer> {
    if (problem !== undefined) return refused(problem);
    const body = eventOf(render, alert);
    if (body === undefined) return refused(`the event for alert ${alert.id} could not be made; this is a defect of the watchdog`);
    const headers = {
      "content-type": "application/cloudevents+json; charset=utf-8",
      "user-agent": "bastion-watchdog",
      [signatureHeader]: signatureOf(body, secret, now),
    };
    try {
      const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(timeoutInMs) });
      return answerOf(response, await wordsOf(response, url, secret), now);
    } catch (error) {
      return unavailable(`the webhook could not be reached: ${networkReason(error, timeoutInMs)}`);
    }
  }

  return { name: "webhook", pace: webhookPace, send };
}

function configurationProblem(url: string, secret: string): string | undefined {
  const problem = checkWebhookUrl(url);
  if (problem !== undefined) return `the configured address ${problem}`;
  return secret.length < shortestSecret ? `the configured secret is shorter than ${shortestSecret} characters` : undefined;
}

function eventOf(render: SignedWebhookOptions["render"], alert: Alert): string | undefined {
  try {
    return JSON.stringify(render(alert));
  } catch {
    return undefined;
  }
}

function signatureOf(body: string, secret: string, now: Instant): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

const refused = (why: string): SendAnswer => ({ kind: "refused", why });
const unavailable = (why: string, retryAfter?: Milliseconds): SendAnswer => ({ kind: "unavailable", why, retryAfter });

/** A receiver that echoes our secret must not put it into our outbox. */
const wordsOf = async (response: Response, url: string, secret: string): Promise<string> =>
  (await excerpt(response, url)).replaceAll(secret, "…");

const mayPass: ReadonlySet<number> = new Set([408, 425, 429]);

function answerOf({ status, headers }: Response, said: string, now: Instant): SendAnswer {
  if (status >= 200 && status < 300) return { kind: "accepted" };
  const quoted = said === "" ? "" : `: ${said}`;
  if (mayPass.has(status) || status >= 500) {
    return unavailable(
      `the webhook answered ${status}${quoted}`,
      retryAfterOf((name) => headers.get(name), now),
    );
  }
  return refused(`the webhook answered ${status}: ${adviceOn(status)}${quoted === "" ? "" : ` It said${quoted}`}`);
}

function adviceOn(status: number): string {
  switch (status) {
    case 400:
    case 422:
      return "it did not take the event. Check that it reads CloudEvents 1.0 in structured JSON.";
    case 401:
    case 403:
      return "it does not believe the signature. Check that both sides have the same secret, and that its clock is right.";
    case 404:
    case 410:
      return "there is no receiver any more. Configure its present address.";
    case 413:
      return "the event is too large for it. A receiver of CloudEvents takes 64 KB.";
    case 415:
      return "it does not take application/cloudevents+json. Put a bridge in front of it that does.";
    default:
      return status < 400 ? "redirects are not followed. Configure the final address." : "it does not take such a request.";
  }
}
