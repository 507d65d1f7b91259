/** What Excel, Sheets and LibreOffice take for a formula, full-width signs and leading blanks included. */
const startsFormula = /^[\s\p{C}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;

/** Line ends stay readable, other characters that nobody sees become `�`: they could reorder what an auditor reads. */
const unseen = /[\p{Cf}\p{Cs}\p{Co}\p{Cn}]|(?![\r\n\t])\p{Cc}/gu;

/** Spreadsheets run a cell that begins like a formula, and names are chosen by strangers: such a cell gets an apostrophe in front. */
export function csvCell(value: string | number | boolean | undefined): string {
  if (typeof value !== "string") return String(value ?? "");
  const visible = value.replace(unseen, "\uFFFD");
  const harmless = startsFormula.test(value) ? `'${visible}` : visible;
  return /[",;\r\n\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** RFC 4180: one line of cells, ended as it asks. */
export const csvLine = (cells: readonly (string | number | boolean | undefined)[]): string => `${cells.map(csvCell).join(",")}\r\n`;
