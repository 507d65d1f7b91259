import { fc } from "../../fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  after,
  earliest,
  formatDuration,
  formatInstant,
  instant,
  isoInstant,
  latest,
  parseDuration,
  parseInstant,
} from "../../../src/core/domain/time.ts";

const read = (text: string): string | undefined => {
  const moment = parseInstant(text);
  return moment === undefined ? undefined : isoInstant(moment);
};

describe("A date", () => {
  it.each`
    text                                   | means
    ${"2019-10-18T12:00:00.0000Z"}         | ${"2019-10-18T12:00:00.000Z"}
    ${"2019-10-18T12:00:00.1239Z"}         | ${"2019-10-18T12:00:00.123Z"}
    ${"2018-10-08T22:46:22.6022559Z"}      | ${"2018-10-08T22:46:22.602Z"}
    ${"2018-07-19T19:24:12.763881Z"}       | ${"2018-07-19T19:24:12.763Z"}
    ${"2026-11-21T08:00:00.5Z"}            | ${"2026-11-21T08:00:00.500Z"}
    ${"2026-11-21T08:00:00Z"}              | ${"2026-11-21T08:00:00.000Z"}
    ${"2026-11-21T08:00Z"}                 | ${"2026-11-21T08:00:00.000Z"}
    ${"2026-11-21t08:00:00z"}              | ${"2026-11-21T08:00:00.000Z"}
    ${"2026-11-21T08:00:00"}               | ${"2026-11-21T08:00:00.000Z"}
    ${"2026-11-21 08:00:00"}               | ${"2026-11-21T08:00:00.000Z"}
    ${"2026-11-21"}                        | ${"2026-11-21T00:00:00.000Z"}
    ${"  2026-11-21T08:00:00Z\n"}          | ${"2026-11-21T08:00:00.000Z"}
    ${"2026-11-21T08:00:00+02:00"}         | ${"2026-11-21T06:00:00.000Z"}
    ${"2026-11-21T08:00:00-05:30"}         | ${"2026-11-21T13:30:00.000Z"}
    ${"2026-11-21T08:00:00+0200"}          | ${"2026-11-21T06:00:00.000Z"}
    ${"2026-11-21 08:00:00 +02:00"}        | ${"2026-11-21T06:00:00.000Z"}
    ${"2024-02-29T00:00:00Z"}              | ${"2024-02-29T00:00:00.000Z"}
    ${"11/21/2026 08:00:05"}               | ${"2026-11-21T08:00:05.000Z"}
    ${"1/2/2026 3:04:05"}                  | ${"2026-01-02T03:04:05.000Z"}
    ${"01/01/0001 00:00:00"}               | ${"0001-01-01T00:00:00.000Z"}
    ${"7/23/2024 4:07:55 PM"}              | ${"2024-07-23T16:07:55.000Z"}
    ${"7/23/2024 4:07:55\u202fPM"}         | ${"2024-07-23T16:07:55.000Z"}
    ${"07/23/2024, 04:07:55.123 p.m."}     | ${"2024-07-23T16:07:55.123Z"}
    ${"7/23/2024 12:07:55 AM"}             | ${"2024-07-23T00:07:55.000Z"}
    ${"7/23/2024 12:07 PM"}                | ${"2024-07-23T12:07:00.000Z"}
    ${"07/23/2024 16:07:55 +00:00"}        | ${"2024-07-23T16:07:55.000Z"}
    ${"07/23/2024 16:07:55Z"}              | ${"2024-07-23T16:07:55.000Z"}
    ${"7/3/2024 9:07:55 AM -07:00"}        | ${"2024-07-03T16:07:55.000Z"}
    ${"Tue, 23 Jul 2024 16:07:55 GMT"}     | ${"2024-07-23T16:07:55.000Z"}
    ${"Wed, 3 Jul 2024 16:07:55 +0200"}    | ${"2024-07-03T14:07:55.000Z"}
    ${"Tuesday, 23-JUL-2024 16:07:55 UTC"} | ${"2024-07-23T16:07:55.000Z"}
    ${"23 Jul 2024 16:07:55"}              | ${"2024-07-23T16:07:55.000Z"}
    ${"2024-7-3 4:07:55 PM"}               | ${"2024-07-03T16:07:55.000Z"}
    ${"2019-1-1T12:00:00.0000Z"}           | ${"2019-01-01T12:00:00.000Z"}
    ${"2026-11-21T8:00:00Z"}               | ${"2026-11-21T08:00:00.000Z"}
    ${"2026-11-21 08:00:05 UTC"}           | ${"2026-11-21T08:00:05.000Z"}
    ${"2026-11-21T08:00:00+02"}            | ${"2026-11-21T06:00:00.000Z"}
    ${"2026-11-21T08:00:00,5Z"}            | ${"2026-11-21T08:00:00.500Z"}
  `("written $text is $means", ({ text, means }: { text: string; means: string }) => {
    expect(read(text)).toBe(means);
  });

  it.each([
    "",
    "soon",
    "null",
    "1795248000000",
    "2026-02-29T00:00:00Z",
    "2026-02-30",
    "2026-04-31T08:00:00Z",
    "2026-13-01",
    "2026-00-10",
    "2026-11-00",
    "2026-11-21T25:00:00Z",
    "2026-11-21T08:60:00Z",
    "2026-11-21T08:00:60Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T08:00:00+99:99",
    "2026-11-21T08:00:00 Europe/Berlin",
    "21.11.2026 08:00:00",
    "21/11/2026 08:00:00",
    "02/30/2026 08:00:00",
    "02/29/2023 08:00:00",
    "11/21/2026",
    "11/21/26 08:00:00",
    "11/21/2026 13:00:00 PM",
    "11/21/2026 0:00:00 AM",
    "11/21/2026 08:00:00 XM",
    "Tue, 31 Feb 2026 08:00:00 GMT",
    "Tue, 23 Jux 2024 16:07:55 GMT",
    "Tue, 23 Jul 2024",
    "Tue, 23 Jul 24 16:07:55 GMT",
    "2026-11-21T08:00:00 EST",
    "+002026-11-21T08:00:00Z",
    "２０２６-11-21",
    "2026-11-21T08:00:00Z; DROP",
  ])("written %j is none", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it("is read back from what is written, to the millisecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_799_999 }), (milliseconds) => {
        expect(parseInstant(isoInstant(instant(milliseconds)))).toBe(milliseconds);
      }),
    );
  });

  it("that is garbage is undefined or a number, never an error", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d/:.TZ+ -]{0,40}$/)), (text) => {
        const moment = parseInstant(text);
        expect(moment === undefined || Number.isSafeInteger(moment)).toBe(true);
      }),
    );
  });
});

describe("A duration", () => {
  it.each`
    text            | milliseconds
    ${"PT1S"}       | ${1_000}
    ${"PT0.5S"}     | ${500}
    ${"PT15M"}      | ${900_000}
    ${"PT8H"}       | ${28_800_000}
    ${"P2D"}        | ${172_800_000}
    ${"P1W"}        | ${604_800_000}
    ${"P1DT2H3M4S"} | ${93_784_000}
    ${"PT36H"}      | ${129_600_000}
    ${"P36500D"}    | ${3_153_600_000_000}
  `("$text is $milliseconds ms", ({ text, milliseconds }: { text: string; milliseconds: number }) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    "",
    "8",
    "8h",
    "P",
    "PT",
    "P0D",
    "PT0S",
    "-PT8H",
    "P1Y",
    "P1M",
    "P1M1D",
    "pt8h",
    "PT8X",
    "P8H",
    "PT1e3S",
    "P100000D",
    "P200000000D",
  ])("%j is refused", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it("that is read can be added to any moment of this century", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^P\d{1,30}[DW]$/), (text) => {
        const length = parseDuration(text) ?? 0;
        expect(() => isoInstant(after(instant(4_102_444_799_999), length))).not.toThrow();
      }),
    );
  });
});

describe("A moment", () => {
  it("reads well on cards and tables", () => {
    expect(formatInstant(instant(1_795_248_005_999))).toBe("2026-11-21 08:00:05 UTC");
  });

  it("is ISO 8601 with milliseconds in rows and JSON", () => {
    expect(isoInstant(instant(1_795_248_005_120))).toBe("2026-11-21T08:00:05.120Z");
  });

  it("is chosen among others", () => {
    expect(latest(instant(3), instant(9), instant(4))).toBe(9);
    expect(earliest([instant(3), instant(9), instant(4)])).toBe(3);
    expect(earliest([])).toBeUndefined();
  });
});

describe("A length of time", () => {
  it.each`
    milliseconds   | reads
    ${0}           | ${"0 s"}
    ${999}         | ${"0 s"}
    ${1_000}       | ${"1 s"}
    ${59_999}      | ${"59 s"}
    ${60_000}      | ${"1 min"}
    ${61_000}      | ${"1 min 1 s"}
    ${899_999}     | ${"14 min 59 s"}
    ${3_600_000}   | ${"1 h"}
    ${3_601_000}   | ${"1 h"}
    ${3_660_000}   | ${"1 h 1 min"}
    ${28_800_000}  | ${"8 h"}
    ${86_399_999}  | ${"1 d"}
    ${86_400_000}  | ${"1 d"}
    ${183_600_000} | ${"2 d 3 h"}
    ${-900_000}    | ${"15 min"}
  `(
    "of $milliseconds ms reads $reads",
    ({ milliseconds, reads }: { milliseconds: number; reads: string }) => {
      expect(formatDuration(milliseconds)).toBe(reads);
    },
  );
});
