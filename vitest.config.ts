import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Begun first, in this order: a long file that is begun last leaves the other workers idle. */
const longest = [
  ...["stack/sudden-death", "stack/console", "stack/runbooks", "stack/demo"],
  ...[
    "simulation/histories",
    "simulation/adversary/adversary-",
    "simulation/crash-anywhere",
    "cli/commands/scan",
    "cli/commands/revoke",
  ],
];

function rank({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((name) => moduleId.includes(`/test/${name}`));
  return place === -1 ? longest.length : place;
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/** Told by `npm run stories` alone: the others are their sample. */
const longStories = ["expired-and-disabled", "machines-that-stay-open"].map(
  (name) => `test/stories/${name}.test.ts`,
);

const suddenDeath = "test/stack/sudden-death.test.ts";

/** Every run meets the same chance; the simulated Azures that tests start as processes inherit it. */
const env = { SIMULATED_AZURE_SEED: process.env["SIMULATED_AZURE_SEED"] ?? "20261121" };

/**
 * Fast tests first (`unit`), then random histories (`simulation`), then those that start processes (`stack`): one `npm test` runs them all.
 * Two at a time, for two cores: left to itself, vitest keeps one of them free. Three of those that mostly wait: the death of a host
 * takes as long as its claim on a bastion, and waits for that beside the histories.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          /** Where the newest Node to be had is older than 24.3 (on arm Macs), it warns that it strips types. */
          execArgv: ["--disable-warning=ExperimentalWarning"],
          env,
          sequence: { groupOrder: 1 },
          include: [
            "test/{attacks,azure,bench,cli,config,contracts,core,functions,house,infra,live,local}/**/*.test.ts",
            "test/*.test.ts",
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "simulation",
          env,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          include: ["test/simulation/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "sudden-death",
          env,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          include: [suddenDeath],
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "stack",
          env,
          maxWorkers: 3,
          sequence: { groupOrder: 3 },
          include: ["test/{stack,stories}/**/*.test.ts"],
          exclude: [suddenDeath, ...longStories],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
