/** What an answer to a message that was sent says of the message, and of whoever takes such messages; the same for everything that alerts are sent to. */
import type { SendAnswer } from "../../core/domain/alerts/outbox.ts";
import type { Milliseconds } from "../../core/domain/time.ts";

/** About this very message: another one may be taken. */
const ofThisMessage: ReadonlySet<number> = new Set([400, 405, 406, 409, 410, 411, 413, 414, 415, 422, 431]);

/** By a status that is no success. `why` is all that is kept of the answer. */
export function answerOn(
  status: number,
  { why, retryAfter }: { readonly why: string; readonly retryAfter: Milliseconds | undefined },
): SendAnswer {
  if (ofThisMessage.has(status)) return { kind: "refused", why };
  return { kind: "unavailable", why, retryAfter, ...(leavesOpen(status) && { isUnknown: true }) };
}

/** Nobody has to do anything about it. */
export const isPassing = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500;

/** A server that failed may have failed after taking it; one that is too busy took nothing. */
const leavesOpen = (status: number): boolean => status === 408 || (status >= 500 && status !== 503);

const mayHaveArrived =
  /^(no answer within|the connection failed|ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR_(SOCKET|HEADERS_TIMEOUT|BODY_TIMEOUT|ABORTED))/;

/** No answer at all. `reason`: a network's code, or our own words for it. */
export const silence = (why: string, reason: string): SendAnswer => ({
  kind: "unavailable",
  why,
  retryAfter: undefined,
  ...(mayHaveArrived.test(reason) && { isUnknown: true }),
});
