import type { AlertDraft } from "../alerts/alert.ts";
import { digestLines } from "./digest-lines.ts";
import { openLinksOf, type Overview } from "./overview.ts";
import type { Instant } from "../time.ts";

/** Whether the IANA database knows this time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** The calendar day and hour at `moment` in a time zone, like `2026-11-21` and 8. Throws a RangeError for a zone nobody knows. */
export function localTime(
  moment: Instant,
  timeZone: string,
): { readonly day: string; readonly hour: number } {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
  });
  const of = Object.fromEntries(parts.formatToParts(moment).map(({ type, value }) => [type, value]));
  return { day: `${of["year"] ?? ""}-${of["month"] ?? ""}-${of["day"] ?? ""}`, hour: Number(of["hour"]) };
}

/**
 * The day in one alert. It is sent when all is quiet as well: "all clear" with coverage is a proof, and a Teams flow that hears nothing for
 * ninety days is switched off.
 */
export function digestOf(overview: Overview): AlertDraft {
  const { now, mode, bastions } = overview;
  return {
    kind: "digest",
    severity: "low",
    at: now,
    links: openLinksOf(bastions),
    actor: undefined,
    enforced: mode === "enforce",
    notes: digestLines(overview),
    channels: [],
  };
}
