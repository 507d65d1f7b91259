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

const clock = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?(?:\s*(?<half>[ap])\.?m\.?)?`;
const zone = String.raw`(?:\s*(?<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?`;
const forms = [
  String.raw`(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})(?:(?:T|\s+)${clock})?`,
  String.raw`(?<month>\d{1,2})/(?<day>\d{1,2})/(?<year>\d{4}),?\s+${clock}`,
  String.raw`(?:[a-z]{3,9},?\s+)?(?<day>\d{1,2})[\s-](?<name>[a-z]{3})[\s-](?<year>\d{4})\s+${clock}`,
].map((form) => new RegExp(`^${form}${zone}$`, "i"));

/**
 * Reads a date the ways people and Azure write one: ISO 8601 with any number of decimals, `MM/dd/yyyy HH:mm:ss` also with AM or PM, or RFC 1123.
 * A date without a zone is UTC. Anything else, an impossible day or hour included, is undefined.
 */
export function parseInstant(text: string): Instant | undefined {
  const trimmed = text.trim();
  const parts = forms.map((form) => form.exec(trimmed)?.groups).find((groups) => groups !== undefined);
  return parts && instantOf(parts);
}

type Parts = Readonly<Record<string, string | undefined>>;

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function instantOf({
  year = "",
  month,
  name = "",
  day = "",
  minute = "00",
  ...rest
}: Parts): Instant | undefined {
  const number = month ?? String(monthNames.indexOf(name.toLowerCase()) + 1);
  const { second = "00", fraction = "" } = rest;
  const milliseconds = fraction.padEnd(3, "0").slice(0, 3);
  return realInstant(
    `${year}-${number.padStart(2, "0")}-${day.padStart(2, "0")}`,
    `${hourOf(rest)}:${minute}:${second}.${milliseconds}${offsetOf(rest)}`,
  );
}

/** Two digits of 24 hours; 0 or 13 o'clock PM is no hour, and nor is 24. */
function hourOf({ hour = "0", half }: Parts): string {
  const number = Number(hour);
  if (half === undefined) return number > 23 ? "" : hour.padStart(2, "0");
  if (number < 1 || number > 12) return "";
  return String((number % 12) + (half.toLowerCase() === "p" ? 12 : 0)).padStart(2, "0");
}

function offsetOf({ zone = "Z" }: Parts): string {
  const [, hours, minutes = "00"] = /^([+-]\d{2})(?::?(\d{2}))?$/.exec(zone) ?? [];
  return hours === undefined ? "Z" : `${hours}:${minutes}`;
}

/** `Date` turns the 31st of February into March; such a day is no date at all. */
function realInstant(day: string, time: string): Instant | undefined {
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  const value = Date.parse(`${day}T${time}`);
  return Number.isNaN(value) ? undefined : instant(value);
}

const amount = (digits: number): string => String.raw`\d{1,${digits}}(?:[.,]\d{1,9})?`;

/**
 * A whole text that is a duration: the parser alone would take `P1D12H`, which lacks its T, for one day. So many digits reach a thousand years at
 * most: added to any moment of this century that is still a moment which `Date` can write.
 */
export const durationPattern = String.raw`^P(?=.*[1-9])(?:${amount(4)}W)?(?:${amount(5)}D)?(?:T(?=\d)(?:${amount(6)}H)?(?:${amount(8)}M)?(?:${amount(9)}S)?)?$`;
const wholeDuration = new RegExp(durationPattern);

/**
 * An ISO 8601 duration in weeks, days, hours, minutes and seconds. Years and months have no fixed length and are
 * refused, as is zero and below, and whatever has more digits than a thousand years.
 */
export function parseDuration(text: string): Milliseconds | undefined {
  return wholeDuration.test(text) ? lengthOf(parse(text)) : undefined;
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

/** The day in UTC, like `2026-11-21`. */
export const isoDay = (moment: Instant): string => isoInstant(moment).slice(0, 10);

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
