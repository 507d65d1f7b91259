import type { Instant, Milliseconds } from "../../core/domain/time.ts";
import { hours, parseInstant, seconds } from "../../core/domain/time.ts";

const longest = hours(1);

/**
 * How long we are asked to wait: milliseconds, seconds, a date as RFC 9110 or Azure writes one, or when Resource Graph's quota starts anew.
 * At most an hour, whatever it says; undefined if it says nothing that can be read, or a moment that has passed.
 */
export function retryAfterOf(
  header: (name: string) => string | undefined | null,
  now: Instant,
): Milliseconds | undefined {
  const wait =
    count(header("retry-after-ms")) ??
    count(header("x-ms-retry-after-ms")) ??
    secondsOrDate(header("retry-after") ?? "", now) ??
    timeSpan(header("x-ms-user-quota-resets-after"));
  return wait === undefined || wait < 0 ? undefined : Math.min(wait, longest);
}

function count(text: string | undefined | null): number | undefined {
  return text && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function secondsOrDate(text: string, now: Instant): Milliseconds | undefined {
  const amount = count(text);
  if (amount !== undefined) return seconds(amount);
  const date = parseInstant(text);
  return date === undefined ? undefined : date - now;
}

/** `00:00:05`, as .NET writes it. */
function timeSpan(text: string | undefined | null): Milliseconds | undefined {
  const [, days = "0", hour, minute, second] =
    /^\s*(?:(\d+)\.)?(\d+):(\d{2}):(\d{2}(?:\.\d+)?)\s*$/.exec(text ?? "") ?? [];
  return hour === undefined
    ? undefined
    : seconds(((Number(days) * 24 + Number(hour)) * 60 + Number(minute)) * 60 + Number(second));
}
