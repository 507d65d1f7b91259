/** Every text in the query language that stands in a file, by name. What the code sends is in `sent.ts`. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";
import * as z from "zod";

const infra = new URL("../../../infra/", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, infra), "utf8");
const filesIn = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, infra)).map((name) => `${folder}/${name}`);

export interface KqlText {
  readonly name: string;
  readonly query: string;
  /** Columns that somebody reads from the result. */
  readonly read: readonly string[];
}

const workbook = z.object({
  items: z.array(z.object({ name: z.string(), content: z.object({ query: z.string().optional() }) })),
});

/** As the workbook fills them in. */
const filledIn = (query: string): string => query.replaceAll("{TimeRange:grain}", "1h");

const tiles = (): readonly KqlText[] =>
  workbook
    .parse(JSON.parse(text("workbook.json")))
    .items.flatMap(({ name, content: { query } }) =>
      query === undefined ? [] : [{ name: `workbook: ${name}`, query: filledIn(query), read: [] }],
    );

const rule = z.object({
  query: z.string(),
  entityMappings: z
    .array(z.object({ fieldMappings: z.array(z.object({ columnName: z.string() })) }))
    .default([]),
  customDetails: z.record(z.string(), z.string()).default({}),
});

function sentinelText(path: string): KqlText {
  const { query, entityMappings, customDetails } = rule.parse(parse(text(path)));
  const mapped = entityMappings.flatMap(({ fieldMappings }) =>
    fieldMappings.map(({ columnName }) => columnName),
  );
  return { name: path, query, read: [...mapped, ...Object.values(customDetails)] };
}

/** What scripts and documents give to `az`. */
const commands = (): readonly KqlText[] =>
  [...filesIn("../docs"), ...filesIn(".")]
    .filter((path) => /\.(?:md|sh)$/.test(path))
    .flatMap((path) =>
      [...text(path).matchAll(/--(?:graph|analytics)-query "([^"]+)"/g)].map(([, query = ""]) => ({
        name: `command: ${basename(path)}`,
        query,
        read: [],
      })),
    );

const plain = (path: string): KqlText => ({
  name: path,
  query: text(path).replaceAll("__MINUTES__", "15"),
  read: [],
});

export const kqlTexts: readonly KqlText[] = [
  ...filesIn("alerts").map(plain),
  ...tiles(),
  ...filesIn("sentinel/analytics-rules").map(sentinelText),
  ...filesIn("sentinel/hunting-queries").map(sentinelText),
  plain("sentinel/exclusion.kql"),
  ...filesIn("queries").map(plain),
  ...commands(),
];

/** The query of that name. */
export function textOf(name: string): KqlText {
  const found = kqlTexts.find((one) => one.name === name);
  if (!found) throw new Error(`no query ${name}`);
  return found;
}
