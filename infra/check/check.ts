import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BicepFile } from "./bicep-file.ts";
import { readTree } from "./bicep-tree.ts";
import { readProduct, type Product } from "./product.ts";
import { checkReferences } from "./references.ts";
import { checkEvents } from "./rules/events.ts";
import { checkKeys } from "./rules/keys.ts";
import { checkRoles } from "./rules/roles.ts";
import { checkSettings, checkStorage } from "./rules/settings.ts";
import { syntaxErrors, type Finding } from "./syntax.ts";
import { readSnapshot, type TypeSnapshot } from "./type-snapshot.ts";
import { checkTypes } from "./types.ts";

/** What was looked at, and all that is wrong with it. */
export interface Report {
  readonly files: number;
  readonly resources: number;
  /** `type@version` of resources whose properties nobody could check. */
  readonly unchecked: readonly string[];
  readonly findings: readonly Finding[];
}

/** Checks every `.bicep` file under a directory, offline. Throws if there is none. */
export async function checkInfra(directory: string): Promise<Report> {
  const files = await readTree(directory);
  if (files.length === 0) throw new Error(`There is no .bicep file under ${directory}`);
  const snapshot = await committedSnapshot();
  const used = files.flatMap(({ resources }) => resources.map(({ type, version }) => `${type}@${version}`));
  return {
    files: files.length,
    resources: used.length,
    unchecked: snapshot.unprinted.filter((name) => used.includes(name)),
    findings: checkFiles(files, { snapshot, product: readProduct() }),
  };
}

export const committedSnapshot = async (): Promise<TypeSnapshot> =>
  readSnapshot(await readFile(join(import.meta.dirname, "../bicep-types.json"), "utf8"));

export interface Standards {
  readonly snapshot: TypeSnapshot;
  readonly product: Product;
}

/** Where a file does not parse, nothing else is asked. */
export function checkFiles(files: readonly BicepFile[], { snapshot, product }: Standards): readonly Finding[] {
  const broken = files.flatMap(({ path, root }) => syntaxErrors(path, root));
  if (broken.length > 0) return broken;
  const byPath = new Map(files.map((file) => [file.path, file]));
  return distinct([
    ...files.flatMap((file) => [...checkTypes(file, snapshot), ...checkReferences(file, byPath), ...checkKeys(file)]),
    ...checkRoles(files, product),
    ...checkEvents(files, product),
    ...checkSettings(files, product),
    ...checkStorage(files, product),
  ]);
}

/** A variable that ends in two resources is wrong once. */
const distinct = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((one) => [JSON.stringify(one), one])).values(),
];
