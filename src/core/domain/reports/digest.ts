import { byImportance, type AlertDraft } from "../alerts/alert.ts";
import { traitsOf } from "../alerts/alert-kinds.ts";
import { figuresOf, outOfScopeFigures } from "./digest-figures.ts";
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

/** So many open links are named, the most important ones. */
const linksNamed = 10;

/**
 * The day in one alert. It is sent when all is quiet as well: "all clear" with coverage is a proof, and a Teams flow that hears nothing for
 * ninety days is switched off.
 */
export function digestOf(overview: Overview): AlertDraft {
  const { bastions } = overview;
  const watched = { ...overview, bastions: bastions.filter(({ host }) => host?.outOfScope === undefined) };
  const links = openLinksOf(watched.bastions);
  return {
    kind: "digest",
    severity: traitsOf("digest").severity,
    at: overview.now,
    links: byImportance(links).slice(0, linksNamed),
    linkCount: links.length,
    digest: { ...figuresOf(watched), outOfScope: outOfScopeFigures(overview) },
  };
}
