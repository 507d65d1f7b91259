import { fc } from "../../../fast-check.ts";
import MarkdownIt from "markdown-it";
import { describe, expect, it, test } from "vitest";
import { joined, safeText, say, visibleText } from "../../../../src/core/render/text/safe-text.ts";
import { hostileText } from "../hostile-text.ts";

const linkify = new MarkdownIt({ linkify: true }).linkify.set({ fuzzyLink: true, fuzzyEmail: true });
/** What an eager client would turn into a link; a mail to the address that is shown is no disguise. */
const linksIn = (text: string): readonly string[] =>
  (linkify.match(text) ?? []).filter(({ schema }) => schema !== "mailto:").map(({ url }) => url);

describe("a stranger's text", () => {
  test.each([
    ["vm-staging-01", "vm-staging-01"],
    ["jane@contoso.example", "jane@contoso.example"],
    [
      "paul_fabrikam.example#EXT#@contoso.onmicrosoft.com",
      "paul_fabrikam.example#EXT#@contoso.onmicrosoft.com",
    ],
    ["asked by jane@contoso.example, twice", "asked by jane@contoso.example, twice"],
    ["203.0.113.7", "203.0.113.7"],
    ["2001:db8::7", "2001:db8::7"],
    ["2026-11-21 08:00:05 UTC", "2026-11-21 08:00:05 UTC"],
    ["https://evil.example/x?y", "https[://]evil[.]example/x?y"],
    ["https://203.0.113.7/x", "https[://]203.0.113.7/x"],
    ["//localhost/x", "[//]localhost/x"],
    ["evil.example", "evil[.]example"],
    ["evil。com", "evil[.]com"],
    ["jane@evil.com/login", "jane@evil[.]com/login"],
    ["mailto:ceo@evil.com", "mailto[:]ceo@evil[.]com"],
    [String.raw`\\evil\share`, String.raw`[\\]evil\share`],
    ["[click](https://evil.example)", "[click](https[://]evil[.]example)"],
    ["<at>everyone</at>", "‹at>everyone‹/at>"],
    ["{{DATE(2026-01-01)}}", "{ {DATE(2026-01-01)}}"],
    ["{{{x", "{ { {x"],
    ["${x} @{y}", "$ {x} @ {y}"],
    ["two\r\nlines\tand\u2028more", "two lines and more"],
    ["a\u202Eb\u200Bc\u0007d\u00ADe", "a�b�c�d�e"],
    ["⚠️ careful", "⚠ careful"],
    ["\uD800x", "�x"],
    ["e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "é\u0301\u0301\u0301\u0301"],
    ["", "(empty)"],
    [" \n ", "(empty)"],
  ])("%j reads %j", (theirs, read) => {
    expect(safeText(theirs)).toBe(read);
  });

  it("is cut with an ellipsis, never inside what people see as one character", () => {
    expect(safeText("abcdefgh", 8)).toBe("abcdefgh");
    expect(safeText("abcdefghi", 8)).toBe("abcdefg…");
    expect(safeText("abc 👍🏽👍🏽", 8)).toBe("abc…");
    expect(safeText("abcdef ghi", 8)).toBe("abcdef…");
    expect(safeText(`a${" ".repeat(10_000)}b`, 8)).toBe("a…");
  });

  it("is cut however long it is", () => {
    expect(safeText("https://evil.example ".repeat(1_000_000), 20)).toBe("https[://]evil[.]ex…");
  });

  it("ends harmless, visible, short and stable, whatever it was", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 10, max: 200 }), (theirs, length) => {
        const read = safeText(theirs, length);
        expect(read.length).toBeLessThanOrEqual(length);
        expect(read).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u200B-\u200F\u202A-\u202E\u2066-\u2069]/u);
        expect(read).not.toMatch(/[{$@]\{|<\/?\s*at|(?<!\[):\/\/|^\s|\s$/i);
        expect(linksIn(read)).toEqual([]);
        expect(safeText(read, length)).toBe(read);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a sentence of ours", () => {
  it("cleans every word that is not ours", () => {
    expect(say`Deleted by ${"{{DATE()}}"}: ${3} links to ${"https://evil.example"}`).toBe(
      "Deleted by { {DATE()}}: 3 links to https[://]evil[.]example",
    );
  });

  it("keeps texts apart that it puts side by side", () => {
    expect(joined([safeText("https:"), safeText("//evil.example")], " · ")).toBe(
      "https: · [//]evil[.]example",
    );
  });
});

test("visible text keeps links readable for terminals, and shows what hides", () => {
  expect(visibleText("see https://portal.azure.com \u001b[31mred\nline")).toBe(
    "see https://portal.azure.com �[31mred line",
  );
});
