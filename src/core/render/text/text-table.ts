import { visibleText } from "./safe-text.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /[\p{Extended_Pictographic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u{FF01}-\u{FF60}]/u;

/** How many columns of a terminal the text takes. */
const width = (text: string): number =>
  [...graphemes.segment(text)].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);

const padded = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - width(text)));

/**
 * Columns that line up in a terminal, headers first. No cell can move the cursor, colour the screen or start a line of its own.
 * A row that is short ends in empty cells; without rows only the headers remain.
 */
export function textTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headers, ...rows].map((row) => headers.map((_, column) => visibleText(row[column] ?? "")));
  const widths = headers.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, width(line[column] ?? "")), 0),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => padded(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
