/** The generated parts of `docs/settings.md`, `docs/cli.md` and `docs/ledger.md`: from the schema that reads the settings, from what `--help` prints, and from the shapes of facts. */
import * as z from "zod";
import { commands } from "../../../src/cli/commands.ts";
import { commandHelp, generalHelp } from "../../../src/cli/help.ts";
import { settingsSchema } from "../../../src/config/config.ts";
import { factShapes } from "../../../src/core/domain/reports/fact-shapes.ts";
import type { FactKind } from "../../../src/core/domain/ledger/ledger.ts";
import { factName } from "../../../src/core/render/words/fact-words.ts";
import { factTexts } from "./fact-texts.ts";
import { settingTexts } from "./setting-texts.ts";

type Schema = z.core.$ZodType;
const schemas: Readonly<Record<string, Schema>> = settingsSchema.shape;

/** What is taken for a setting that is not set; undefined where nothing is. */
function defaultOf(schema: Schema): string | undefined {
  const { def } = schema._zod;
  if (isA<z.core.$ZodDefaultDef>(def, "default")) return String(def.defaultValue);
  return isA<z.core.$ZodPipeDef>(def, "pipe") ? defaultOf(def.in) : undefined;
}

/** The only texts that a setting may have; none where there are others. */
function valuesOf(schema: Schema): readonly string[] {
  const { def } = schema._zod;
  if (isA<z.core.$ZodDefaultDef>(def, "default") || isA<z.core.$ZodOptionalDef>(def, "optional"))
    return valuesOf(def.innerType);
  return isA<z.core.$ZodEnumDef>(def, "enum") ? Object.values(def.entries).map(String) : [];
}

const isA = <Def extends z.core.$ZodTypeDef>(def: z.core.$ZodTypeDef, type: Def["type"]): def is Def =>
  def.type === type;

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;

function settingRow(name: string, meaning: string): string {
  const schema = schemas[name];
  if (schema === undefined) throw new Error(`${name} has a text and is not a setting`);
  const values = valuesOf(schema);
  const unset = defaultOf(schema);
  const required = z.safeParse(schema, undefined).success ? "" : "required";
  const said = values.length > 0 ? `${meaning}. Values: ${values.map(code).join(", ")}` : meaning;
  return `| ${code(name)} | ${said} | ${unset === undefined ? required : code(unset)} |`;
}

/** A table for each heading. Throws where a setting has no text, or a text no setting. */
export function settingsReference(): string {
  const texts = Object.values(settingTexts).flatMap((group) => Object.keys(group));
  const silent = Object.keys(schemas).filter((name) => !texts.includes(name));
  if (silent.length > 0) throw new Error(`No text for ${silent.join(", ")}`);
  const tables = Object.entries(settingTexts).map(([title, group]) => [
    `## ${title}\n`,
    "| setting | meaning | default |\n| --- | --- | --- |",
    ...Object.entries(group).map(([name, meaning]) => settingRow(name, meaning)),
  ]);
  return tables.map((lines) => lines.join("\n")).join("\n\n");
}

const printed = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\``;

/** What `--help` prints, of all commands and of each. */
export const helpReference = (): string =>
  [
    printed(generalHelp(commands)),
    ...commands.flatMap((command) => [`## ${command.name}`, printed(commandHelp(command))]),
  ].join("\n\n");

function factRow(kind: FactKind): string {
  const texts: Readonly<Record<string, string>> = factTexts[kind];
  const fields = Object.entries<Schema>(factShapes[kind].shape).map(([name, schema]) => {
    const values = valuesOf(schema);
    const said = values.length > 0 && values.length < 10 ? ` (${values.map(code).join(", ")})` : "";
    return `${code(name)}${isA(schema._zod.def, "optional") ? "?" : ""} ${texts[name] ?? ""}${said}`;
  });
  return `| ${code(kind)} | ${factName(kind)} | ${fields.join("; ")} |`;
}

/** A row for each kind of fact. */
export const factReference = (): string =>
  [
    "| kind | what happened | `data`; what has a ? may be missing |\n| --- | --- | --- |",
    ...(Object.keys(factShapes) as FactKind[]).map(factRow),
  ].join("\n");
