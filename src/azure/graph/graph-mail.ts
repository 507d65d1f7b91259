import { shortAlertId, type Alert } from "../../core/domain/alerts/alert.ts";
import { loudest } from "../../core/domain/alerts/alert-kinds.ts";
import { settingHash } from "../../core/domain/alerts/lane/told-pause.ts";
import { messageIdOf } from "../../core/domain/alerts/lane/message-id.ts";
import type { Instant } from "../../core/domain/time.ts";
import type { Channel, SendAnswer, SendMoment } from "../../core/ports.ts";
import { connectGraph, type GraphAnswer, type GraphOptions } from "./graph-client.ts";
import { redact } from "../http/redact.ts";
import { retryAfterOf } from "../http/retry-after.ts";
import { answerOn, isPassing, silence } from "../http/send-answer.ts";
import { guid } from "../../core/domain/guid.ts";

/** A mail. */
interface MailWords {
  readonly subject: string;
  readonly html: string;
}

export interface GraphMailOptions extends GraphOptions {
  /** The mailbox that sends: its address or object id. */
  readonly from: string;
  readonly to: readonly string[];
  readonly render: (alerts: readonly Alert[]) => MailWords | Promise<MailWords>;
}

/** What is wrong with a mail address; undefined when mail may be sent there. Stricter than the standard, like Exchange itself. */
export function checkMailAddress(text: string): string | undefined {
  if (text.length > 254) return "is longer than any mail address";
  return /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text)
    ? undefined
    : "is not a mail address such as alerts@contoso.example";
}

/**
 * Sends alerts as a mailbox, through Graph. Its 202 says "taken", not "delivered": a bounce goes to the mailbox. A repeat has the same
 * subject, id included, and the same `x-watchdog-alert`, so that mail programs show one conversation.
 */
export function graphMail(options: GraphMailOptions): Channel {
  const graph = connectGraph(options);
  const path = `/users/${encodeURIComponent(options.from)}/sendMail`;

  async function send(alerts: readonly Alert[], { now }: SendMoment): Promise<SendAnswer> {
    const problem = addressProblem(options);
    if (problem !== undefined) return { kind: "unavailable", why: problem, retryAfter: undefined };
    const request = await requestOf(alerts, options);
    if (request === undefined) {
      const ids = alerts.map(({ id }) => shortAlertId(id)).join(", ");
      return refused(`the mail for alert ${ids} could not be made; this is a bug in the watchdog`);
    }
    return sendAnswer(await graph.post(path, request), now);
  }

  return { name: "mail", setting: settingHash(options.from, ...options.to), send };
}

const refused = (why: string): SendAnswer => ({ kind: "refused", why });

function addressProblem({ from, to }: GraphMailOptions): string | undefined {
  if (!guid.test(from) && checkMailAddress(from) !== undefined)
    return "the configured sender is neither a mail address nor an object id";
  if (to.length === 0 || to.some((address) => checkMailAddress(address) !== undefined))
    return "a configured recipient is not a mail address";
  return undefined;
}

const importance = { high: "high", medium: "normal", low: "low" } as const;

/**
 * Graph's JSON carries one body; Exchange makes the text part of it. Graph takes headers of one's own if their names begin with `x-`; the
 * last one keeps out-of-office notes from answering an alarm. No copy is kept: a mailbox that is full sends no more.
 */
async function requestOf(
  alerts: readonly Alert[],
  { to, render }: GraphMailOptions,
): Promise<object | undefined> {
  try {
    const { subject, html } = await render(alerts);
    const [alert] = alerts;
    const message = {
      subject,
      importance: importance[loudest(alerts.map(({ severity }) => severity))],
      body: { contentType: "HTML", content: html },
      toRecipients: to.map((address) => ({ emailAddress: { address } })),
      internetMessageHeaders: [
        { name: "x-watchdog-alert", value: alerts.length > 1 ? messageIdOf(alerts) : alert?.id },
        { name: "x-watchdog-kind", value: alert?.kind },
        { name: "x-auto-response-suppress", value: "All" },
      ],
    };
    return { message, saveToSentItems: false };
  } catch {
    return undefined;
  }
}

function sendAnswer(answer: GraphAnswer, now: Instant): SendAnswer {
  if (answer.kind === "silence") return silence(`Graph could not be reached: ${answer.why}`, answer.why);
  const { status, header, body } = answer;
  if (status >= 200 && status < 300) return { kind: "accepted" };
  const said = wordsOf(body);
  const why = `Graph answered ${status}${said}${isPassing(status) ? "" : `. ${adviceOn(status)}`}`;
  return answerOn(status, { why, retryAfter: retryAfterOf(header, now) });
}

/** Graph's error code and sentence, where it sent any. */
function wordsOf(body: unknown): string {
  const error: unknown =
    typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  if (typeof error !== "object" || error === null) return "";
  const text = (name: "code" | "message"): string => {
    const value: unknown = Object.entries(error).find(([key]) => key === name)?.[1];
    return typeof value === "string" ? redact(value).replace(/\.$/, "") : "";
  };
  const said = [text("code"), text("message")].filter((words) => words !== "").join(", ");
  return said === "" ? "" : ` (${said})`;
}

function adviceOn(status: number): string {
  switch (status) {
    case 400:
      return "Graph rejected the mail. Check the configured recipients; if they are right, this is a bug in the watchdog.";
    case 401:
      return "Graph rejected the watchdog's token. Check that its identity exists in the tenant of the mailbox.";
    case 403:
      return (
        "Grant the watchdog's identity the application permission Mail.Send: best for this one mailbox, with the role " +
        "'Application Mail.Send' in Exchange (RBAC for Applications); it takes up to two hours to work."
      );
    case 404:
      return "The configured sender has no mailbox in Exchange Online. Configure the address of a mailbox, such as a shared one.";
    case 413:
      return "The mail is too large; this is a bug in the watchdog.";
    default:
      return status < 400
        ? "Redirects are not followed. Check the configured Graph endpoint."
        : "Check the configured sender, recipients and Graph endpoint.";
  }
}
