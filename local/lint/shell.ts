/** The last part of `npm run lint`. It needs no shellcheck: without it, it says what nobody judged. */
import { resolve } from "node:path";
import { judge, shellScriptsIn } from "./shell-scripts.ts";

const scripts = await shellScriptsIn(resolve(import.meta.dirname, "../.."));
const { found, why } = await judge(scripts);
for (const line of found) console.log(line);
const result = found.length === 0 ? "shellcheck has nothing to say" : `${found.length} remarks of shellcheck`;
console.log(
  `${scripts.length} shell scripts: ${why === "" ? result : `not judged, no shellcheck here (${why})`}`,
);
process.exitCode = found.length > 0 ? 1 : 0;
