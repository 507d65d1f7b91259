import { describe, expect, it } from "vitest";
import { seedOfToday } from "../fast-check.ts";
import { nothingTried } from "./adversary/tried.ts";
import { checkHistories, failureText, noTotals } from "./check-histories.ts";

const variant = () => ({ witness: true });

describe("With the Activity Log read as well, no promise is broken", { timeout: 1_800_000 }, () => {
  it("by random histories", async () => {
    const totals = noTotals();
    const failure = await checkHistories({ seed: seedOfToday + 5, histories: 60, totals, variant });
    expect(failure && failureText(failure)).toBeUndefined();
    expect(totals.eventsLost).toBeGreaterThan(15);
  });

  it("by an adversary's", async () => {
    const adversary = nothingTried();
    const failure = await checkHistories({ seed: seedOfToday + 6, histories: 25, adversary, variant });
    expect(failure && failureText(failure)).toBeUndefined();
  });
});
