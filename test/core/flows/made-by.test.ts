import { describe, expect, it } from "vitest";
import { seconds } from "../../../src/core/domain/time.ts";
import { fc } from "../../fast-check.ts";
import { live, stories } from "./made-by.ts";

const gap = (min: number, max: number) => fc.integer({ min: seconds(min), max: seconds(max) });

describe("Whoever creates links, while others do", () => {
  it("is never named for a link of another, and none of what they did is lost", async () => {
    let [links, named] = [0, 0];
    await fc.assert(
      fc.asyncProperty(stories(gap(0, 40), { deletes: true }), async (story) => {
        const ending = await live(story);
        links += ending.links;
        named += ending.named;
        expect(ending.wrong).toStrictEqual([]);
      }),
      { numRuns: 200 },
    );
    console.info(`${named} of ${links} links named`);
  });

  it("thirty seconds apart is named", async () => {
    let [links, named] = [0, 0];
    await fc.assert(
      fc.asyncProperty(stories(gap(30, 60), { deletes: false }), async (story) => {
        const ending = await live(story);
        links += ending.links;
        named += ending.named;
        expect(ending.wrong).toStrictEqual([]);
      }),
      { numRuns: 200 },
    );
    console.info(`${named} of ${links} links named`);
    expect(named / links).toBeGreaterThanOrEqual(0.99);
  });
});
