import {
  after,
  days,
  hours,
  instant,
  minutes,
  parseInstant,
  type Instant,
  type Milliseconds,
} from "../../time.ts";

/** How far the clocks of a zone are ahead of UTC then. Throws a RangeError for a zone nobody knows. */
function offsetAt(moment: Instant, timeZone: string): Milliseconds {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const name = format.formatToParts(moment).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hour = "0", minute = "0"] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (hours(Number(hour)) + minutes(Number(minute)));
}

/** When a day like `2026-12-04` is over in a zone. */
export function endOfDay(day: string, timeZone: string): Instant {
  const midnight = after(parseInstant(day) ?? instant(Number.NaN), days(1));
  return after(midnight, -offsetAt(after(midnight, -offsetAt(midnight, timeZone)), timeZone));
}

/** `2026-12-04 19:00:00 +01:00 Europe/Berlin`. */
export function formatInZone(moment: Instant, timeZone: string): string {
  const offset = offsetAt(moment, timeZone);
  const shown = new Date(after(moment, offset)).toISOString().slice(0, 19).replace("T", " ");
  const ahead = new Date(Math.abs(offset)).toISOString().slice(11, 16);
  return `${shown} ${offset < 0 ? "-" : "+"}${ahead} ${timeZone}`;
}
