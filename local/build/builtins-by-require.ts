import { isBuiltin } from "node:module";
import type { Plugin } from "esbuild";

/**
 * Node's own modules come by `require`, also where the source says `import`: an ES import reads every export of a module at once, and among
 * those of `node:http` are getters that load all of `fetch`. That alone was a third of a cold start (docs/performance.md).
 */
export const builtinsByRequire: Plugin = {
  name: "builtins-by-require",
  setup(build) {
    build.onResolve({ filter: /^[a-z_:]+(\/[a-z_]+)*$/ }, ({ path, kind }) =>
      isBuiltin(path) && kind !== "require-call" ? { path, namespace: "builtin" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};
