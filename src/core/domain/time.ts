import { parse, type Duration } from "tinyduration";

/** A moment: milliseconds since the epoch, UTC. Nothing else in the core spells time. */
export type Instant = number & { readonly __brand: "Instant" };

/** A length of time in milliseconds. */
export type Milliseconds = number;

/** Milliseconds in `n` seconds; here and below, `n` may be a fraction. */
export const seconds = (n: number): Milliseconds => n * 1_000;
/** Always 60 seconds: an `Instant`, as POSIX time, counts no leap seconds. */
export const minutes = (n: number): Milliseconds => n * 60_000;
/** Always 60 minutes, whatever clocks on the wall do that night. */
export const hours = (n: number): Milliseconds => n * 3_600_000;
/** Always 24 hours, also where a local day has 23 or 25. */
export const days = (n: number): Milliseconds => n * 86_400_000;

/** Takes the number as it is, unchecked; what comes from outside goes through `parseInstant`. */
export const instant = (epochMilliseconds: number): Instant => epochMilliseconds as Instant;
/** A negative wait leads back in time. */
export const after = (from: Instant, wait: Milliseconds): Instant => instant(from + wait);
/** Needs at least one moment: of none it gives -Infinity. */
export const latest = (...moments: Instant[]): Instant => instant(Math.max(...moments));
/** Undefined if there is none. */
export const earliest = (moments: readonly Instant[]): Instant | undefined =>
  moments.length === 0 ? undefined : instant(Math.min(...moments));

const isoDate =
  /^(?<day>\d{4}-\d{2}-\d{2})(?:[T ](?<time>\d{2}:\d{2}(?::\d{2})?)(?:\.(?<fraction>\d+))?)?\s*(?<zone>Z|[+-]\d{2}:?\d{2})?$/i;
const usDate = /^(?<month>\d{1,2})\/(?<date>\d{1,2})\/(?<year>\d{4}) (?<hour>\d{1,2}):(?<rest>\d{2}:\d{2})$/;

/**
 * Reads a date the ways Azure writes one: ISO 8601 with any number of decimals, or `MM/dd/yyyy HH:mm:ss`.
 * A date without a zone is UTC. Anything else, an impossible day included, is undefined.
 */
export function parseInstant(text: string): Instant | undefined {
  const trimmed = text.trim();
  const iso = isoDate.exec(trimmed)?.groups;
  if (iso) return isoInstantOf(iso);
  const us = usDate.exec(trimmed)?.groups;
  return us ? usInstantOf(us) : undefined;
}

type Groups = Record<string, string | undefined>;

function isoInstantOf({ day = "", time = "00:00", fraction = "", zone = "Z" }: Groups): Instant | undefined {
  const milliseconds = fraction.padEnd(3, "0").slice(0, 3);
  return realInstant(day, `${time.length === 5 ? `${time}:00` : time}.${milliseconds}${zone.toUpperCase()}`);
}

function usInstantOf({
  month = "",
  date = "",
  year = "",
  hour = "",
  rest = "",
}: Groups): Instant | undefined {
  return realInstant(
    `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`,
    `${hour.padStart(2, "0")}:${rest}.000Z`,
  );
}

/** `Date` turns the 31st of February into March; such a day is no date at all. */
function realInstant(day: string, time: string): Instant | undefined {
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  const value = Date.parse(`${day}T${time}`);
  return Number.isNaN(value) ? undefined : instant(value);
}

/** Added to any moment of this century it is still a moment that `Date` can write. */
const longest = days(36_500);

/** A whole text that is a duration: the parser alone would take `P1D12H`, which lacks its T, for one day. */
export const durationPattern = String.raw`^P(?=.*[1-9])(?:\d+(?:[.,]\d+)?W)?(?:\d+(?:[.,]\d+)?D)?(?:T(?=\d)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?$`;

/**
 * An ISO 8601 duration in days, hours, minutes and seconds. Years and months have no fixed length and are
 * refused, as is zero and below, and whatever is longer than a hundred years.
 */
export function parseDuration(text: string): Milliseconds | undefined {
  if (!new RegExp(durationPattern).test(text)) return undefined;
  try {
    const { negative, years, months, ...rest } = parse(text);
    const length = lengthOf(rest);
    return negative || years || months || !(length > 0 && length <= longest) ? undefined : length;
  } catch {
    return undefined;
  }
}

const lengthOf = (parts: Omit<Duration, "years" | "months" | "negative">): Milliseconds =>
  days((parts.weeks ?? 0) * 7 + (parts.days ?? 0)) +
  hours(parts.hours ?? 0) +
  minutes(parts.minutes ?? 0) +
  seconds(parts.seconds ?? 0);

/** `2026-11-21 08:00:05 UTC`: what people read on cards, pages and tables. */
export const formatInstant = (moment: Instant): string =>
  `${new Date(moment).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** ISO 8601 with milliseconds, for rows, facts and JSON. */
export const isoInstant = (moment: Instant): string => new Date(moment).toISOString();

const units = [
  ["d", days(1)],
  ["h", hours(1)],
  ["min", minutes(1)],
  ["s", seconds(1)],
] as const;

/**
 * The two largest units: `2 d 3 h`, `7 h 30 min`, `15 min`, `40 s`, `0 s`. From an hour up, to the nearest
 * minute.
 */
export function formatDuration(length: Milliseconds): string {
  const whole = Math.abs(length);
  let rest = whole >= minutes(59.5) ? minutes(Math.round(whole / minutes(1))) : whole;
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${name}`);
    else if (parts.length > 0) break;
    rest -= count * size;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
