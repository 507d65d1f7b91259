import * as z from "zod";
import { jsonIn } from "../../core/domain/foreign.ts";
import { isoInstant, type Instant } from "../../core/domain/time.ts";
import { UnreadableRow } from "../../core/domain/state/watched.ts";

/**
 * How every row looks: `v`, a few flat columns for people who open Storage Explorer, and the whole domain object as
 * JSON in `body`, continued in `body1`, `body2`… because one property holds at most 32 K characters.
 * Only `v` and the bodies are ever read back.
 */
export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [column: string]: string | number | boolean;
}

/** A row as the service returns it: nothing in it is trusted yet. */
export type StoredRow = Readonly<Record<string, unknown>>;

export interface Place {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** Raise it with a change that older programs could not read, and read both. */
const schemaVersion = 1;
const bodyPart = 32_000;
const columnLimit = 1_000;
const rowLimitInBytes = 1_048_576;

const forbiddenInKeys = /[/\\#?\u0000-\u001f\u007f-\u009f]/;

/** Throws a RangeError for a key that Table Storage would refuse, before anything is sent. */
export function checkedKey(key: string): string {
  if (key === "" || key.length > 512)
    throw new RangeError(`A key has 1 to 512 characters, not ${key.length}: "${key.slice(0, 80)}"`);
  if (forbiddenInKeys.test(key))
    throw new RangeError(
      `A key holds no slash, backslash, hash, question mark or control character: "${key}"`,
    );
  return key;
}

/** Columns that are undefined are left out. */
export type Columns = Readonly<Record<string, string | number | boolean | undefined>>;

/** Throws a RangeError when the service would refuse the row, or could not give back what was written. */
export function rowOf(place: Place, columns: Columns, value: object): Row {
  const bodies = split(encode(value)).map(
    (part, index) => [index === 0 ? "body" : `body${index}`, part] as const,
  );
  const shown = Object.entries(columns).flatMap(([name, column]) =>
    column === undefined ? [] : [[name, shownColumn(column)] as const],
  );
  const cells = { ...Object.fromEntries([...shown, ...bodies]), v: schemaVersion };
  const size = Object.entries(cells).reduce(
    (sum, [name, cell]) => sum + 2 * (name.length + String(cell).length) + 16,
    0,
  );
  if (size > rowLimitInBytes)
    throw new RangeError(`${nameOf(place)} would have ${size} bytes; a row has at most 1 MiB`);
  return { ...cells, partitionKey: checkedKey(place.partitionKey), rowKey: checkedKey(place.rowKey) };
}

/** For columns, where a moment is only looked at. */
export const shownMoment = (moment: Instant | undefined): string | undefined =>
  moment === undefined ? undefined : isoInstant(moment);

/** Strangers choose texts: a column shows them shortened and without invisible characters. */
function shownColumn(column: string | number | boolean): string | number | boolean {
  return typeof column === "string"
    ? column.slice(0, columnLimit).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD")
    : column;
}

/** Undefined is kept as null, so that a field that was there is there again. */
function encode(value: object): string {
  const json = JSON.stringify(value, (_, field: unknown) => storable(field));
  return json.replace(/[\u2028\u2029]/g, (separator) => (separator === "\u2028" ? "\\u2028" : "\\u2029"));
}

/** JSON would turn NaN into null, and the row could never be read again. */
function storable(field: unknown): unknown {
  if (typeof field === "number" && !Number.isFinite(field)) throw new RangeError(`${field} cannot be stored`);
  return field === undefined ? null : field;
}

/** Cuts between characters, never inside the two halves of an emoji. */
function split(text: string): readonly string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = Math.min(start + bodyPart, text.length);
    const whole = end < text.length && isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
    parts.push(text.slice(start, whole));
    start = whole;
  }
  return parts;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Reads a row back. A row that does not fit is an error with its name in it: skipping it would forget a link or an alert. */
export function readRow<Value>(schema: z.ZodType<Value>, row: StoredRow): Value {
  if (row["v"] !== schemaVersion)
    throw rowProblem(
      row,
      `has schema version ${String(row["v"])}, and this program reads version ${schemaVersion}`,
    );
  const result = schema.safeParse(decode(row));
  if (!result.success)
    throw rowProblem(row, `does not have the expected shape:\n${z.prettifyError(result.error)}`);
  return result.data;
}

function decode(row: StoredRow): unknown {
  const parts: string[] = [];
  for (let body = row["body"]; typeof body === "string"; body = row[`body${parts.length}`]) parts.push(body);
  const value = jsonIn(parts.join(""));
  if (value === undefined) throw rowProblem(row, "does not hold JSON in its body");
  return value;
}

/** The error for a row that is there and cannot be used; somebody has to look at it. */
export function rowProblem(row: StoredRow, why: string): UnreadableRow {
  return new UnreadableRow(`${nameOf(row)} ${why}`);
}

const nameOf = ({ partitionKey, rowKey }: StoredRow | Place): string =>
  `Row "${String(rowKey)}" of partition "${String(partitionKey)}"`;
