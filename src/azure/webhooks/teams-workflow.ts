import type { Channel } from "../../core/ports.ts";
import { postingChannel, type WebhookOptions } from "./post-alert.ts";

/**
 * Posts alerts through a Teams Workflows webhook. Its 202 says "queued", not "posted": the flow draws the card later and
 * reports a failure to its owner only.
 */
export function teamsWorkflow(options: WebhookOptions): Channel {
  const receiver = {
    channel: "teams",
    words: { name: "Teams", body: "message", said: "Teams said" },
    headersFor: () => ({ "content-type": "application/json" }),
    isFailure: (status: number, said: string) => status === 200 && saysFailure(said),
    adviceOn,
  };
  return postingChannel(receiver, options);
}

/** Connectors put "HTTP error 429" into a 200. */
const saysFailure = (said: string): boolean =>
  /\b429\b|\berror\b|\bfailed\b|throttl|too many requests/i.test(said);

function adviceOn(status: number): string {
  switch (status) {
    case 400:
      return "the flow rejected the message. Check that it starts with 'When a Teams webhook request is received' and posts the cards of 'attachments'.";
    case 401:
    case 403:
      return "the flow denied access. Set 'Who can trigger the flow' to 'Anyone', or configure its current address.";
    case 404:
    case 410:
      return "the flow was deleted or its URL changed. Create the flow again or copy its current address, and configure it.";
    case 413:
      return "the message is too large for the flow; this is a bug in the watchdog.";
    default:
      return status < 400
        ? "redirects are not followed. Configure the address the flow shows now."
        : "the flow rejected the request. Check the flow and the configured address.";
  }
}
