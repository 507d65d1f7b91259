/** What a query asks for that only this project can have: messages, fields and kinds of alerts that it logs, functions that it registers. */
import { readFileSync } from "node:fs";
import { alertKindNames } from "../../../src/core/domain/alerts/alert-kinds.ts";
import { listed, partsOf, type Part } from "./engine.ts";

const main = readFileSync(new URL("../../../src/main.ts", import.meta.url), "utf8");
const registered = [...main.matchAll(/(?:app\.\w+\(|\[)"(\w+)"/g)].map(([, name = ""]) => name);

/** What a query asks for in vain. `logged`: the fields of every message that the watchdog writes. */
export function askedInVain(tree: Part, logged: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const parts = partsOf(tree);
  const messages = parts.flatMap(messageIn);
  const written = new Set(messages.flatMap((message) => [...(logged.get(message) ?? [])]));
  const kinds = new Set<string>(alertKindNames);
  return [
    ...messages.filter((message) => !logged.has(message)).map((message) => `nobody logs "${message}"`),
    ...parts
      .flatMap(fieldIn)
      .filter((name) => !written.has(name))
      .map((name) => `no line carries ${name}`),
    ...parts
      .flatMap(kindsIn)
      .filter((kind) => !kinds.has(kind))
      .map((kind) => `no alert is of the kind ${kind}`),
    ...parts.flatMap(functionIn).map((name) => `no function is called ${name}`),
  ];
}

function messageIn({ kind, named: { Left, Right } }: Part): readonly string[] {
  if (kind !== "StartsWithExpression" || Left?.text !== "Message") return [];
  return [(Right?.value ?? "").replace(/ \{$/, "")];
}

/** `fields.name`, `fields['name']`. */
function fieldIn({ kind, named: { Expression, Selector } }: Part): readonly string[] {
  if (!/^(?:Path|Element)Expression$/.test(kind) || Expression?.text !== "fields" || !Selector) return [];
  return [Selector.named["Expression"]?.value ?? Selector.text];
}

/** The workbook calls the kind of an alert its outcome. */
function kindsIn({ kind, named: { Left, Right } }: Part): readonly string[] {
  if (!["outcome", "tostring(fields['kind'])"].includes(Left?.text ?? "") || !Right) return [];
  return kind === "InExpression"
    ? listed(Right.named["Expressions"]).map(({ value }) => value)
    : [Right.value];
}

/** A name that no function has, or ends with. */
function functionIn({ kind, named: { Left, Right } }: Part): readonly string[] {
  if (Left?.text !== "Name" || !Right) return [];
  const fits =
    kind === "EqualExpression"
      ? registered.includes(Right.value)
      : registered.some((name) => name.endsWith(Right.value));
  return fits ? [] : [Right.value];
}
