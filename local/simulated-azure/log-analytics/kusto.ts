import { badRequest } from "../http/reply.ts";

export type Row = Readonly<Record<string, unknown>>;

/** A query's stages, split at the pipes that are not inside quotes. Comments are dropped. */
export function stagesOf(query: string): string[] {
  const withoutComments = query.replaceAll(/^\s*\/\/.*$/gm, "");
  const parts = withoutComments.match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^|'"])+/g) ?? [];
  return parts.map((part) => part.replaceAll(/\s+/g, " ").trim()).filter((part) => part !== "");
}

/** The strings in quotes, as in `id in~ ('a', 'b')`. */
export function quotedIn(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, single, double]) => single ?? double ?? "");
}

/** What `let name = …;` says: texts, or a moment in milliseconds. */
type Parameters = ReadonlyMap<string, readonly string[] | number>;

const letLine = /^let (\w+) = (dynamic\(\[(.*)\]\)|datetime\(([^()]*)\)|("(?:[^"\\]|\\.)*"));$/gm;

/** Takes the `let` lines off a query. A parameter of another form stays, and the query names no table then. */
export function bindParameters(query: string): { parameters: Parameters; text: string } {
  const parameters = new Map<string, readonly string[] | number>();
  const text = query.replaceAll(letLine, (_, ...groups: string[]) => {
    const [name = "", , list, moment, single] = groups;
    parameters.set(name, moment === undefined ? literalsIn(list ?? single ?? "") : Date.parse(moment));
    return "";
  });
  return { parameters, text };
}

/** Double-quoted literals with their escapes resolved, and single-quoted ones. */
const literalsIn = (text: string): string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map(
    ([, double, single = ""]) => double?.replaceAll(/\\(.)/g, "$1") ?? single,
  );

const among = /^where (\w+) (?:in~?|=~|==) (?:\((.*)\)|(\w+|"[^"]*"|'[^']*'))$/i;
const since = /^where (TimeGenerated|ingestion_time\(\)) >=? (\w+)$/i;
const newestBy = /^summarize (\w+) = max\((\w+)\) by (\w+)$/;

/** Applies the stages it knows, in their order. */
export function narrowed(rows: readonly Row[], stages: readonly string[], parameters: Parameters): Row[] {
  return stages.reduce((left, stage) => applied(left, stage, parameters), [...rows]);
}

const stageKinds = [whereAmong, whereSince, summarized, topped] as const;

const applied = (rows: Row[], stage: string, parameters: Parameters): Row[] =>
  stageKinds.reduce<Row[]>((left, kind) => kind(left, stage, parameters), rows);

function whereAmong(rows: Row[], stage: string, parameters: Parameters): Row[] {
  const [, column, list, single = ""] = among.exec(stage) ?? [];
  if (column === undefined) return rows;
  const text = (list ?? single).trim();
  const bound = parameters.get(text);
  const wanted = new Set(
    (typeof bound === "object" ? bound : literalsIn(text)).map((one) => one.toLowerCase()),
  );
  return rows.filter((row) => wanted.has(String(row[column]).toLowerCase()));
}

function whereSince(rows: Row[], stage: string, parameters: Parameters): Row[] {
  const [, clock = "", name = ""] = since.exec(stage) ?? [];
  const from = parameters.get(name);
  return typeof from === "number" ? rows.filter((row) => momentOf(row, clock) >= from) : rows;
}

function summarized(rows: Row[], stage: string): Row[] {
  const [, newest, of, by] = newestBy.exec(stage) ?? [];
  if (!newest || !of || !by) return rows;
  return [...new Map(rows.map((row) => [row[by], { [by]: row[by], [newest]: row[of] }])).values()];
}

function topped(rows: Row[], stage: string): Row[] {
  const [, most] = /^top (\d+) by /.exec(stage) ?? [];
  return most === undefined ? rows : rows.slice(0, Number(most));
}

const momentOf = (row: Row, clock: string): number =>
  clock.endsWith("()") ? Number(row["ingestion_time"]) : Date.parse(String(row["TimeGenerated"]));

interface Column {
  readonly name: string;
  readonly path: readonly string[];
}

const column = /^(?:(\w+)\s*=\s*)?(?:to(?:string|bool|lower|int)\()?([\w.]+)\)?$/i;

/** Applies `project a, b = c.d, e = tostring(c.d)`. Any other expression is refused rather than guessed at. */
export function projected(rows: readonly Row[], list: string): Row[] {
  const columns = list.split(",").map(columnFrom);
  return rows.map((row) => Object.fromEntries(columns.map(({ name, path }) => [name, valueAt(row, path)])));
}

function columnFrom(expression: string): Column {
  const [, alias, path] = column.exec(expression.trim()) ?? [];
  if (!path)
    throw badRequest(
      "InvalidQuery",
      `Query is invalid here: the simulated Azure cannot project '${expression.trim()}'.`,
    );
  return { name: alias ?? path.replaceAll(".", "_"), path: path.split(".") };
}

function valueAt(row: Row, path: readonly string[]): unknown {
  let value: unknown = row;
  for (const name of path)
    value = typeof value === "object" && value !== null ? (value as Row)[name] : undefined;
  return value ?? null;
}
