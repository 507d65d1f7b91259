import { describe, expect, it } from "vitest";
import { didYouMean } from "../../../../src/core/domain/policy/reading/did-you-mean.ts";

describe("A mistyped word", () => {
  it.each`
    word        | meant
    ${"ttl"}    | ${"ttl"}
    ${"tll"}    | ${"ttl"}
    ${"tl"}     | ${"ttl"}
    ${"ttll"}   | ${"ttl"}
    ${"TTL"}    | ${"ttl"}
    ${"lt"}     | ${undefined}
    ${"tal"}    | ${"ttl"}
    ${"tlx"}    | ${undefined}
    ${"txt"}    | ${undefined}
    ${"mdoe"}   | ${"Mode"}
    ${"omed"}   | ${undefined}
    ${"modemo"} | ${"Mode"}
    ${"moxx"}   | ${undefined}
    ${"moedx"}  | ${undefined}
    ${"moedxx"} | ${undefined}
    ${"mdoexx"} | ${undefined}
    ${""}       | ${undefined}
  `("$word is $meant", ({ word, meant }: { word: string; meant: unknown }) => {
    expect(didYouMean(word, ["ttl", "Mode"])).toBe(meant);
  });

  it("is the nearest of several", () => {
    expect(didYouMean("allowed", ["allowing", "allowe", "ALLOWED"])).toBe("ALLOWED");
  });
});
