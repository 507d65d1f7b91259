import { shortAlertId, type Alert } from "../../core/domain/alerts/alert.ts";
import { settingHash } from "../../core/domain/alerts/lane/told-pause.ts";
import type { Instant } from "../../core/domain/time.ts";
import type { Channel, SendAnswer } from "../../core/ports.ts";
import { excerpt, networkReason } from "../http/excerpt.ts";
import { retryAfterOf } from "../http/retry-after.ts";
import { answerOn, isPassing, silence } from "../http/send-answer.ts";

/** Where alerts are posted, and how. */
export interface WebhookOptions {
  /** May carry a key, or be one: it appears in no answer, error or log. */
  readonly url: string;
  /** The whole bodies for these alerts, ready for JSON, to be posted in this order; where `mostLinks` is given, with so many links each at most. */
  readonly render: (
    alerts: readonly Alert[],
    mostLinks?: number,
  ) => readonly object[] | Promise<readonly object[]>;
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
  /** Each alert has bodies of its own, and an answer of its own. */
  readonly takesEach?: boolean;
  readonly isFailure?: (status: number, said: string) => boolean;
  /** What to do about a status that no repetition helps. */
  readonly adviceOn: (status: number) => string;
}

/** However long whoever sends an alert holds it: within this time its last body is begun. */
const postingTimeInMs = 45_000;

/**
 * A channel that posts JSON, the bodies of a message one after the other until one is not accepted; a repeat begins with the first. Redirects are not
 * followed, because they would carry the alert to a host nobody configured.
 */
export const postingChannel = (receiver: Receiver, options: WebhookOptions): Channel => ({
  name: receiver.channel,
  setting: settingHash(options.url, ...(receiver.secrets ?? [])),
  send: async (alerts, { now, within }) => {
    const { problem, takesEach = false } = receiver;
    if (problem !== undefined) return unavailable(problem);
    const over = AbortSignal.timeout(Math.min(postingTimeInMs, Math.max(0, within)));
    const posting = { receiver, options, now, over };
    return await (takesEach ? postEach(alerts, posting) : postTogether(alerts, posting));
  },
});

interface Posting {
  readonly receiver: Receiver;
  readonly options: WebhookOptions;
  readonly now: Instant;
  /** Nothing is begun after that. */
  readonly over: AbortSignal;
}

const refused = (why: string): SendAnswer => ({ kind: "refused", why });
const unavailable = (why: string): SendAnswer => ({ kind: "unavailable", why, retryAfter: undefined });

/** One after the other, until the receiver takes none. */
async function postEach(alerts: readonly Alert[], posting: Posting): Promise<readonly SendAnswer[]> {
  const answers: SendAnswer[] = [];
  for (const alert of alerts) {
    if (posting.over.aborted && answers.length > 0) break;
    const answer = await postTogether([alert], posting);
    answers.push(answer);
    if (answer.kind === "unavailable") break;
  }
  return answers;
}

/**
 * What is too large with all links of an alert is posted in more bodies, or with fewer of them named. An id that was taken before had more links, so that whoever
 * drops a repeat misses none.
 */
async function postTogether(alerts: readonly Alert[], posting: Posting): Promise<SendAnswer> {
  const [alert, ...others] = alerts;
  let mostLinks: number | undefined;
  for (;;) {
    const { answer, isTooLarge } = await postBodies(alerts, posting, mostLinks);
    const links = mostLinks ?? alert?.links.length ?? 0;
    if (!isTooLarge || others.length > 0 || links < 2 || posting.over.aborted) return answer;
    mostLinks = Math.ceil(Math.min(links, mostAtFirst) / 2);
  }
}

/** As many links are in one body anyway. */
const mostAtFirst = 40;

interface Posted {
  readonly answer: SendAnswer;
  readonly isTooLarge?: boolean;
}

async function postBodies(
  alerts: readonly Alert[],
  posting: Posting,
  mostLinks: number | undefined,
): Promise<Posted> {
  const { words } = posting.receiver;
  const bodies = await jsonOf(posting.options.render, alerts, mostLinks);
  if (bodies === undefined) {
    const ids = alerts.map(({ id }) => shortAlertId(id)).join(", ");
    const why = `the ${words.body} for alert ${ids} could not be made; this is a bug in the watchdog`;
    return { answer: refused(why) };
  }
  for (const [index, body] of bodies.entries()) {
    if (posting.over.aborted && index > 0) {
      const why = `${words.name} took too long for ${bodies.length} ${words.body}s`;
      return { answer: { kind: "unavailable", why, retryAfter: undefined, isUnknown: true } };
    }
    const posted = await post(body, posting);
    if (posted.answer.kind !== "accepted") return posted;
  }
  return { answer: { kind: "accepted" } };
}

async function post(body: string, { receiver, options, now }: Posting): Promise<Posted> {
  const { url, fetch = globalThis.fetch, timeoutInMs = 10_000 } = options;
  const { words, secrets = [] } = receiver;
  const headers = receiver.headersFor(body, now);
  try {
    const signal = AbortSignal.timeout(timeoutInMs);
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    const said = await excerpt(response, url);
    const clean = secrets.reduce((words, secret) => words.replaceAll(secret, "…"), said);
    return {
      answer: answerOf(response, receiver, { said: clean, now }),
      isTooLarge: response.status === 413,
    };
  } catch (error) {
    const reason = networkReason(error, timeoutInMs);
    return { answer: silence(`${words.name} could not be reached: ${reason}`, reason) };
  }
}

async function jsonOf(
  render: WebhookOptions["render"],
  alerts: readonly Alert[],
  mostLinks: number | undefined,
): Promise<readonly string[] | undefined> {
  try {
    return (await render(alerts, mostLinks)).map((body) => JSON.stringify(body));
  } catch {
    return undefined;
  }
}

interface Heard {
  /** The first words of the body, with no secret in them. */
  readonly said: string;
  readonly now: Instant;
}

function answerOf({ status, headers }: Response, receiver: Receiver, { said, now }: Heard): SendAnswer {
  const { words, isFailure, adviceOn } = receiver;
  const retryAfter = retryAfterOf((name) => headers.get(name), now);
  const answered = `${words.name} answered ${status}`;
  const quoted = said === "" ? "" : `: ${said}`;
  if (isFailure?.(status, said) === true)
    return answerOn(429, { why: `${answered} and reports a failure${quoted}`, retryAfter });
  if (status >= 200 && status < 300) return { kind: "accepted" };
  if (isPassing(status)) return answerOn(status, { why: `${answered}${quoted}`, retryAfter });
  const advice = `${answered}: ${adviceOn(status)}`;
  return answerOn(status, { why: quoted === "" ? advice : `${advice} ${words.said}${quoted}`, retryAfter });
}
