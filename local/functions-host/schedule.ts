/** When a timer fires: NCRONTAB as Azure reads it (five or six fields, UTC), or a TimeSpan for a fixed interval. */
import { Cron } from "croner";
import { parseTimeSpan } from "./time-span.ts";

export interface Schedule {
  /** The first occurrence after `after`, or undefined when there is none any more. */
  next(after: Date): Date | undefined;
  readonly kind: "cron" | "interval";
}

/** Throws on anything NCRONTAB does not know, with the field and the reason. */
export function parseSchedule(text: string): Schedule {
  const interval = parseTimeSpan(text);
  if (interval !== undefined) return intervalSchedule(text, interval);
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    throw new Error(`The schedule "${text}" is neither NCRONTAB (five or six fields) nor a TimeSpan`);
  }
  const withSeconds = fields.length === 5 ? ["0", ...fields] : fields;
  const lists = withSeconds.map((field, index) => expandField(field, index, text));
  const cron = new Cron(lists.join(" "), { timezone: "UTC", domAndDow: true, paused: true });
  return { kind: "cron", next: (after) => cron.nextRun(after) ?? undefined };
}

function intervalSchedule(text: string, intervalInMs: number): Schedule {
  if (intervalInMs === 0) throw new Error(`The schedule "${text}" is an interval of no length`);
  return { kind: "interval", next: (after) => new Date(after.getTime() + intervalInMs) };
}

interface FieldRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const ranges: readonly FieldRange[] = [
  { name: "second", min: 0, max: 59 },
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: months },
  { name: "day of week", min: 0, max: 6, names: days },
];

/** Writes a field as a plain list. Croner knows more than NCRONTAB (`L`, `W`, `#`, Sunday as 7) and less (`5/10`): this takes exactly NCRONTAB. */
function expandField(field: string, index: number, schedule: string): string {
  const range = ranges[index];
  if (range === undefined) throw new Error(`The schedule "${schedule}" has too many fields`);
  if (field === "*") return "*";
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const expanded = expandPart(part, range);
    if (expanded === undefined) throw new Error(`"${part}" is no ${range.name} of the NCRONTAB schedule "${schedule}"`);
    for (const value of expanded) values.add(value);
  }
  return [...values].sort((a, b) => a - b).join(",");
}

/** `*`, `a`, `a-b`, each with an optional `/step`; `a/step` runs to the end of the field. */
function expandPart(part: string, range: FieldRange): readonly number[] | undefined {
  const match = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/.exec(part.toLowerCase());
  if (match === null) return undefined;
  const [from = "", to, step] = match.slice(1);
  if (from === "*" && to !== undefined) return undefined;
  const first = from === "*" ? range.min : valueOf(from, range);
  const last = lastValue({ from, to, step }, range);
  return first === undefined || last === undefined ? undefined : steps(first, last, Number(step ?? "1"));
}

function steps(first: number, last: number, stride: number): readonly number[] | undefined {
  if (first > last || stride < 1) return undefined;
  return Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, count) => first + count * stride);
}

function lastValue(part: { from: string; to: string | undefined; step: string | undefined }, range: FieldRange): number | undefined {
  if (part.to !== undefined) return valueOf(part.to, range);
  return part.from === "*" || part.step !== undefined ? range.max : valueOf(part.from, range);
}

/** A number, or a month or day by its name (three letters or the whole English word). */
function valueOf(text: string, range: FieldRange): number | undefined {
  const named = range.names?.findIndex((name) => text.startsWith(name)) ?? -1;
  if (named >= 0) return named + range.min;
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= range.min && value <= range.max ? value : undefined;
}
