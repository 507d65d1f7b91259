import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fc } from "../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { queryFiles } from "../../../local/generate/queries.ts";
import { kql, kqlText, signIns } from "../../../src/azure/log-analytics/queries.ts";
import { at } from "../../memory/clock.ts";

/** What Kusto makes of a text that begins with a double-quoted literal: its value, and where it ends. By the language's own rules, not by ours. */
function literalAtBeginningOf(text: string): { readonly value: string; readonly length: number } | undefined {
  if (!text.startsWith('"')) return undefined;
  let value = "";
  for (let index = 1; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '"') return { value, length: index + 1 };
    if (character === "\n" || character === "\r") return undefined;
    if (character === "\\") value += text.charAt((index += 1));
    else value += character;
  }
  return undefined;
}

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom('"', "\\", "'", "\n", "\r", "\u2028", "|", "/", ";", ")", "a") }),
);

describe("A text in a query", () => {
  it("is one literal from its first character to its last, whatever it holds", () => {
    fc.assert(
      fc.property(anything, fc.string(), (text, rest) => {
        const literal = kqlText(text);
        expect(literalAtBeginningOf(`${literal}${rest}`)?.length).toBe(literal.length);
        expect(unprintable.test(literal)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is itself again when Kusto has read it, where every character of it can be seen", () => {
    fc.assert(
      fc.property(anything, (text) => {
        fc.pre(!unprintable.test(text));
        expect(literalAtBeginningOf(kqlText(text))?.value).toBe(text);
      }),
    );
  });

  it.each([
    ['vm"]) | union AzureActivity //', String.raw`"vm\"]) | union AzureActivity //"`],
    ['\\"; drop', String.raw`"\\\"; drop"`],
    ["a\nb\u2028c\u0000", '"a\u{FFFD}b\u{FFFD}c\u{FFFD}"'],
  ])("%j is written %s", (text, literal) => {
    expect(kqlText(text)).toBe(literal);
  });
});

describe("A query", () => {
  it("has its parameters before it, and is the same text whatever they are", () => {
    const vms = ['/vm/"]); AzureActivity; //', "/vm/2"];
    expect(kql(signIns, { bastions: ["/b"], vms, begin: at("2026-11-21T08:00:00Z") })).toBe(
      `let bastions = dynamic(["/b"]);
let vms = dynamic(["/vm/\\"]); AzureActivity; //", "/vm/2"]);
let begin = datetime(2026-11-21T08:00:00.000Z);
${signIns.text}`,
    );
  });

  it("stands in infra/queries as the product asks it; `npm run queries` writes them", () => {
    const folder = join(import.meta.dirname, "../../../infra/queries");
    expect(readdirSync(folder).sort()).toStrictEqual(Object.keys(queryFiles).sort());
    for (const [name, text] of Object.entries(queryFiles))
      expect(readFileSync(join(folder, name), "utf8")).toBe(text);
  });
});
