import { describe, expect, it } from "vitest";
import {
  noTurns,
  takeTurn,
  webhookRateLimit,
  type Turns,
} from "../../../../src/core/domain/alerts/rate-limit.ts";
import { after, hours, minutes, seconds, type Milliseconds } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";

const start = at("2026-11-21T08:00:00Z");

/** What is said to those who ask at these moments, in seconds after the start. */
function asked(...moments: readonly Milliseconds[]): readonly (Milliseconds | "taken")[] {
  let turns: Turns = noTurns;
  return moments.map((moment) => {
    const { slot, turns: next } = takeTurn(turns, webhookRateLimit, after(start, moment));
    turns = next;
    return slot.kind === "taken" ? "taken" : slot.wait;
  });
}

describe("A channel that takes four messages in two seconds", () => {
  it("takes four at once, and tells the others turns half a second apart", () => {
    expect(asked(0, 0, 0, 0, 0, 0, 0)).toStrictEqual([
      "taken",
      "taken",
      "taken",
      "taken",
      2_000,
      2_500,
      3_000,
    ]);
  });

  it("takes another when the first of four is two seconds ago, not a tick earlier", () => {
    expect(asked(0, 600, 700, 800, 1_999, 2_000, 2_001)).toStrictEqual([
      "taken",
      "taken",
      "taken",
      "taken",
      1,
      "taken",
      599,
    ]);
  });

  it("never takes more than sixty in half a minute, however often it is asked", () => {
    const moments = Array.from({ length: 600 }, (_, index) => index * 50);
    expect(asked(...moments).filter((answer) => answer === "taken")).toHaveLength(60);
  });

  it("counts the messages of an instance whose clock is a little ahead", () => {
    expect(asked(1_500, 1_500, 1_500, 1_500, 0)).toStrictEqual(["taken", "taken", "taken", "taken", 3_500]);
  });

  it("does not believe a row from a clock that is wrong by hours", () => {
    const wrong: Turns = {
      taken: Array.from({ length: 4 }, () => after(start, hours(5))),
      promised: after(start, hours(6)),
    };
    expect(takeTurn(wrong, webhookRateLimit, start).slot).toStrictEqual({ kind: "taken" });
    const full: Turns = { taken: Array.from({ length: 4 }, () => start), promised: after(start, hours(6)) };
    expect(takeTurn(full, webhookRateLimit, start).slot).toStrictEqual({ kind: "wait", wait: seconds(2) });
  });

  it("forgets turns that are over", () => {
    const old: Turns = { taken: Array.from({ length: 4 }, () => start), promised: after(start, seconds(40)) };
    const { turns } = takeTurn(old, webhookRateLimit, after(start, minutes(1)));
    expect(turns.taken).toStrictEqual([after(start, minutes(1))]);
  });
});
