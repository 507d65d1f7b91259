import { expect, it } from "vitest";
import { seedOfToday } from "../fast-check.ts";
import { fuzz } from "./fuzz.ts";

it(
  "Garbage at every door crashes nothing and changes nothing but what it may",
  { timeout: 120_000 },
  async () => {
    const { cases, problems } = await fuzz({ seed: seedOfToday, cases: 6_000 });
    expect(problems).toStrictEqual([]);
    expect(cases).toBeGreaterThanOrEqual(5_000);
  },
);
