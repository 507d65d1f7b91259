import { badRequest } from "./http/reply.ts";

export type Row = Readonly<Record<string, unknown>>;

/** A query's stages, split at the pipes that are not inside quotes. Comments are dropped. */
export function stagesOf(query: string): string[] {
  const withoutComments = query.replaceAll(/^\s*\/\/.*$/gm, "");
  const parts = withoutComments.match(/(?:'[^']*'|"[^"]*"|[^|'"])+/g) ?? [];
  return parts.map((part) => part.replaceAll(/\s+/g, " ").trim()).filter((part) => part !== "");
}

/** The strings in quotes, as in `id in~ ('a', 'b')`. */
export function quotedIn(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, single, double]) => single ?? double ?? "");
}

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
  if (!path) throw badRequest("InvalidQuery", `Query is invalid here: the simulated Azure cannot project '${expression.trim()}'.`);
  return { name: alias ?? path.replaceAll(".", "_"), path: path.split(".") };
}

function valueAt(row: Row, path: readonly string[]): unknown {
  let value: unknown = row;
  for (const name of path) value = typeof value === "object" && value !== null ? (value as Row)[name] : undefined;
  return value ?? null;
}
