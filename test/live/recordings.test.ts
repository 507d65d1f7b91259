import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { readEntries } from "../../src/azure/bastion/link-entry.ts";
import { parseInstant } from "../../src/core/domain/time.ts";
import { scrub } from "./scrub.ts";

/** What `infra/verify.sh` saw in a real subscription. Whoever has one commits it here, and Azure's real words become a fixture. */
const folder = new URL("recordings/", import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];

const exchange = z.strictObject({
  seq: z.int().min(1),
  method: z.enum(["GET", "POST"]),
  url: z.url(),
  requestBody: z.unknown(),
  status: z.number(),
  responseHeaders: z.record(z.string(), z.string()),
  responseBody: z.unknown(),
});
const listed = z.object({ value: z.array(z.unknown()) });

if (files.length === 0)
  console.log(
    "test/live did not run against Azure: there is no recording. With a subscription: infra/verify.sh --with-link <vm> --bastion <bastion>",
  );

/** What a recording holds that it must not, or what our reader makes of Azure's real lists. */
function faultsOf(text: string): readonly string[] {
  const exchanges = z.array(exchange).parse(JSON.parse(text));
  const clean = JSON.stringify(scrub(exchanges)) === JSON.stringify(exchanges);
  const lists = exchanges.filter(({ url, status }) => url.includes("/getShareableLinks") && status === 200);
  const opensLink = exchanges.some(({ url }) => url.includes("/createShareableLinks"));
  const read = lists.map(({ responseBody }) => readEntries(listed.parse(responseBody).value, []).listing);
  return [
    ...(clean ? [] : ["holds what the scrubber takes out"]),
    ...(opensLink && !read.some(({ links }) => links.length > 0) ? ["has no list with a link in it"] : []),
    ...read.flatMap(({ problems }) => problems.map((problem) => `a list is not read completely: ${problem}`)),
    ...read.flatMap(({ holes }) => holes.map(() => "a list has an entry without a usable link")),
    ...read.flatMap(({ links }) =>
      links
        .filter(({ createdAt }) => parseInstant(createdAt ?? "") === undefined)
        .map(({ createdAt }) => `no date: ${createdAt ?? "none"}`),
    ),
  ];
}

const link =
  "https://bst-00000000-0000-4000-8001-000000000000.bastion.azure.com/api/shareable-url/00000000-0000-4000-8001-000000000001";
const exchanged = (seq: number, action: string, responseBody: unknown) => ({
  ...{ seq, method: "POST", url: `https://management.azure.com/x/${action}`, requestBody: { vms: [] } },
  ...{ status: 200, responseHeaders: {}, responseBody },
});
const madeUp = (entry: object): string =>
  JSON.stringify([
    exchanged(1, "createShareableLinks", null),
    {
      ...exchanged(2, "getShareableLinks", null),
      responseBody: {
        value: [{ vm: { id: "/x" }, bsl: link, createdAt: "2026-11-21T07:59:00.1234Z", ...entry }],
      },
    },
  ]);

describe("Recordings of real Azure", () => {
  it.each(files)("hold no secret, and lists that our reader understands: %s", (file) => {
    expect(faultsOf(readFileSync(new URL(file, folder), "utf8"))).toStrictEqual([]);
  });

  it.each([
    ["is as it is expected", {}, []],
    ["holds a person", { by: "jane@bank.example" }, ["holds what the scrubber takes out"]],
    [
      "has an entry without a link",
      { bsl: undefined },
      ["has no list with a link in it", "a list has an entry without a usable link"],
    ],
    ["has a date of another kind", { createdAt: "yesterday" }, ["no date: yesterday"]],
  ])("would be judged, were there one that %s", (_, entry, faults) => {
    expect(faultsOf(madeUp(entry))).toStrictEqual(faults);
  });
});
