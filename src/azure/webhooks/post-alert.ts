import { shortAlertId, type Alert } from "../../core/domain/alerts/alert.ts";
import { webhookRateLimit } from "../../core/domain/alerts/rate-limit.ts";
import type { Instant, Milliseconds } from "../../core/domain/time.ts";
import type { Channel, SendAnswer } from "../../core/ports.ts";
import { excerpt, networkReason } from "../http/excerpt.ts";
import { retryAfterOf } from "../http/retry-after.ts";

/** Where alerts are posted, and how. */
export interface WebhookOptions {
  /** May carry a key, or be one: it appears in no answer, error or log. */
  readonly url: string;
  /** The whole bodies for an alert, ready for JSON, to be posted in this order. */
  readonly render: (alert: Alert) => readonly object[] | Promise<readonly object[]>;
  readonly fetch?: typeof globalThis.fetch;
  /** Ten seconds, if left out. */
  readonly timeoutInMs?: number;
}

/** In what one receiver of posted alerts differs from another. */
export interface Receiver {
  readonly channel: string;
  /** What answers call the receiver, what is posted, and the receiver's words: "Teams", "message", "Teams said". */
  readonly words: { readonly name: string; readonly body: string; readonly said: string };
  /** Why nothing is ever posted; left out where it may be. */
  readonly problem?: string | undefined;
  readonly headersFor: (body: string, now: Instant) => Readonly<Record<string, string>>;
  /** Beside the address, what an answer that echoes it must not bring into our outbox. */
  readonly secrets?: readonly string[];
  /** The 4xx after which the same post may succeed later. */
  readonly mayPass: ReadonlySet<number>;
  readonly isFailure?: (status: number, said: string) => boolean;
  /** What to do about a status that no repetition helps. */
  readonly adviceOn: (status: number) => string;
}

/** Whoever sends an alert holds it for a minute: within this time its last body is begun. */
const postingTimeInMs = 45_000;

/**
 * A channel that posts JSON, an alert's bodies one after the other until one is not accepted; a repeat begins with the first. Redirects are not
 * followed, because they would carry the alert to a host nobody configured.
 */
export function postingChannel(receiver: Receiver, options: WebhookOptions): Channel {
  const { url, render, fetch = globalThis.fetch, timeoutInMs = 10_000 } = options;
  const { channel, words, problem, secrets = [] } = receiver;

  async function send(alert: Alert, now: Instant): Promise<SendAnswer> {
    if (problem !== undefined) return refused(problem);
    const bodies = await jsonOf(render, alert);
    if (bodies === undefined)
      return refused(
        `the ${words.body} for alert ${shortAlertId(alert.id)} could not be made; this is a defect of the watchdog`,
      );
    const over = AbortSignal.timeout(postingTimeInMs);
    for (const body of bodies) {
      if (over.aborted) return unavailable(`${words.name} took too long for ${bodies.length} ${words.body}s`);
      const answer = await post(body, now);
      if (answer.kind !== "accepted") return answer;
    }
    return { kind: "accepted" };
  }

  async function post(body: string, now: Instant): Promise<SendAnswer> {
    const headers = receiver.headersFor(body, now);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers,
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutInMs),
      });
      const said = await excerpt(response, url);
      return answerOf(response, receiver, {
        said: secrets.reduce((words, secret) => words.replaceAll(secret, "…"), said),
        now,
      });
    } catch (error) {
      return unavailable(`${words.name} could not be reached: ${networkReason(error, timeoutInMs)}`);
    }
  }

  return { name: channel, rateLimit: webhookRateLimit, send };
}

async function jsonOf(
  render: WebhookOptions["render"],
  alert: Alert,
): Promise<readonly string[] | undefined> {
  try {
    return (await render(alert)).map((body) => JSON.stringify(body));
  } catch {
    return undefined;
  }
}

const refused = (why: string): SendAnswer => ({ kind: "refused", why });
const unavailable = (why: string, retryAfter?: Milliseconds): SendAnswer => ({
  kind: "unavailable",
  why,
  retryAfter,
});

interface Heard {
  /** The first words of the body, with no secret in them. */
  readonly said: string;
  readonly now: Instant;
}

function answerOf({ status, headers }: Response, receiver: Receiver, { said, now }: Heard): SendAnswer {
  const { words, mayPass, isFailure, adviceOn } = receiver;
  const quoted = said === "" ? "" : `: ${said}`;
  const retryAfter = retryAfterOf((name) => headers.get(name), now);
  if (isFailure?.(status, said) === true)
    return unavailable(`${words.name} answered ${status} and reports a failure${quoted}`, retryAfter);
  if (status >= 200 && status < 300) return { kind: "accepted" };
  if (mayPass.has(status) || status >= 500)
    return unavailable(`${words.name} answered ${status}${quoted}`, retryAfter);
  return refused(
    `${words.name} answered ${status}: ${adviceOn(status)}${quoted === "" ? "" : ` ${words.said}${quoted}`}`,
  );
}
