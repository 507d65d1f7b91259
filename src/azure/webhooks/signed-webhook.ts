import { createHmac } from "node:crypto";
import type { Instant } from "../../core/domain/time.ts";
import type { Channel } from "../../core/ports.ts";
import { postingChannel, type WebhookOptions } from "./post-alert.ts";
import { checkWebhookUrl } from "./webhook-url.ts";

export interface SignedWebhookOptions extends WebhookOptions {
  /** Shared with the receiver. Whoever has it can speak as the watchdog. */
  readonly secret: string;
  /** The one that follows it: while both are given, each event is signed with both, and the receiver may have either. */
  readonly nextSecret?: string | undefined;
  /** Several alerts are one post, in the batched content mode; else each event is one. */
  readonly isBatched?: boolean;
}

const signatureHeader = "x-watchdog-signature";
/** A secret that is short can be guessed from one signed message. */
export const shortestSecret = 32;

/**
 * Posts alerts as CloudEvents 1.0 (structured JSON), signed: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, with a `v1` for each
 * secret. The time in it lets the receiver refuse a replay; the event's id, the same in every repeat, lets it drop what it already has.
 */
export function signedWebhook({
  secret,
  nextSecret,
  isBatched = false,
  ...options
}: SignedWebhookOptions): Channel {
  const secrets = [secret, nextSecret].filter((one) => one !== undefined);
  const receiver = {
    channel: "webhook",
    words: { name: "the webhook", body: "event", said: "It said" },
    problem: configurationProblem(options.url, secrets),
    headersFor: (body: string, now: Instant) => ({
      "content-type": `application/${isBatched ? "cloudevents-batch" : "cloudevents"}+json; charset=utf-8`,
      "user-agent": "bastion-watchdog",
      [signatureHeader]: signatureOf(body, secrets, now),
    }),
    secrets,
    takesEach: !isBatched,
    adviceOn,
  };
  return postingChannel(receiver, options);
}

function configurationProblem(url: string, secrets: readonly string[]): string | undefined {
  const problem = checkWebhookUrl(url);
  if (problem !== undefined) return `the configured address ${problem}`;
  return secrets.some((secret) => secret.length < shortestSecret)
    ? `a configured secret is shorter than ${shortestSecret} characters`
    : undefined;
}

function signatureOf(body: string, secrets: readonly string[], now: Instant): string {
  const seconds = Math.floor(now / 1_000);
  const signed = secrets.map(
    (secret) => `v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`,
  );
  return [`t=${seconds}`, ...signed].join(",");
}

function adviceOn(status: number): string {
  switch (status) {
    case 400:
    case 422:
      return "it rejected the event. Check that it reads CloudEvents 1.0 in structured JSON.";
    case 401:
    case 403:
      return "it rejected the signature. Check that both sides have the same secret, and that its clock is right.";
    case 404:
    case 410:
      return "the receiver no longer exists. Configure its current address.";
    case 413:
      return "the event is too large for it. A receiver of CloudEvents takes 64 KB.";
    case 415:
      return "it does not accept application/cloudevents+json. Put a bridge in front of it that does.";
    default:
      return status < 400
        ? "redirects are not followed. Configure the final address."
        : "it rejected the request.";
  }
}
