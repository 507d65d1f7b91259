import { expect, it } from "vitest";
import { fc } from "../../fast-check.ts";
import { adversaryHistories } from "./adversary-histories.ts";
import { moveNames } from "./moves.ts";
import { addTried, nothingTried } from "./tried.ts";

it("Of 2,000 histories each of the twelve moves is in 100 at least, and three of one owner together in 200", () => {
  const tried = nothingTried();
  for (const history of fc.sample(adversaryHistories, { seed: 20_261_121, numRuns: 2_000 }))
    addTried(tried, history);
  expect(moveNames).toHaveLength(12);
  expect(Math.min(...Object.values(tried.moves))).toBeGreaterThanOrEqual(100);
  expect(tried.threeTogether).toBeGreaterThanOrEqual(200);
});
