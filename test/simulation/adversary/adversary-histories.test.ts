import { describe, expect, it } from "vitest";
import { seedOfToday } from "../../fast-check.ts";
import { checkHistories, failureText } from "../check-histories.ts";
import { run } from "../histories.ts";
import { violationsOf } from "../invariants.ts";
import { found } from "./found.ts";
import { nothingTried } from "./tried.ts";

describe("Histories with somebody in them who wants to win", () => {
  it("break no promise", { timeout: 1_800_000 }, async () => {
    const adversary = nothingTried();
    const failure = await checkHistories({ seed: seedOfToday + 3, histories: 150, adversary });
    expect(failure && failureText(failure)).toBeUndefined();
    expect(Math.min(...Object.values(adversary.moves))).toBeGreaterThan(10);
  });

  it.each(Object.entries(found))("%s: no promise is broken any more", async (_, history) => {
    expect(violationsOf(await run(history))).toStrictEqual([]);
  });
});
