import { describe, expect, it } from "vitest";
import { csvCell, csvLine } from "../../../../src/core/render/text/csv.ts";

describe("A CSV cell", () => {
  it.each([
    ["vm-1", "vm-1"],
    ["", ""],
    [7, "7"],
    [-7, "-7"],
    [true, "true"],
    [undefined, ""],
    ["a,b", '"a,b"'],
    ["a;b", '"a;b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\r\nlines", '"two\r\nlines"'],
    [" padded ", '" padded "'],
    ["é漢🔥", "é漢🔥"],
    ["a-b=c", "a-b=c"],
  ])("of %j is %s", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
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
    expect(csvCell(value)).toBe(cell);
  });

  it("shows what nobody would see", () => {
    expect(csvCell("vm-\u202Egnp.exe\u200D")).toBe("vm-\uFFFDgnp.exe\uFFFD");
    expect(csvCell("half \uD83D")).toBe("half \uFFFD");
  });

  it("stands in a line that ends as RFC 4180 asks", () => {
    expect(csvLine(["a", 1, "b,c", undefined])).toBe('a,1,"b,c",\r\n');
  });
});
