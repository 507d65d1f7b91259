import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { notesOn } from "../../../../src/cli/commands/policy/policy-notes.ts";
import { differencesIn, parseCases } from "../../../../src/core/domain/policy/cases.ts";
import { at } from "../../../memory/clock.ts";
import { policyOf } from "../../../memory/watchdog.ts";

const docs = new URL("../../../../docs/", import.meta.url);
const page = readFileSync(new URL("policy.md", docs), "utf8");
const sections = [...page.matchAll(/^### (.*)\n\n[^]*?```json\n([^]*?)```\n\nCases: \[`(.*?)`\]/gm)].map(
  ([, title = "", policy = "", cases = ""]) => ({ title, policy, cases }),
);

describe("docs/policy.md", () => {
  it("has twelve policies, and a file of cases for each", () => {
    expect(sections).toHaveLength(12);
    expect(readdirSync(new URL("policies", docs)).sort()).toStrictEqual(
      sections.map(({ cases }) => cases).sort(),
    );
  });

  describe.each(sections)("$title", ({ policy, cases }) => {
    const parsed = policyOf(JSON.parse(policy) as object);
    const read = parseCases(readFileSync(new URL(`policies/${cases}`, docs), "utf8"));

    it("means something in each of its rules", () => {
      expect(notesOn(parsed, at("2026-12-01T09:00Z"))).toStrictEqual([]);
    });

    it("says what its cases expect, of which some allow and some do not, or not as long", () => {
      expect(read).toMatchObject({ cases: expect.any(Array) as [] });
      if ("problem" in read) return;
      expect(read.cases.flatMap((one) => differencesIn(one, parsed, "UTC"))).toStrictEqual([]);
      expect(
        new Set(read.cases.map(({ expect: { rule, allowed } }) => `${rule}, ${allowed}`)).size,
      ).toBeGreaterThan(1);
    });
  });
});
