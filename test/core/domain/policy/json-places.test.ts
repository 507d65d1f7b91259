import { describe, expect, it } from "vitest";
import { positionOf, readJson } from "../../../../src/core/domain/policy/reading/json-places.ts";
import { fc } from "../../../fast-check.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const piece = fc.constantFrom(
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"',
    "1",
    "-",
    "0",
    ".5",
    "e",
    "E+1",
    "true",
    "null",
    "x",
    " ",
    "\n",
    "\t",
  ],
  ...["\\", '"\\u00e9"', '"\\x"', "\u0001", "\uFEFF", "//", "'"],
);

describe("The places in a JSON text", () => {
  it("are found in exactly what the language takes for JSON", () => {
    const texts = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.json({ maxDepth: 4 }),
      fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), piece).map(([text, at, more]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + more + text.slice(place);
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = readJson(text);
        expect("value" in read).toBe(isJson(text));
        if ("value" in read) expect(read.value).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it("are lines and columns of values, and of names", () => {
    const tree = readJson('{\r\n  "rules": [\n    { "name": "a",\r"ttl": 8 }\n  ]\n}');
    if ("stopsAt" in tree) throw new Error("this is JSON");
    expect(positionOf(tree, ["rules", 0, "ttl"])).toStrictEqual({ line: 4, column: 8 });
    expect(positionOf(tree, ["rules", 0, "ttl"], true)).toStrictEqual({ line: 4, column: 1 });
    expect(positionOf(tree, ["rules", 0, "missing"])).toStrictEqual({ line: 3, column: 5 });
  });

  it("are looked for no deeper than any policy is nested", () => {
    expect(readJson("[".repeat(100_000))).toStrictEqual({ stopsAt: 101 });
  });
});
