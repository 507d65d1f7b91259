import type { Alert } from "../../core/domain/alerts/alert.ts";
import { webhookPace } from "../../core/domain/alerts/rate-limit.ts";
import type { Instant, Milliseconds } from "../../core/domain/time.ts";
import type { Channel, SendAnswer } from "../../core/ports.ts";
import { excerpt, networkReason } from "../http/excerpt.ts";
import { retryAfterOf } from "../http/retry-after.ts";
import { isLoopbackHost } from "../../core/domain/loopback.ts";

export interface TeamsWorkflowOptions {
  /** Whoever has it can post as the watchdog: it appears in no answer, error or log. */
  readonly url: string;
  /** The whole message for an alert, ready for JSON. */
  readonly render: (alert: Alert) => object;
  readonly fetch?: typeof globalThis.fetch;
  readonly timeoutInMs?: number;
}

const workflowHosts = [".logic.azure.com", ".environment.api.powerplatform.com"];

/** What is wrong with a Workflows address, without repeating it; undefined when messages may be sent there. */
export function checkTeamsUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return "is not a URL";
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return "must not carry a user name or password";
  if (isLoopbackHost(hostname)) return protocol === "https:" || protocol === "http:" ? undefined : "must begin with https:// or http://";
  if (protocol !== "https:") return "must begin with https://";
  if (workflowHosts.some((host) => hostname.endsWith(host))) return undefined;
  return `must be the address of a Teams Workflows flow: its host ends in ${workflowHosts.join(" or ")}`;
}

/**
 * Posts alerts through a Teams Workflows webhook. Its 202 says "queued", not "posted": the flow draws the card later and
 * reports a failure to its owner only. Redirects are not followed, because they would carry the alert to a host nobody configured.
 */
export function teamsWorkflow({ url, render, fetch = globalThis.fetch, timeoutInMs = 10_000 }: TeamsWorkflowOptions): Channel {
  const problem = checkTeamsUrl(url);

  async function send(alert: Alert, now: Instant): Promise<SendAnswer> {
    if (problem !== undefined) return refused(`the configured address ${problem}`);
    const body = messageOf(render, alert);
    if (body === undefined) return refused(`the message for alert ${alert.id} could not be made; this is a defect of the watchdog`);
    try {
      const headers = { "content-type": "application/json" };
      const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(timeoutInMs) });
      return answerOf(response, await excerpt(response, url), now);
    } catch (error) {
      return unavailable(`Teams could not be reached: ${networkReason(error, timeoutInMs)}`);
    }
  }

  return { name: "teams", pace: webhookPace, send };
}

function messageOf(render: TeamsWorkflowOptions["render"], alert: Alert): string | undefined {
  try {
    return JSON.stringify(render(alert));
  } catch {
    return undefined;
  }
}

const refused = (why: string): SendAnswer => ({ kind: "refused", why });
const retryAfter = (headers: Headers, now: Instant) => retryAfterOf((name) => headers.get(name), now);
const unavailable = (why: string, retryAfter?: Milliseconds): SendAnswer => ({ kind: "unavailable", why, retryAfter });

function answerOf({ status, headers }: Response, said: string, now: Instant): SendAnswer {
  const quoted = said === "" ? "" : `: ${said}`;
  if (status === 200 && saysFailure(said))
    return unavailable(`Teams answered 200 and reports a failure${quoted}`, retryAfter(headers, now));
  if (status >= 200 && status < 300) return { kind: "accepted" };
  if (status === 408 || status === 429 || status >= 500) return unavailable(`Teams answered ${status}${quoted}`, retryAfter(headers, now));
  return refused(`Teams answered ${status}: ${adviceOn(status)}${quoted === "" ? "" : ` Teams said${quoted}`}`);
}

/** Connectors put "HTTP error 429" into a 200. */
const saysFailure = (said: string): boolean => /\b429\b|\berror\b|\bfailed\b|throttl|too many requests/i.test(said);

function adviceOn(status: number): string {
  switch (status) {
    case 400:
      return "the flow did not take the message. Check that it starts with 'When a Teams webhook request is received' and posts the cards of 'attachments'.";
    case 401:
    case 403:
      return "the flow does not let the watchdog in. Set 'Who can trigger the flow' to 'Anyone', or configure its present address.";
    case 404:
    case 410:
      return "the flow was deleted or its URL changed. Create the flow again or copy its present address, and configure that.";
    case 413:
      return "the message is too large for the flow; this is a defect of the watchdog.";
    default:
      return status < 400
        ? "redirects are not followed. Configure the address the flow shows now."
        : "the flow does not take such a request. Check the flow and the configured address.";
  }
}
