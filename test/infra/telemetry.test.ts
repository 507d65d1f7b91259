import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const root = new URL("../../", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** The part of the workbook format that we use (microsoft/Application-Insights-Workbooks): text, parameters, queries. */
const workbook = z.strictObject({
  version: z.literal("Notebook/1.0"),
  $schema: z.url(),
  items: z.array(
    z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal(1), name: z.string(), content: z.strictObject({ json: z.string() }) }),
      z.strictObject({
        type: z.literal(9),
        name: z.string(),
        content: z.strictObject({
          version: z.literal("KqlParameterItem/1.0"),
          style: z.literal("pills"),
          queryType: z.literal(0),
          resourceType: z.literal("microsoft.operationalinsights/workspaces"),
          parameters: z.array(
            z.looseObject({
              id: z.guid(),
              version: z.literal("KqlParameterItem/1.0"),
              name: z.string(),
              type: z.number(),
            }),
          ),
        }),
      }),
      z.strictObject({
        type: z.literal(3),
        name: z.string(),
        customWidth: z.enum(["50", "100"]),
        content: z.strictObject({
          version: z.literal("KqlItem/1.0"),
          query: z.string(),
          size: z.literal(0),
          title: z.string(),
          timeContextFromParameter: z.string(),
          queryType: z.literal(0),
          resourceType: z.literal("microsoft.operationalinsights/workspaces"),
          visualization: z.enum(["timechart", "barchart", "table"]),
        }),
      }),
    ]),
  ),
});

const { items } = workbook.parse(JSON.parse(text("infra/workbook.json")));
const rules = readdirSync(new URL("infra/alerts/", root)).sort();
const module = text("infra/modules/watch-the-watchdog.bicep");

const queries: readonly (readonly [string, string])[] = [
  ...items.flatMap((item) =>
    item.type === 3 ? [[`workbook: ${item.name}`, item.content.query] as const] : [],
  ),
  ...rules.map((name) => [`alert: ${name}`, text(`infra/alerts/${name}`)] as const),
];

describe("Every query of workbook and alert rules", () => {
  it.each(queries.filter(([name]) => !/dead-letters|foreign-writer/.test(name)))(
    "looks at nobody else's telemetry: %s",
    (_, query) => {
      expect(query).toContain("where _ResourceId =~ '__APPLICATION_INSIGHTS_ID__'");
    },
  );
});

describe("The workbook", () => {
  it("shows links over time, time to the alert, ends, creators and coverage", () => {
    const names = items.filter(({ type }) => type === 3).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "open-links",
        "time-to-alert",
        "revocations",
        "creators",
        "coverage-swept",
        "coverage-stale",
      ]),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("uses parameters that it has", () => {
    const used = items.flatMap((item) => (item.type === 3 ? [item.content.timeContextFromParameter] : []));
    const has = items.flatMap((item) =>
      item.type === 9 ? item.content.parameters.map(({ name }) => name) : [],
    );
    expect([...new Set(used)]).toStrictEqual(has);
  });
});

describe("The module that watches the watchdog", () => {
  it("loads the workbook and every alert query, and fills every place in them", () => {
    const loaded = [...module.matchAll(/loadTextContent\('\.\.\/([^']+)'\)/g)].map(
      ([, path]) => `infra/${path ?? ""}`,
    );
    expect(loaded.sort()).toStrictEqual(
      [...rules.map((name) => `infra/alerts/${name}`), "infra/workbook.json"].sort(),
    );
    const places = loaded.flatMap((path) => text(path).match(/__[A-Z_]+__/g) ?? []);
    expect([...new Set(places)].filter((place) => !module.includes(`'${place}'`))).toStrictEqual([]);
  });

  it("takes what the deployment gives it", () => {
    const parameters = [...module.matchAll(/^param (\w+) (\w+)$/gm)].map(
      ([, name, type]) => `${name ?? ""} ${type ?? ""}`,
    );
    expect(parameters).toStrictEqual([
      "location string",
      "tags object",
      "functionAppName string",
      "functionAppId string",
      "applicationInsightsId string",
      "workspaceId string",
      "storageAccountId string",
      "evidenceAccountId string",
      "principalId string",
      "actionGroupIds array",
      "alertEmails string",
      "healthUrl string",
      "sweepIntervalMinutes int",
    ]);
  });
});
