import { describe, expect, it, test } from "vitest";
import { instant } from "../../../../src/core/domain/time.ts";
import { csv, csvLine, moments, ours, theirs } from "../../../../src/core/render/text/csv.ts";

/** A cell of a column that holds strangers' words. */
const cellOf = (text: string | undefined): string => theirs("name", () => text).cell(undefined);

describe("A CSV cell of what strangers chose", () => {
  it.each([
    ["vm-1", "vm-1"],
    ["", ""],
    [undefined, ""],
    ["a,b", '"a,b"'],
    ["a;b", '"a;b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\r\nlines", '"two\r\nlines"'],
    [" padded ", '" padded "'],
    ["é漢🔥", "é漢🔥"],
    ["a-b=c", "a-b=c"],
  ])("of %j is %s", (value, cell) => {
    expect(cellOf(value)).toBe(cell);
  });

  it.each([
    ["=1+1", "'=1+1"],
    ["+49", "'+49"],
    ["-2", "'-2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["  =1", "'  =1"],
    ["\t=1", '"\'\t=1"'],
    ["\r=1", '"\'\r=1"'],
    ["\nx", '"\'\nx"'],
    ["\u200B=1", "'\uFFFD=1"],
    ["\u0000=1", "'\uFFFD=1"],
    ["＝1", "'＝1"],
    ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ])("never begins like a formula: %j", (value, cell) => {
    expect(cellOf(value)).toBe(cell);
  });

  it("shows what nobody would see", () => {
    expect(cellOf("vm-\u202Egnp.exe\u200D")).toBe("vm-\uFFFDgnp.exe\uFFFD");
    expect(cellOf("half \uD83D")).toBe("half \uFFFD");
  });
});

type Sign = "-1" | "=x" | undefined;

describe("A CSV cell of what this program makes", () => {
  it.each<[number | boolean | Sign | readonly Sign[], string]>([
    [7, "7"],
    [-7, "-7"],
    [false, "false"],
    [undefined, ""],
    ["-1", "-1"],
    ["=x", "=x"],
    [["=x", "-1"], "=x -1"],
    [[], ""],
  ])("of %j is %s: as it is, without an apostrophe", (value, cell) => {
    expect(ours("id", () => value).cell(undefined)).toBe(cell);
  });

  it.each([
    ["2026-11-21T08:00:00.000Z", Date.parse("2026-11-21T08:00:00Z")],
    ["-000001-01-01T00:00:00.000Z", Date.parse("-000001-01-01T00:00:00Z")],
    ["-9000000000000000", -9e15],
  ])("of a moment is %s", (cell, at) => {
    expect(moments("at", () => instant(at)).cell(undefined)).toBe(cell);
    expect(moments("at", () => undefined).cell(undefined)).toBe("");
  });

  it("is of no plain text: the compiler refuses that", () => {
    // @ts-expect-error A stranger may have chosen it.
    expect(ours("name", ({ name }: { readonly name: string }) => name).name).toBe("name");
  });
});

test("A CSV has a line of names and one a row, ended as RFC 4180 asks", () => {
  const columns = [theirs("a,b", (row: number) => `x${row}`), ours("b", (row: number) => row)];
  expect(csv(columns, [1, 2])).toBe('"a,b",b\r\nx1,1\r\nx2,2\r\n');
  expect(csvLine(columns, 3)).toBe("x3,3\r\n");
});
