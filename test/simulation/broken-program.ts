import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mutation } from "./mutations.ts";

/** Where the program is that is copied. */
export const root = join(import.meta.dirname, "../..");

/** The program as it is at this moment: whoever works on it meanwhile changes nothing in the copy. Answers where that is; whoever asked for it takes it away. */
export function copyOf(from: string, parts: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), "mutation-"));
  for (const part of parts) cpSync(join(from, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** The file with the mutation in it. Throws where it does not apply exactly once. */
export function broken(from: string, { name, file, find, put }: Omit<Mutation, "breaks">): string {
  const [before, after, ...more] = readFileSync(join(from, file), "utf8").split(find);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`"${name}" does not apply exactly once to ${file}`);
  return before + put + after;
}

export const breakIn = (copy: string, mutation: Omit<Mutation, "breaks">): void => {
  writeFileSync(join(copy, mutation.file), broken(copy, mutation));
};
