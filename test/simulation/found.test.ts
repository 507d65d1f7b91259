import { describe, expect, it } from "vitest";
import { foundHistories } from "./found.ts";
import { run } from "./histories.ts";
import { violationsOf } from "./invariants.ts";

describe("Histories that broke a promise once", () => {
  it.each(foundHistories)("%s: they break none", async (_, history) => {
    expect(violationsOf(await run(history))).toStrictEqual([]);
  });
});
