import { jsonIn, listAt, textAt } from "../foreign.ts";

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

const listIn = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value)
    ? (value as readonly unknown[])
    : (listAt(value, "value") ?? listAt(value, "records") ?? listAt(value, "tables")?.flatMap(rowsIn));

/** Rows come without the names of their columns. */
function rowsIn(table: unknown): readonly unknown[] {
  const [columns, rows] = [listAt(table, "columns"), listAt(table, "rows")];
  if (!columns || !rows) return [table];
  const names = columns.map((column) => String(textAt(column, ["name"])));
  return rows.map((row) =>
    Array.isArray(row) ? Object.fromEntries(names.map((name, index) => [name, row[index] as unknown])) : row,
  );
}
