import type { BuildOptions } from "esbuild";

/**
 * What app and command have in common: ES modules for Node in lazy chunks. The banner gives bundled CommonJS code the `require` that an ES module
 * lacks; the programming model finds its core with it.
 */
export const bundleOptions = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  splitting: true,
  minify: true,
  legalComments: "none",
  chunkNames: "chunks/[name]-[hash]",
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: "silent",
} as const satisfies BuildOptions;
