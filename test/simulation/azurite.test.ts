import { describe, expect, it } from "vitest";
import { minutes } from "../../src/core/domain/time.ts";
import { azurite, freshTableName } from "../azurite.ts";
import { azuriteStorehouse } from "./azurite-storehouse.ts";
import { seedOfToday } from "../fast-check.ts";
import { checkHistories, failureText, noTotals } from "./check-histories.ts";

describe("Random histories over the real table adapter on Azurite", () => {
  const access = azurite();

  it("break no promise", { timeout: 300_000 }, async () => {
    const totals = noTotals();
    const failure = await checkHistories({
      ...{ seed: seedOfToday, histories: 50, mostSteps: 8, totals },
      variant: () => ({
        storehouse: azuriteStorehouse(access(), freshTableName()),
        sweepInterval: minutes(15),
      }),
    });
    expect(failure && failureText(failure)).toBeUndefined();
    expect(Math.min(totals.crashes, totals.linksAlerted, totals.linksRevoked)).toBeGreaterThan(10);
  });
});
