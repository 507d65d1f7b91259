import * as fc from "fast-check";

/** The default is always the same, so that CI fails only for what changed; `TEST_SEED` tries others. A failure prints it. */
export const seedOfToday = Number(process.env["TEST_SEED"] ?? 20_261_121);

fc.configureGlobal({ seed: seedOfToday });

/** Whatever is drawn is drawn with that seed, unless a test names another. Nothing imports the package by itself (`test/house`). */
export * as fc from "fast-check";
