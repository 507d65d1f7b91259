import { describe, expect, it } from "vitest";
import { hostileGlobs, hostileName } from "../../../../bench/rig/hostile-input.ts";
import { matchesGlob } from "../../../../src/core/domain/policy/glob.ts";
import { stepsOf } from "../../../work.ts";

/** Apart from the others: an instrumented program takes other steps than the one that is deployed. */
describe("A glob", () => {
  it.each(hostileGlobs)(
    "of %s is decided in at most twice pattern length × text length steps",
    async (_, pattern) => {
      // Compiled before it is counted: what is compiled meanwhile is counted by its branches, too.
      matchesGlob("a", "b");
      const steps = await stepsOf(() => {
        expect(matchesGlob(pattern, hostileName)).toBe(false);
      });
      expect(steps).toBeGreaterThan(hostileName.length);
      expect(steps).toBeLessThan(2 * pattern.length * hostileName.length);
    },
  );
});
