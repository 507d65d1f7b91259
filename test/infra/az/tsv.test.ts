import jmespath from "jmespath";
import { describe, expect, it } from "vitest";
import { tsv } from "./tsv.ts";

const secret = { secretName: "form-key", status: "Resolved" };
const statuses =
  "[value[].properties, properties.keyToReferenceStatuses.*][] | [?status].[secretName, status]";

/** What the Azure CLI 2.45 itself writes (knack's `format_tsv` over Python's jmespath), written down once. */
describe("What the fake az writes", () => {
  it.each<[string, unknown, string, string]>([
    ["nothing for null", { a: null }, "a", ""],
    [
      "None for null in a row",
      [
        { x: null, y: "1" },
        { x: "b", y: "2" },
      ],
      "[].[x,y]",
      "None\t1\nb\t2\n",
    ],
    [
      "each of a list in its line, and a list in it as a row",
      { n: 3, b: true, l: [1, 2] },
      "[n,b,l]",
      "3\ntrue\n1\t2\n",
    ],
    [
      "references that come as a list",
      { value: [{ properties: secret }], properties: null },
      statuses,
      "form-key\tResolved\n",
    ],
    [
      "references by setting",
      { properties: { keyToReferenceStatuses: { A: secret } } },
      statuses,
      "form-key\tResolved\n",
    ],
    ["no references", { value: [] }, statuses, ""],
    [
      "a host of Flex Consumption",
      { properties: { defaultHostName: "h" } },
      "properties.defaultHostName || defaultHostName",
      "h\n",
    ],
    [
      "a host of another plan",
      { defaultHostName: "h" },
      "properties.defaultHostName || defaultHostName",
      "h\n",
    ],
  ])("is as the CLI has it: %s", (_, answer, query, written) => {
    expect(tsv(jmespath.search(answer, query))).toBe(written);
  });
});
