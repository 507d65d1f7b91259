/** What Bicep makes of a directory: the files that are committed, as they should be, and every error and warning on the way. */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Diagnostic, Place, Session } from "./bicep.ts";
import { digestOf } from "./sources.ts";

export interface Compiled {
  /** `path:line:column code: message`, from 1. */
  readonly problems: readonly string[];
  /** By path, relative to the directory. Empty where there is an error. */
  readonly files: ReadonlyMap<string, string>;
}

const tenant: Place = { tenantId: "00000000-0000-0000-0000-0000000000ff", location: "westeurope" };
const subscription: Place = { ...tenant, subscriptionId: "00000000-0000-0000-0000-000000000001" };
const managementGroup: Place = { ...tenant, managementGroupId: "mg-platform" };

export const variantsIn = (directory: string): readonly string[] =>
  readdirSync(join(directory, "variants"))
    .filter((name) => name.endsWith(".bicepparam"))
    .sort()
    .map((name) => `variants/${name}`);

export const snapshotOf = (variant: string): string => variant.replace(/bicepparam$/, "snapshot.json");

export async function compile(bicep: Session, directory: string): Promise<Compiled> {
  const problems = await diagnose(bicep, directory);
  if (problems.some((line) => line.startsWith("Error"))) return { problems, files: new Map() };
  const files = new Map<string, string>();
  for (const variant of variantsIn(directory)) {
    const place = readFileSync(join(directory, variant), "utf8").includes("/management-group-")
      ? managementGroup
      : subscription;
    const snapshot = JSON.parse(await bicep.snapshot(join(directory, variant), place)) as {
      readonly outputs: object;
    };
    // Bicep writes outputs in another order each time.
    const outputs = Object.fromEntries(Object.entries(snapshot.outputs).sort(([a], [b]) => (a < b ? -1 : 1)));
    files.set(snapshotOf(variant), written({ sources: digestOf(directory, variant), ...snapshot, outputs }));
  }
  const { contents } = await bicep.compile(join(directory, "main.bicep"));
  const template = JSON.parse(contents ?? "{}") as { readonly metadata: object };
  files.set(
    "azuredeploy.json",
    written({ ...template, metadata: { ...template.metadata, sources: digestOf(directory, "main.bicep") } }),
  );
  return { problems, files };
}

const written = (content: object): string => `${JSON.stringify(content, undefined, 2)}\n`;

/** A variant is judged with everything that it is made of. */
async function diagnose(bicep: Session, directory: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const variant of variantsIn(directory))
    for (const one of (await bicep.compile(join(directory, variant))).diagnostics)
      found.add(spelled(one, directory));
  return [...found];
}

const spelled = ({ source, range: { start }, level, code, message }: Diagnostic, directory: string): string =>
  `${level} ${relative(directory, source)}:${start.line + 1}:${start.char + 1} ${code}: ${message}`;
