import { BaseSequencer, type TestSpecification } from "vitest/node";
import { defineConfig } from "vitest/config";

/** Of many histories, or of large ones: a mutant is dead at the first test that fails, so these come last. */
const slow = [
  "plan",
  "narrowed",
  "activity-event",
  "as-companies-write-them",
  "json-places",
  "policy-schema",
];

class CheapestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) =>
      slow.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    const rank = (file: TestSpecification) => Number(isSlow(file));
    return Promise.resolve(
      files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId)),
    );
  }
}

/** The tests of the domain alone, without those that count steps of a program that nobody has changed, or that take seconds each. */
export default defineConfig({
  test: {
    include: ["test/core/domain/**/*.test.ts"],
    exclude: ["**/*-steps.test.ts", "**/{told-together,odd-events}.test.ts"],
    setupFiles: ["test/mutation/first-failure.ts"],
    isolate: false,
    fileParallelism: false,
    sequence: { sequencer: CheapestFirst },
    testTimeout: 300_000,
  },
});
