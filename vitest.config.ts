import { defineConfig } from "vitest/config";

/**
 * Fast tests first (`unit`), then random histories (`simulation`), then those that start processes (`stack`): one `npm test` runs them all.
 * Two at a time: left to itself, vitest keeps one of two cores free.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          sequence: { groupOrder: 1 },
          include: ["test/{azure,bench,cli,contracts,core,functions,house,infra,live,local}/**/*.test.ts", "test/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "simulation",
          sequence: { groupOrder: 2 },
          include: ["test/simulation/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "stack",
          sequence: { groupOrder: 3 },
          include: ["test/stack/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
