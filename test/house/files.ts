import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { Source } from "./imports.ts";

const root = new URL("../../", import.meta.url);

/** What git tracks or would track, by its path from the root of the repository. */
export function pathsInGit(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed.split("\0").filter((path) => path !== "" && existsSync(new URL(path, root)));
}

/** The same as text; pictures and the lock file apart. */
export function textsInGit(): readonly Source[] {
  return pathsInGit()
    .filter((path) => !/\.(png|ico|zip)$|^package-lock\.json$/.test(path))
    .map((path) => ({ path, text: readFileSync(new URL(path, root), "utf8") }));
}
