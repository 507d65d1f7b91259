import { defineConfig } from "vitest/config";

/** Fast tests first (`unit`), then random histories (`simulation`), then those that start processes (`stack`): one `npm test` runs them all. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{azure,cli,contracts,core,functions,house,infra,local}/**/*.test.ts", "test/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      { test: { name: "simulation", include: ["test/simulation/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 60_000 } },
      { test: { name: "stack", include: ["test/stack/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
  },
});
