import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { needsShared, shared } from "../../needs.ts";
import { hub, simulatedAzure } from "./azure-client.ts";
import { readRecordings } from "./recording.ts";
import { replay } from "./replay.ts";

const jsonIn = (folder: URL): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => readFileSync(new URL(name, folder), "utf8"))
    : [];

/** Bastions that are empty at first: nothing is there but what a recording presupposes. */
async function replayed(...texts: readonly string[]) {
  const azure = await simulatedAzure();
  await azure.control("estate", { bastions: [], vms: [] });
  return replay(readRecordings(...texts), azure);
}

const own = jsonIn(new URL("recordings/", import.meta.url));
/** Only who opened a link of their own began with a machine without links. */
const live = jsonIn(new URL("../../live/recordings/", import.meta.url)).filter((text) =>
  text.includes("/createShareableLinks"),
);

describe("The simulated Azure answers as in a recording", () => {
  it.each(own.map((text, index) => [index + 1, text] as const))("of our own, number %i", async (_, text) => {
    const { recorded, replayed: answers } = await replayed(text);
    expect(recorded.length).toBeGreaterThan(0);
    expect(answers).toEqual(recorded);
  });

  it.each(live.map((text, index) => [index + 1, text] as const))(
    "of a real subscription, number %i",
    async (_, text) => {
      const { recorded, replayed: answers } = await replayed(text);
      expect(answers).toEqual(recorded);
    },
  );

  it("and a replay finds every difference that matters", async () => {
    const [text = ""] = own;
    const spoilt: readonly ((json: string) => string)[] = [
      (json) => json.replace('"status": 202', '"status": 200'),
      (json) => json.replace('"Retry-After": "10"', '"Retry-After": "1"'),
      (json) => json.replace(/"Azure-AsyncOperation": "[^"]*",/, ""),
      (json) => json.replace("/operationResults/", "/operationresults/"),
      (json) => json.replace(/\.\d{7}Z"/, '.1234Z"'),
      (json) => json.replace('"status": "Succeeded"', '"status": "Succeeded", "percentComplete": 100'),
      (json) => json.replaceAll("09:00:06.8143057Z", "09:00:04.2768451Z"),
    ];
    for (const spoil of spoilt) {
      expect(spoil(text)).not.toBe(text);
      const { recorded, replayed: answers } = await replayed(spoil(text));
      expect(answers).not.toEqual(recorded);
    }
  });
});

describe.runIf(needsShared("spec/recordings/"))("The simulated Azure against Azure's own traffic", () => {
  const recordings = jsonIn(shared("spec/recordings/"));

  it("answers as Azure did", async () => {
    const { recorded, replayed: answers } = await replayed(...recordings);
    expect(recorded).toHaveLength(33);
    expect(answers).toEqual(recorded);
  });

  it("shows a bastion with the fields that a Standard bastion has in Azure", async () => {
    const azure = await simulatedAzure();
    await azure.control("estate", { bastions: [{ id: hub }], vms: [] });
    const { body } = await azure.arm("GET", hub);
    const theirs = readRecordings(...recordings).find(
      ({ url, status }) => status === 200 && url.includes("/bastionHosts/ps1195-Bastion?"),
    );
    expect(fieldsOf(body)).toEqual(fieldsOf(theirs?.body));
  });
});

/** The names of all fields, in Azure's order. */
function fieldsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fieldsOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.entries(value).map(([name, inner]) => [name, fieldsOf(inner)]);
}
