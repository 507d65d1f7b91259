import type { Instant, Milliseconds } from "../../core/domain/time.ts";
import { hours, seconds } from "../../core/domain/time.ts";

const longest = hours(1);

/** How long Azure asks us to wait: milliseconds, seconds or an HTTP date, whichever it sent. At most an hour, whatever it says. */
export function retryAfterOf(header: (name: string) => string | undefined, now: Instant): Milliseconds | undefined {
  const wait = count(header("retry-after-ms")) ?? count(header("x-ms-retry-after-ms")) ?? secondsOrDate(header("retry-after"), now);
  return wait === undefined ? undefined : Math.min(Math.max(wait, 0), longest);
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function secondsOrDate(text: string | undefined, now: Instant): Milliseconds | undefined {
  const amount = count(text);
  if (amount !== undefined) return seconds(amount);
  const date = /[a-z]{3}/i.test(text ?? "") ? Date.parse(text ?? "") : Number.NaN;
  return Number.isNaN(date) ? undefined : date - now;
}
