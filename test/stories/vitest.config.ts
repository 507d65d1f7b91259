import { defineConfig } from "vitest/config";

/** `npm run stories`: all of them. */
export default defineConfig({
  test: {
    name: "stories",
    env: { SIMULATED_AZURE_SEED: process.env["SIMULATED_AZURE_SEED"] ?? "20261121" },
    maxWorkers: 2,
    include: ["test/stories/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
