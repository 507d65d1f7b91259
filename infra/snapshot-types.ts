/**
 * `npm run bicep-types`: asks Microsoft's own tool for the types of every resource in our Bicep, and writes `infra/bicep-types.json`. The tool
 * weighs 137 MB, so it is fetched from npm into a temporary directory and is no dependency; it needs no network itself. It knows one version of each type.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { readTree } from "./check/bicep-tree.ts";
import type { ObjectType, ResourceTypes, TypeSnapshot } from "./check/type-snapshot.ts";

const tool = { name: "@azure/mcp-linux-x64", version: "2.0.5" };

const property = z.object({ name: z.string(), type: z.string(), flags: z.string().default(""), modifiers: z.string().optional() });
const printedObject = z.object({
  name: z.string().default(""),
  properties: z.array(property).default([]),
  baseProperties: z.array(property).default([]),
  additionalPropertiesType: z.string().optional(),
  elements: z.array(z.object({ properties: z.array(property) })).optional(),
});
const printed = z.object({ results: z.object({ BicepSchemaResult: z.array(z.looseObject({ $type: z.string() })) }) });
const printedResource = z.object({ name: z.string(), bodyType: printedObject });

type Printed = z.output<typeof printedObject>;

/** What one may set, without what Azure sets. */
const settable = (properties: Printed["properties"]): ObjectType["properties"] =>
  Object.fromEntries(
    properties
      .filter(({ flags }) => !flags.includes("ReadOnly"))
      .map(({ name, type, flags, modifiers }) => [
        name,
        { type, ...(flags.includes("Required") && { isRequired: true as const }), ...(modifiers !== undefined && { limits: modifiers }) },
      ]),
  );

const objectOf = ({ properties, baseProperties, additionalPropertiesType, elements }: Printed): ObjectType => ({
  properties: settable([...baseProperties, ...properties]),
  ...(additionalPropertiesType !== undefined && { additional: additionalPropertiesType }),
  ...(elements && { elements: elements.map((element) => ({ properties: settable(element.properties) })) }),
});

const typesIn = ({ properties, additional, elements = [] }: ObjectType): readonly string[] =>
  [properties, ...elements.map((element) => element.properties)]
    .flatMap((set) => Object.values(set).map(({ type }) => type))
    .concat(additional ?? [])
    .map((type) => type.replace(/(\[\])+$/, ""));

/** The types that the body leads to, and no others. */
function reachable(body: ObjectType, all: ReadonlyMap<string, ObjectType>): Record<string, ObjectType> {
  const found: Record<string, ObjectType> = {};
  const waiting = [...typesIn(body)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const type = all.get(name);
    if (type === undefined || name in found) continue;
    found[name] = type;
    waiting.push(...typesIn(type));
  }
  return Object.fromEntries(Object.entries(found).sort(([one], [other]) => one.localeCompare(other)));
}

/** The version the tool knows, and the types where it can print them. */
function ask(program: string, type: string): { readonly version: string; readonly types: ResourceTypes | undefined } {
  const env = { ...process.env, AZURE_MCP_COLLECT_TELEMETRY: "false", DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" };
  const answer = runTool(() =>
    execFileSync(program, ["bicepschema", "get", "--resource-type", type], { env, encoding: "utf8", stdio: "pipe" }),
  );
  const version = /with apiVersion (\S+) not supported/.exec(answer)?.[1];
  if (version !== undefined) return { version, types: undefined };
  const items = printed.parse(JSON.parse(answer)).results.BicepSchemaResult;
  const resource = printedResource.parse(items.find((item) => item.$type === "Resource"));
  const objects = items.filter((item) => item.$type.endsWith("Object")).map((item) => printedObject.parse(item));
  const body = objectOf(resource.bodyType);
  const all = new Map(objects.map((object) => [object.name, objectOf(object)]));
  return { version: resource.name.split("@")[1] ?? "", types: { body, types: reachable(body, all) } };
}

/** The tool says on standard output what it knows, and fails. */
function runTool(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && "stdout" in error) return String(error.stdout);
    throw error;
  }
}

async function makeSnapshot(program: string): Promise<TypeSnapshot> {
  const files = await readTree(import.meta.dirname);
  const used = new Set(files.flatMap(({ resources }) => resources.map(({ type, version }) => `${type}@${version}`)));
  const resources: TypeSnapshot["resources"] = {};
  const unprinted: string[] = [];
  for (const name of [...used].sort()) {
    const [type = "", wanted = ""] = name.split("@");
    const { version, types } = ask(program, type);
    console.log(`${name}${types ? "" : ": named, not printed"}${version === wanted ? "" : `: the tool knows ${version}`}`);
    if (types && version === wanted) resources[name] = types;
    if (!types) unprinted.push(name);
  }
  return { source: `${tool.name} ${tool.version}`, resources, unprinted };
}

/** A line for each type, so that a difference can be read. */
function format({ source, resources, unprinted }: TypeSnapshot): string {
  const lines = (entries: readonly (readonly [string, unknown])[]) =>
    entries.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(",\n");
  const all = Object.entries(resources).map(
    ([name, { body, types }]) =>
      `${JSON.stringify(name)}: {"body": ${JSON.stringify(body)}, "types": {\n${lines(Object.entries(types))}\n}}`,
  );
  return `{"source": ${JSON.stringify(source)},\n"resources": {\n${all.join(",\n")}\n},\n"unprinted": ${JSON.stringify(unprinted, null, 1)}\n}\n`;
}

const directory = await mkdtemp(join(tmpdir(), "bicep-types-"));
try {
  await writeFile(join(directory, "package.json"), "{}");
  execFileSync("npm", ["install", "--no-audit", "--no-fund", `${tool.name}@${tool.version}`], { cwd: directory, stdio: "inherit" });
  const snapshot = await makeSnapshot(join(directory, "node_modules", tool.name, "dist/azmcp"));
  await writeFile(join(import.meta.dirname, "bicep-types.json"), format(snapshot));
} finally {
  await rm(directory, { recursive: true, force: true });
}
