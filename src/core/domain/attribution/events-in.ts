import { jsonIn } from "../foreign.ts";
import { fieldAt } from "../fields.ts";

/** Deeper than any list of events that people or Azure make. */
const mostLayers = 4;

/** The events in a text: JSON, or JSON line by line as a diagnostic export writes it. Undefined for any other text. */
export function eventsInText(text: string): readonly unknown[] | undefined {
  const whole = jsonIn(text);
  if (whole !== undefined) return eventsIn(whole);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const events = lines.map(jsonIn);
  return lines.length > 0 && !events.includes(undefined)
    ? events.flatMap((event) => eventsIn(event))
    : undefined;
}

/**
 * One event, or all of a list: an array, `value` of ARM, `records` of a diagnostic export, `tables` of the Log Analytics API. Anything else is
 * one event, whatever it is.
 */
export function eventsIn(value: unknown, layers = mostLayers): readonly unknown[] {
  const list = listIn(value);
  return list === undefined || layers === 0 ? [value] : list.flatMap((one) => eventsIn(one, layers - 1));
}

function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  for (const name of ["value", "records"]) {
    const list = fieldAt(value, name);
    if (Array.isArray(list)) return list;
  }
  const tables = fieldAt(value, "tables");
  return Array.isArray(tables) ? tables.flatMap(rowsIn) : undefined;
}

/** Rows come without the names of their columns. */
function rowsIn(table: unknown): readonly unknown[] {
  const [columns, rows] = [fieldAt(table, "columns"), fieldAt(table, "rows")];
  if (!Array.isArray(columns) || !Array.isArray(rows)) return [table];
  const names = columns.map((column) => String(fieldAt(column, "name")));
  return rows.map((row: unknown) =>
    Array.isArray(row) ? Object.fromEntries(names.map((name, index) => [name, row[index] as unknown])) : row,
  );
}
