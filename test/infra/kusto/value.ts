/** Values of a query, and rows of the published tables. */
import { tables } from "./engine.ts";

/** A length of time. */
export class Span {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** What a row holds: a text is never null, everything else may be. Objects and lists are what the language calls dynamic. */
export type Value = string | number | boolean | null | Date | Span | readonly unknown[] | object;
export type Row = Readonly<Record<string, Value>>;

/** When a row came into the workspace; no column of it. */
export const ingested = "$ingested";

const isOfType: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  bool: (value) => typeof value === "boolean",
  int: Number.isInteger,
  long: Number.isInteger,
  real: (value) => typeof value === "number",
  datetime: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  dynamic: () => true,
};

/** A row as a test says it: moments are texts. */
export type SaidRow = Readonly<Record<string, string | number | boolean | object>>;

/** A row of a table, ingested two minutes after its time unless `$ingested` says when. A column that the table lacks, or another type, throws. */
export function tableRow(table: string, said: SaidRow): Row {
  const columns = tables[table] ?? {};
  const { [ingested]: came, ...values } = said;
  for (const [name, value] of Object.entries(values))
    if (!isOfType[columns[name] ?? ""]?.(value))
      throw new Error(`${table}.${name} is ${columns[name] ?? "no column"}, and no ${JSON.stringify(value)}`);
  const row = Object.entries(columns).map(([name, type]) => [name, typed(values[name], type)] as const);
  const at = Date.parse(textIn(said["TimeGenerated"]));
  return {
    ...Object.fromEntries(row),
    [ingested]: new Date(came === undefined ? at + 120_000 : textIn(came)),
  };
}

const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

function typed(value: SaidRow[string] | undefined, type: string): Value {
  if (value === undefined) return type === "string" ? "" : null;
  return type === "datetime" ? new Date(textIn(value)) : value;
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `1h`, `14d`. */
export function spanIn(text: string): Span {
  const [, amount, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const length = Number(amount) * (units[unit] ?? Number.NaN);
  if (Number.isNaN(length)) throw new Error(`not tried here: the length ${text}`);
  return new Span(length);
}

/** For comparing and grouping. */
export function plain(value: Value): string | number | boolean | null {
  if (value instanceof Date) return value.getTime();
  if (value instanceof Span) return value.ms;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
