import { BaseSequencer, type TestSpecification } from "vitest/node";
import { defineConfig } from "vitest/config";

/** Cheapest first: a mutant is dead at the first test that fails. */
const cheapest = ["/test/core/domain/", "/test/core/flows/", "/test/attacks/"];

class CheapestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      cheapest.findIndex((folder) => moduleId.includes(folder));
    return Promise.resolve(
      files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId)),
    );
  }
}

/** Unit tests that know what is decided, without those that count steps of a program that nobody has changed, or that take seconds each. */
export default defineConfig({
  test: {
    include: cheapest.map((folder) => `${folder.slice(1)}**/*.test.ts`),
    exclude: [
      "**/*-steps.test.ts",
      "**/{told-together,odd-events,policy-schema,never-early,breaker-as-shield,crashes,archive}.test.ts",
    ],
    isolate: false,
    fileParallelism: false,
    sequence: { sequencer: CheapestFirst },
    testTimeout: 300_000,
  },
});
