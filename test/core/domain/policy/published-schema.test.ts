import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { publishedPolicySchema } from "../../../../src/core/domain/policy/published-schema.ts";

const file = new URL("../../../../infra/policy.schema.json", import.meta.url);

it("The published schema is the committed one, with the texts, defaults and examples of every field", () => {
  const committed: unknown = JSON.parse(readFileSync(file, "utf8"));
  expect(JSON.parse(JSON.stringify(publishedPolicySchema()))).toStrictEqual(committed);
});
