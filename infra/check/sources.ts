/** Which files something is compiled from, and one digest of them all: how a machine without Bicep sees that what was compiled is old. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { pinnedVersion } from "./bicep.ts";

/** A module, an import, or a text that is loaded: paths in Bicep are plain strings, relative to the file. */
const pathInQuotes = /'([^'\n]+\.(?:bicep|json|kql))'/g;

/** Paths relative to `directory`, sorted, the file itself among them. */
export function sourcesOf(directory: string, path: string): readonly string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file) || !existsSync(join(directory, file))) return;
    found.add(file);
    if (!/\.bicep(param)?$/.test(file)) return;
    for (const [, name = ""] of readFileSync(join(directory, file), "utf8").matchAll(pathInQuotes))
      visit(join(dirname(file), name));
  };
  visit(path);
  return [...found].sort();
}

/** SHA-256, in hex, of the pinned version of Bicep, and of names and contents of all sources. */
export function digestOf(directory: string, path: string): string {
  const hash = createHash("sha256").update(pinnedVersion);
  for (const source of sourcesOf(directory, path))
    hash.update(`\0${source}\0`).update(readFileSync(join(directory, source)));
  return hash.digest("hex");
}
