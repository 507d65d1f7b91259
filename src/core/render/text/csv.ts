import { isoInstant, type Instant } from "../../domain/time.ts";

/** What Excel, Sheets and LibreOffice take for a formula, full-width signs and leading blanks included. */
const startsFormula = /^[\s\p{C}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;

/**
 * Line ends stay readable, other characters that nobody sees become `�`: they could reorder what an auditor
 * reads.
 */
const unseen = /[\p{Cf}\p{Cs}\p{Co}\p{Cn}]|(?![\r\n\t])\p{Cc}/gu;

/**
 * One column of a table: its name, and what stands in it of one row, escaped. Made by `ours`, `moments` or
 * `theirs`, which say whose words it holds.
 */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => string;
}

/** Ids, numbers, enumerations, or several of them. A plain text is none: the compiler refuses it. */
type Ours<Value> = Value extends readonly (infer One)[]
  ? readonly Ours<One>[]
  : string extends Value
    ? never
    : Value;

/** What this program makes stands as it is: scripts join by it. */
export const ours = <Row, Value>(name: string, valueOf: (row: Row) => Ours<Value>): Column<Row> => ({
  name,
  cell: (row) => quoted([valueOf(row) ?? ""].flat().join(" ")),
});

/** ISO 8601 in UTC. */
export const moments = <Row>(name: string, momentOf: (row: Row) => Instant | undefined): Column<Row> => ({
  name,
  cell: (row) => shownMoment(momentOf(row)),
});

/** A file may hold any number for a moment. */
function shownMoment(moment: Instant | undefined): string {
  if (moment === undefined) return "";
  return Math.abs(moment) <= 8.64e15 ? isoInstant(moment) : String(moment);
}

/**
 * What strangers chose (names, tags, reasons) never runs: a cell that begins like a formula gets an
 * apostrophe in front.
 */
export const theirs = <Row>(name: string, textOf: (row: Row) => string | undefined): Column<Row> => ({
  name,
  cell: (row) => harmless(textOf(row) ?? ""),
});

function harmless(text: string): string {
  const visible = text.replace(unseen, "\uFFFD");
  return quoted(startsFormula.test(text) ? `'${visible}` : visible);
}

const quoted = (text: string): string =>
  /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** RFC 4180: cells in lines, each ended as it asks. */
export const csvHead = <Row>(columns: readonly Column<Row>[]): string =>
  line(columns.map(({ name }) => quoted(name)));
/** One row, ended by CRLF; cells are escaped by what made their column. */
export const csvLine = <Row>(columns: readonly Column<Row>[], row: Row): string =>
  line(columns.map(({ cell }) => cell(row)));
/** The head and all rows as one text, held in memory whole. */
export const csv = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string =>
  [csvHead(columns), ...rows.map((row) => csvLine(columns, row))].join("");

const line = (cells: readonly string[]): string => `${cells.join(",")}\r\n`;
