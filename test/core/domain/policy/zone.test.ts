import { describe, expect, it } from "vitest";
import { endOfDay, formatInZone } from "../../../../src/core/domain/policy/reading/zone.ts";
import { isoInstant } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";

describe("The end of a day", () => {
  it.each`
    day             | timeZone              | end
    ${"2026-12-04"} | ${"UTC"}              | ${"2026-12-05T00:00:00.000Z"}
    ${"2026-12-04"} | ${"Europe/Berlin"}    | ${"2026-12-04T23:00:00.000Z"}
    ${"2026-12-04"} | ${"America/New_York"} | ${"2026-12-05T05:00:00.000Z"}
    ${"2026-12-04"} | ${"Asia/Kolkata"}     | ${"2026-12-04T18:30:00.000Z"}
    ${"2026-12-04"} | ${"America/St_Johns"} | ${"2026-12-05T03:30:00.000Z"}
    ${"2026-03-28"} | ${"Europe/Berlin"}    | ${"2026-03-28T23:00:00.000Z"}
    ${"2026-03-29"} | ${"Europe/Berlin"}    | ${"2026-03-29T22:00:00.000Z"}
    ${"2026-10-24"} | ${"Europe/Berlin"}    | ${"2026-10-24T22:00:00.000Z"}
    ${"2026-10-25"} | ${"Europe/Berlin"}    | ${"2026-10-25T23:00:00.000Z"}
    ${"2026-03-08"} | ${"America/New_York"} | ${"2026-03-09T04:00:00.000Z"}
    ${"2026-03-07"} | ${"America/New_York"} | ${"2026-03-08T05:00:00.000Z"}
  `("$day in $timeZone is $end", ({ day, timeZone, end }: Record<string, string>) => {
    expect(isoInstant(endOfDay(day ?? "", timeZone ?? ""))).toBe(end);
  });

  it("is none in a zone that nobody knows", () => {
    expect(() => endOfDay("2026-12-04", "Mars/Olympus")).toThrow(RangeError);
  });
});

describe("A moment as people read it", () => {
  it.each`
    timeZone              | text
    ${"UTC"}              | ${"2026-12-04 18:00:07 +00:00 UTC"}
    ${"Europe/Berlin"}    | ${"2026-12-04 19:00:07 +01:00 Europe/Berlin"}
    ${"America/St_Johns"} | ${"2026-12-04 14:30:07 -03:30 America/St_Johns"}
  `("is $text", ({ timeZone, text }: Record<string, string>) => {
    expect(formatInZone(at("2026-12-04T18:00:07.5Z"), timeZone ?? "")).toBe(text);
  });
});
