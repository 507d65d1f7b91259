/** When a timer fires: NCRONTAB as Azure reads it (five or six fields, UTC), or a TimeSpan for a fixed interval. */
import { Cron } from "croner";
import { parseTimeSpan } from "./time-span.ts";

export interface Schedule {
  /** The first occurrence after `after`, or undefined when there is none any more. */
  next(after: Date): Date | undefined;
  readonly kind: "cron" | "interval";
}

/** Throws on anything NCRONTAB does not know, with the schedule and the field. */
export function parseSchedule(text: string): Schedule {
  const interval = parseTimeSpan(text);
  if (interval !== undefined) return intervalSchedule(text, interval);
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    throw new Error(`The schedule "${text}" is neither NCRONTAB (five or six fields) nor a TimeSpan`);
  }
  const withSeconds = fields.length === 5 ? ["0", ...fields] : fields;
  const cron = cronOf(withSeconds.map((field, place) => cronerField(field, place, text)));
  return { kind: "cron", next: (after) => cron.nextRun(after) ?? undefined };
}

function intervalSchedule(text: string, intervalInMs: number): Schedule {
  if (intervalInMs === 0) throw new Error(`The schedule "${text}" is an interval of no length`);
  return { kind: "interval", next: (after) => new Date(after.getTime() + intervalInMs) };
}

const cronOf = (fields: readonly string[]): Cron =>
  new Cron(fields.join(" "), {
    mode: "6-part",
    sloppyRanges: true,
    domAndDow: true,
    timezone: "UTC",
    paused: true,
  });

const places = ["second", "minute", "hour", "day", "month", "day of week"];
const dayOfWeek = 5;

/** Croner reads each field alone first, so that an error names the one that is wrong. */
function cronerField(field: string, place: number, schedule: string): string {
  try {
    const known = inCroner(field);
    if (place === dayOfWeek && sundayAtTheEnd.test(known))
      throw new Error("the week begins with Sunday, which is 0");
    cronOf(places.map((_, other) => (other === place ? known : "*")));
    return known;
  } catch (cause) {
    throw new Error(
      `"${field}" is not a valid ${places[place] ?? "field"} of the NCRONTAB schedule "${schedule}"`,
      { cause },
    );
  }
}

const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const names = [...months, ...days];
const part = String.raw`(\*|\w+(-\w+)?)(/\d+)?`;
const ncrontab = new RegExp(`^${part}(,${part})*$`);
const sundayAtTheEnd = /(^|[,-])0*7\b|-sun/;

/** Croner knows more than NCRONTAB (`?`, `L`, `#`, a week that ends with Sunday), which is refused, and names by three letters only. */
function inCroner(field: string): string {
  if (!ncrontab.test(field)) throw new Error("not NCRONTAB");
  return field.replace(/[a-z]+/gi, (word) => {
    const name = names.find((one) => one.startsWith(word.toLowerCase()));
    if (name === undefined) throw new Error(`no month and no day is called ${word}`);
    return name.slice(0, 3);
  });
}
