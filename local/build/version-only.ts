import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** Who imports this `package.json` gets its version; what else stands in it, scripts and tools and all, is nobody's business at run time. */
export const versionOnly = (manifest: string): Plugin => ({
  name: "version-only",
  setup(build) {
    build.onLoad({ filter: /[/\\]package\.json$/ }, async ({ path }) => {
      if (path !== manifest) return undefined;
      const { version } = JSON.parse(await readFile(path, "utf8")) as { version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
});
