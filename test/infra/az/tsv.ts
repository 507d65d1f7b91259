const cell = (value: unknown): string => {
  if (value === null || value === undefined) return "None";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return String(value.length);
  return typeof value === "object" ? "" : JSON.stringify(value);
};

/**
 * As the CLI writes `--output tsv`: one line for each of a list, its parts between tabs; an object's parts in the order of their names. Nothing at all for
 * null.
 */
export function tsv(result: unknown): string {
  if (result === null || result === undefined) return "";
  const rows: readonly unknown[] = Array.isArray(result) ? result : [result];
  return rows
    .map((row) => {
      if (Array.isArray(row)) return row.map(cell).join("\t");
      if (typeof row !== "object" || row === null) return cell(row);
      return Object.entries(row)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, value]) => cell(value))
        .join("\t");
    })
    .map((row) => `${row}\n`)
    .join("");
}
