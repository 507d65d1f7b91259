import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { referencePages } from "../../../local/generate/reference/main.ts";

it("The pages of settings, commands and facts are what schemas and help say: `npm run reference`", async () => {
  const pages = Object.entries(await referencePages());
  expect(pages.map(([path]) => path)).toStrictEqual(["docs/settings.md", "docs/cli.md", "docs/ledger.md"]);
  for (const [path, text] of pages)
    expect(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"), path).toBe(text);
});
