import { describe, expect, it } from "vitest";
import { hostileGlobs, hostileName } from "../../../../bench/rig/hostile-input.ts";
import { compileGlob, folded, matchesGlob } from "../../../../src/core/domain/policy/glob.ts";
import { stepsOf } from "../../../work.ts";

/** Apart from the others: an instrumented program takes other steps than the one that is deployed. */
describe("A glob", () => {
  it.each(hostileGlobs)(
    "of %s is decided in at most four times pattern length × text length steps, also on a text that has all of its pieces",
    async (_, pattern) => {
      // Compiled before it is counted: what is compiled meanwhile is counted by its branches, too.
      matchesGlob("a", "b");
      for (const name of [hostileName, `${hostileName}/(a+)+b([a]+)+b(a|aa)+b/b`]) {
        const steps = await stepsOf(() => {
          expect(matchesGlob(pattern, name)).toBe(name !== hostileName && pattern.startsWith("****"));
        });
        expect(steps).toBeGreaterThan(5);
        expect(steps).toBeLessThan(4 * pattern.length * name.length);
      }
    },
  );

  it("that lacks a piece of the text is refused in a step or two, however long both are", async () => {
    const matches = compileGlob(`/subscriptions/*/resourceGroups/rg-team-7-*/${"*a".repeat(100)}**`);
    const text = folded(`/subscriptions/1/resourceGroups/rg-team-8-eu/${"a".repeat(400)}`);
    expect(
      await stepsOf(() => {
        expect(matches(text)).toBe(false);
      }),
    ).toBeLessThan(10);
  });
});
