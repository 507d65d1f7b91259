import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import type { AdaptiveCard } from "../../../../src/core/render/alert/card-elements.ts";
import { shared } from "../../../needs.ts";

const require = createRequire(import.meta.url);

interface Renderer {
  readonly AdaptiveCard: new () => { parse(json: object, context: ParseContext): void };
  readonly SerializationContext: new (version: unknown) => ParseContext;
  readonly Versions: { readonly v1_5: unknown };
}
interface ParseContext {
  readonly eventCount: number;
  getEventAt(index: number): { readonly message: string };
}
const renderer = require("adaptivecards/dist/adaptivecards.js") as Renderer;

/** What Microsoft's renderer objects to. */
export function parseEvents(card: object): readonly string[] {
  const context = new renderer.SerializationContext(renderer.Versions.v1_5);
  new renderer.AdaptiveCard().parse(card, context);
  return Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
}

export const officialSchemaFile = "spec/adaptive-cards/adaptive-card-1.5.0.json";

/** Microsoft's own JSON schema. */
export async function officialSchema(): Promise<(card: AdaptiveCard) => unknown> {
  const schema = without(JSON.parse(await readFile(shared(officialSchemaFile), "utf8")) as object, "id");
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addMetaSchema(require("ajv/dist/refs/json-schema-draft-06.json") as object);
  const validate: ValidateFunction = ajv.compile(schema);
  return (card) => (validate(without(card, "msteams")) ? [] : validate.errors);
}

const without = (object: object, name: string): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

/** Every property an element of ours may have, and what it may be. */
const subset: Record<string, Record<string, RegExp | "elements" | "facts" | "flag">> = {
  AdaptiveCard: { version: /^1\.4$/, fallbackText: /^[\w ,.:;-]+$/, body: "elements" },
  TextBlock: { text: /./, wrap: "flag", isSubtle: "flag", spacing: /^(none|small|default|medium|large)$/ },
  RichTextBlock: { inlines: "elements", spacing: /^(none|small|default|medium|large)$/ },
  TextRun: { text: /./, size: /^(small|medium|large)$/, weight: /^bolder$/, isSubtle: "flag" },
  ColumnSet: { columns: "elements", spacing: /^(none|small|default|medium|large)$/ },
  Column: { width: /^(stretch|\d+px)$/, items: "elements" },
  Container: { style: /^(default|emphasis|accent|warning|attention)$/, bleed: "flag", items: "elements" },
  FactSet: { spacing: /^medium$/, facts: "facts" },
  ActionSet: { spacing: /^medium$/, actions: "elements" },
  "Action.OpenUrl": {
    title: /^(Open in the watchdog|Help|Open (VM|bastion) in portal)$/,
    url: /^https:\/\/[\x21-\x7e]+$/,
  },
};

interface Fact {
  readonly title: string;
  readonly value: string;
}

/** Teams reads markdown in them: letters and digits, and nothing that could be more. */
const outsideFacts = (facts: readonly Fact[], path: string): readonly string[] =>
  facts.flatMap((fact) =>
    Object.keys(fact).join() === "title,value" && /^[\w ]+: [\w ,]+$/.test(`${fact.title}: ${fact.value}`)
      ? []
      : [`${path}: ${JSON.stringify(fact)}`],
  );

/** Where the card leaves the part of the format that a Workflows flow draws. */
export function outsideSubset(element: object, path = "card"): readonly string[] {
  const type = String((element as Record<string, unknown>)["type"]);
  const allowed = subset[type];
  if (!allowed) return [`${path}: ${type}`];
  return Object.entries(without(without(element, "type"), "msteams")).flatMap(([name, value]) => {
    const rule = allowed[name];
    if (rule === "elements" && Array.isArray(value) && value.length > 0) {
      return value.flatMap((item: object, index) => outsideSubset(item, `${path}.${name}[${index}]`));
    }
    if (rule === "facts") return outsideFacts(value as readonly Fact[], `${path}.${name}`);
    const fits =
      rule === "flag"
        ? value === true
        : rule instanceof RegExp && typeof value === "string" && rule.test(value);
    return fits ? [] : [`${path}.${name}: ${JSON.stringify(value)}`];
  });
}

/** Everything inside the card, outermost first. */
export function elementsOf(element: object): readonly Record<string, unknown>[] {
  const children = Object.values(element).flatMap((value: unknown) =>
    Array.isArray(value) ? (value as object[]) : [],
  );
  return [element as Record<string, unknown>, ...children.flatMap(elementsOf)];
}

/** The card as somebody reads it: one line for each paragraph or row of a table, top to bottom. */
export const readAloud = (card: AdaptiveCard): readonly string[] =>
  elementsOf(card).flatMap(({ type, text, inlines, facts }) => {
    if (type === "TextBlock") return [String(text)];
    if (type === "FactSet") return (facts as readonly Fact[]).map(({ title, value }) => `${title}: ${value}`);
    return type === "RichTextBlock"
      ? [(inlines as readonly { text: string }[]).map((run) => run.text).join("")]
      : [];
  });
