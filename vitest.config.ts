import { defineConfig } from "vitest/config";

/** Fast tests first (`unit`), then those that start processes (`stack`): one `npm test` runs both. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{core,azure,functions,local,contracts,house}/**/*.test.ts", "test/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      { test: { name: "stack", include: ["test/stack/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
  },
});
