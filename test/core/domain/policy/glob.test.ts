import { fc } from "../../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { compileGlob, folded, matchesGlob } from "../../../../src/core/domain/policy/glob.ts";

const id =
  "/subscriptions/1/resourceGroups/rg-prod-eu/providers/Microsoft.Compute/virtualMachines/vm-staging-01";

describe("A glob", () => {
  it.each`
    pattern                                           | text                            | matches
    ${"vm-1"}                                         | ${"vm-1"}                       | ${true}
    ${"VM-1"}                                         | ${"vm-1"}                       | ${true}
    ${"vm-1"}                                         | ${"vm-10"}                      | ${false}
    ${"vm-1"}                                         | ${"my-vm-1"}                    | ${false}
    ${"*"}                                            | ${"anything"}                   | ${true}
    ${"*"}                                            | ${""}                           | ${true}
    ${"*"}                                            | ${"a/b"}                        | ${false}
    ${"**"}                                           | ${"a/b/c"}                      | ${true}
    ${"a/*/c"}                                        | ${"a/b/c"}                      | ${true}
    ${"a/*/c"}                                        | ${"a/b/b/c"}                    | ${false}
    ${"a/**/c"}                                       | ${"a/b/b/c"}                    | ${true}
    ${"a/**/c"}                                       | ${"a/c"}                        | ${true}
    ${"a/**/c"}                                       | ${"a/bc"}                       | ${false}
    ${"**/vm-staging-01"}                             | ${id}                           | ${true}
    ${"**/vm-staging-01"}                             | ${"vm-staging-01"}              | ${true}
    ${"**/staging-01"}                                | ${id}                           | ${false}
    ${"**/VM-STAGING-*"}                              | ${id}                           | ${true}
    ${"/subscriptions/*/resourceGroups/rg-prod-*/**"} | ${id}                           | ${true}
    ${"/subscriptions/*/resourceGroups/rg-prod-*"}    | ${id}                           | ${false}
    ${"/subscriptions/*/resourceGroups/rg-test-*/**"} | ${id}                           | ${false}
    ${"*@contoso.example"}                            | ${"jane@contoso.example"}       | ${true}
    ${"*@contoso.example"}                            | ${"jane@contoso.example.evil"}  | ${false}
    ${"*#ext#@contoso.example"}                       | ${"j_x.y#EXT#@contoso.example"} | ${true}
    ${"jane@contoso.example"}                         | ${"janeXcontoso.example"}       | ${false}
    ${"jane.doe"}                                     | ${"janeXdoe"}                   | ${false}
    ${"vm-?"}                                         | ${"vm-1"}                       | ${true}
    ${"vm-?"}                                         | ${"vm-10"}                      | ${false}
    ${"a?b"}                                          | ${"a/b"}                        | ${false}
    ${"RG-(prod)"}                                    | ${"rg-(PROD)"}                  | ${true}
    ${"rg-[p]"}                                       | ${"rg-p"}                       | ${false}
    ${"rg-{a,b}"}                                     | ${"rg-a"}                       | ${false}
    ${"!vm-1"}                                        | ${"vm-2"}                       | ${false}
    ${".*"}                                           | ${"anything"}                   | ${false}
    ${"*.hidden"}                                     | ${".hidden"}                    | ${true}
    ${"größe-*"}                                      | ${"GRÖSSE-GRÖßE"}               | ${false}
    ${"größe-*"}                                      | ${"GRÖßE-1"}                    | ${true}
    ${"😀?"}                                          | ${"😀😀"}                       | ${true}
    ${""}                                             | ${""}                           | ${true}
    ${""}                                             | ${"a"}                          | ${false}
    ${"?"}                                            | ${""}                           | ${false}
    ${"?*"}                                           | ${""}                           | ${false}
    ${"k"}                                            | ${"\u212A"}                     | ${false}
    ${"\u212A"}                                       | ${"k"}                          | ${false}
    ${"\u212A"}                                       | ${"\u212A"}                     | ${true}
    ${"Ä"}                                            | ${"ä"}                          | ${true}
  `(
    "$pattern on $text: $matches",
    ({ pattern, text, matches }: { pattern: string; text: string; matches: boolean }) => {
      expect(matchesGlob(pattern, text)).toBe(matches);
    },
  );

  it("matches what its regular expression matches, compiled for either kind of text", () => {
    const pattern = fc
      .array(fc.constantFrom("*", "**", "**/", "?", "/", "a", "b", "ä", "😀"), { maxLength: 8 })
      .map((parts) => parts.join(""));
    const text = fc
      .array(fc.constantFrom("/", "a", "b", "A", "Ä", "😀"), { maxLength: 10 })
      .map((parts) => parts.join(""));
    const parts: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]" };
    const one = (token: string) =>
      token.startsWith("**") && token !== "**/" ? ".*" : (parts[token] ?? token);
    const expression = (glob: string) =>
      (glob.match(/\*\*\/|\*+|./gsu) ?? []).map((token) => one(token)).join("");
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        const is = new RegExp(`^${expression(glob)}$`, "isu").test(name);
        expect(compileGlob(glob)(folded(name))).toBe(is);
        const asOne = glob.replaceAll(/\*+/g, ".*").replaceAll("?", ".");
        expect(compileGlob(glob, "one-segment")(folded(name))).toBe(
          new RegExp(`^${asOne}$`, "isu").test(name),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("without wildcards matches itself only, whatever characters it is made of", () => {
    const plain = fc
      .string({ unit: "grapheme-ascii" })
      .map((text) => text.replaceAll(/[*?]/g, "").toLowerCase());
    fc.assert(
      fc.property(plain, plain, (pattern, text) => {
        expect(matchesGlob(pattern, text)).toBe(pattern === text);
        expect(matchesGlob(`${pattern}**`, pattern + text)).toBe(true);
      }),
    );
  });
});
