import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../../local/functions-host/schedule.ts";
import { parseTimeSpan } from "../../../local/functions-host/time-span.ts";

function occurrences(schedule: string, from: string): readonly string[] {
  const parsed = parseSchedule(schedule);
  const first = parsed.next(new Date(from));
  const second = first && parsed.next(first);
  return [first, second].flatMap((date) =>
    date === undefined ? [] : [date.toISOString().replace(".000Z", "Z")],
  );
}

describe("an NCRONTAB schedule", () => {
  it.each([
    ["0 */5 * * * *", "2026-11-21T10:00:00Z", ["2026-11-21T10:05:00Z", "2026-11-21T10:10:00Z"]],
    ["*/5 * * * *", "2026-11-21T10:00:00Z", ["2026-11-21T10:05:00Z", "2026-11-21T10:10:00Z"]],
    ["*/20 * * * * *", "2026-11-21T10:00:01Z", ["2026-11-21T10:00:20Z", "2026-11-21T10:00:40Z"]],
    ["0 5/25 * * * *", "2026-11-21T10:06:00Z", ["2026-11-21T10:30:00Z", "2026-11-21T10:55:00Z"]],
    ["0 0 8 * * Mon-Fri", "2026-11-21T10:00:00Z", ["2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"]],
    ["0 0 8 * * 0", "2026-11-21T10:00:00Z", ["2026-11-22T08:00:00Z", "2026-11-29T08:00:00Z"]],
    ["0 0 0 1 January,jul *", "2026-11-21T10:00:00Z", ["2027-01-01T00:00:00Z", "2027-07-01T00:00:00Z"]],
    ["0 0 8 13 * 5", "2026-11-21T10:00:00Z", ["2027-08-13T08:00:00Z", "2028-10-13T08:00:00Z"]],
    ["0 0 0 29 2 *", "2026-11-21T10:00:00Z", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]],
    ["0 0 0 31 2 *", "2026-11-21T10:00:00Z", []],
  ])("%s after %s comes at %j", (schedule, from, expected) => {
    expect(occurrences(schedule, from)).toEqual(expected);
  });

  it.each([
    "",
    "* * * *",
    "0 0 0 0 0 0 0",
    "0 0 8 * * 7",
    "0 0 8 L * *",
    "0 60 * * * *",
    "0 0 8 * * MON#2",
    "0 9-5 * * * *",
    "0 */0 * * * *",
    "@daily",
    "0 0 8 ? * *",
    "0 0 8 * * Fri-Sun",
    "0 0 8 * * FRIL",
    "0 0 8 15W * *",
    "0 0 0 1 Janury *",
    "/10 * * * * *",
  ])("%j is refused", (schedule) => {
    expect(() => parseSchedule(schedule)).toThrow("schedule");
  });

  it("names the field that is wrong", () => {
    const message = '"13" is not a valid month of the NCRONTAB schedule "0 0 0 1 13 *"';
    expect(() => parseSchedule("0 0 0 1 13 *")).toThrow(message);
  });
});

describe("a time span", () => {
  it("is a schedule of a fixed interval", () => {
    expect(occurrences("00:00:30", "2026-11-21T10:00:07Z")).toEqual([
      "2026-11-21T10:00:37Z",
      "2026-11-21T10:01:07Z",
    ]);
  });

  it.each([
    ["00:00:01", 1_000],
    ["00:10:00", 600_000],
    ["1.02:00:00", 93_600_000],
    ["23:59", 86_340_000],
    ["00:00:00.250", 250],
    ["24:00:00", undefined],
    ["00:60:00", undefined],
    ["-00:00:01", undefined],
    ["10", undefined],
  ])("%s has %s ms", (text, expected) => {
    expect(parseTimeSpan(text)).toBe(expected);
  });

  it("of no length is refused", () => {
    expect(() => parseSchedule("00:00:00")).toThrow('The schedule "00:00:00" is an interval of no length');
  });
});
