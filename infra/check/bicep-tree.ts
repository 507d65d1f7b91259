import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readBicep, type BicepFile } from "./bicep-file.ts";

/** Every `.bicep` file under a directory, in the order of their paths. */
export async function readTree(directory: string): Promise<readonly BicepFile[]> {
  const entries = await readdir(directory, { recursive: true });
  const paths = entries
    .filter((path) => path.endsWith(".bicep"))
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
  return Promise.all(paths.map(async (path) => readBicep(path, await readFile(join(directory, path), "utf8"))));
}
