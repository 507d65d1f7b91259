import { describe, expect, it } from "vitest";
import { seedOfToday } from "../fast-check.ts";
import { checkHistories, failureText, noTotals } from "./check-histories.ts";

describe("Random histories over memory", () => {
  it("break no promise", { timeout: 1_800_000 }, async () => {
    const totals = noTotals();
    const failure = await checkHistories({ seed: seedOfToday + 1, histories: 300, totals });
    expect(failure && failureText(failure)).toBeUndefined();
    expect(totals.histories).toBe(300);
    expect(
      Math.min(
        totals.crashes,
        totals.failures,
        totals.eventsLost,
        totals.eventsDuplicated,
        totals.linksRevoked,
      ),
    ).toBeGreaterThan(50);
  });
});
