import { readFileSync, readdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { kustoFaults } from "./kusto-check.ts";
import { loggedMessages } from "./logged-messages.ts";

const folder = new URL("../../infra/sentinel/", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const filesIn = (name: string): readonly string[] =>
  readdirSync(new URL(name, folder)).map((file) => `${name}/${file}`);

/** MITRE ATT&CK techniques that we use, with the tactics they belong to, in Sentinel's spelling. */
const techniques: Readonly<Record<string, readonly string[]>> = {
  T1133: ["InitialAccess", "Persistence"],
  T1021: ["LateralMovement"],
  T1552: ["CredentialAccess"],
  T1526: ["Discovery"],
  T1562: ["DefenseEvasion"],
};
const tactic = z.enum([
  "InitialAccess",
  "Persistence",
  "LateralMovement",
  "CredentialAccess",
  "Discovery",
  "DefenseEvasion",
]);

/** Sentinel's wiki, "Query style guide": a description is a sentence in single quotes, at most 1,000 characters or so. */
const described = {
  id: z.guid(),
  name: z.string().max(100),
  description: z.string().regex(/^'[^']+'\n?$/),
  requiredDataConnectors: z.array(
    z.strictObject({
      connectorId: z.literal("AzureActivity"),
      dataTypes: z.tuple([z.literal("AzureActivity")]),
    }),
  ),
  tactics: z.array(tactic).min(1),
  relevantTechniques: z.array(z.enum(Object.keys(techniques) as [string, ...string[]])).min(1),
  query: z.string().max(10_000),
};

const period = z.stringFormat("a period of Sentinel", /^\d+[mhd]$/);
const minutesIn = (text: string): number =>
  Number(text.slice(0, -1)) * ({ m: 1, h: 60, d: 1440 }[text.slice(-1)] ?? Number.NaN);

/** Entities and their identifiers (Sentinel, "Entity types reference"), as far as we use them. */
const identifiers: Readonly<Record<string, readonly string[]>> = {
  Account: ["FullName", "AadUserId"],
  IP: ["Address"],
  AzureResource: ["ResourceId"],
};

const scheduledRule = z
  .strictObject({
    ...described,
    severity: z.enum(["High", "Medium", "Low", "Informational"]),
    status: z.literal("Available"),
    queryFrequency: period,
    queryPeriod: period,
    triggerOperator: z.enum(["gt", "lt", "eq", "ne"]),
    triggerThreshold: z.number().int().min(0),
    entityMappings: z
      .array(
        z.strictObject({
          entityType: z.enum(["Account", "IP", "AzureResource"]),
          fieldMappings: z
            .array(z.strictObject({ identifier: z.string(), columnName: z.string() }))
            .min(1)
            .max(3),
        }),
      )
      .min(1)
      .max(10),
    customDetails: z.record(z.string().max(20), z.string()),
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    kind: z.literal("Scheduled"),
  })
  .refine(
    ({ queryFrequency, queryPeriod }) =>
      minutesIn(queryFrequency) >= 5 && minutesIn(queryPeriod) >= minutesIn(queryFrequency),
    {
      message: "runs every five minutes at most, and looks back at least to the run before",
    },
  )
  .refine(
    ({ queryFrequency, queryPeriod }) =>
      minutesIn(queryPeriod) <= 14 * 1440 &&
      (minutesIn(queryPeriod) < 2 * 1440 || minutesIn(queryFrequency) >= 60),
    {
      message: "looks back 14 days at most, and over two days only every hour",
    },
  );
const huntingQuery = z.strictObject(described);

const rules = filesIn("analytics-rules").map((file) => ({ file, ...scheduledRule.parse(parse(text(file))) }));
const hunts = filesIn("hunting-queries").map((file) => ({ file, ...huntingQuery.parse(parse(text(file))) }));
const all = [...rules, ...hunts];

let logged: ReadonlyMap<string, ReadonlySet<string>>;
beforeAll(async () => {
  logged = await loggedMessages();
});

describe("Sentinel's rules and hunting queries", () => {
  it("are the four detections and the three hunts", () => {
    expect([rules.length, hunts.length]).toStrictEqual([4, 3]);
  });

  it("have ids and names of their own", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it.each(all)("ask for what exists: $file", ({ query }) => {
    const messages = [...query.matchAll(/Message startswith '([^']+) \{'/g)].map(
      ([, message]) => message ?? "",
    );
    const fields = [...query.matchAll(/\bfields\.(\w+)/g)].map(([, name]) => name ?? "");
    const written = new Set(messages.flatMap((message) => [...(logged.get(message) ?? [])]));
    expect(kustoFaults(query)).toStrictEqual([]);
    expect(fields.filter((name) => !written.has(name))).toStrictEqual([]);
    expect(messages.filter((message) => !logged.has(message))).toStrictEqual([]);
  });

  it.each(all)("name tactics that their techniques belong to: $file", ({ tactics, relevantTechniques }) => {
    const theirs = relevantTechniques.flatMap((technique) => techniques[technique] ?? []);
    expect(tactics.filter((name) => !theirs.includes(name))).toStrictEqual([]);
    expect(
      relevantTechniques.filter(
        (technique) => !techniques[technique]?.some((name) => tactics.includes(tactic.parse(name))),
      ),
    ).toStrictEqual([]);
  });

  it.each(all)("name the connector of the table they need: $file", ({ query, requiredDataConnectors }) => {
    expect(requiredDataConnectors.length > 0).toBe(query.includes("AzureActivity"));
  });

  it.each(rules)(
    "map entities from columns that the query ends with: $file",
    ({ query, entityMappings, customDetails }) => {
      const last = query.trim().split("\n").at(-1) ?? "";
      const columns = [
        ...entityMappings.flatMap(({ fieldMappings }) => fieldMappings.map(({ columnName }) => columnName)),
        ...Object.values(customDetails),
      ];
      expect(columns.filter((column) => !new RegExp(`\\b${column}\\b`).test(last))).toStrictEqual([]);
      const wrong = entityMappings.flatMap(({ entityType, fieldMappings }) =>
        fieldMappings.filter(({ identifier }) => !identifiers[entityType]?.includes(identifier)),
      );
      expect(wrong).toStrictEqual([]);
    },
  );

  it.each(rules)("find an event once, however late it came: $file", ({ query, queryFrequency }) => {
    expect(query).toContain(`where ingestion_time() > ago(${queryFrequency})`);
  });

  it("spell every operation as the watchdog's own filter does, whatever the case of the log", () => {
    for (const { query } of all) expect(query).not.toMatch(/OperationNameValue == /);
  });

  it("are all in the README", () => {
    const readme = text("README.md");
    for (const { file } of all) expect(readme).toContain(`\`${file}\``);
  });
});

describe("The exclusion for other people's detections", () => {
  const exclusion = text("exclusion.kql");

  it("is a query that asks for what exists", () => {
    expect(kustoFaults(exclusion)).toStrictEqual([]);
  });

  it("leaves out one identity, and only its reads of the list", () => {
    expect(exclusion.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)).toStrictEqual([
      "00000000-0000-0000-0000-000000000000",
    ]);
    expect(exclusion.match(/'Microsoft\.Network\/bastionHosts\/\w+\/action'/g)).toStrictEqual([
      "'Microsoft.Network/bastionHosts/getShareableLinks/action'",
    ]);
  });
});

describe("The check of the rules", () => {
  const [rule] = rules;
  it.each<[string, object]>([
    ["a misspelt key", { triggerTreshold: 1 }],
    ["an id that is none", { id: "9d1f0c53" }],
    ["a severity that Sentinel lacks", { severity: "Critical" }],
    ["a rule that looks back less far than it waits", { queryPeriod: "1m" }],
    ["a rule that runs every minute", { queryFrequency: "1m" }],
    ["a look of two weeks every five minutes", { queryPeriod: "14d" }],
    ["a technique without a tactic", { relevantTechniques: ["T9999"] }],
    ["a trigger that is none", { triggerOperator: "GreaterThan" }],
  ])("finds %s", (_, change) => {
    const { file, ...plain } = rule ?? { file: "" };
    expect({ file, ok: scheduledRule.safeParse(plain).success }).toStrictEqual({ file, ok: true });
    expect(scheduledRule.safeParse({ ...plain, ...change }).success).toBe(false);
  });
});
