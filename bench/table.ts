import type { Figure } from "./figures.ts";

/** Figures as a table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [["", "figure", "value", "floor", "goal"], ...figures.map(rowOf)];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => aligned(cell, widths[column] ?? 0, column)).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

const isNumber = new Set([2, 3]);
const aligned = (cell: string, width: number, column: number) =>
  isNumber.has(column) ? cell.padStart(width) : cell.padEnd(width);

function rowOf({ name, value, unit, floor, goal, ok }: Figure): string[] {
  const mark = ok === null ? " " : ok ? "✔" : "✖";
  return [mark, name, `${shown(value)} ${unit}`.trim(), floor === null ? "" : shown(floor), goal];
}

const shown = (value: number): string => value.toLocaleString("en-GB", { maximumFractionDigits: 3 });
