import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

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

/** What the public repository of Sentinel takes: a name of 50 characters, a description in single quotes of 255. */
const described = {
  id: z.guid(),
  name: z.string().max(50),
  description: z
    .string()
    .max(255)
    .regex(/^'[^']+'\n?$/),
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

/** Every tactic that a technique belongs to is named, and no other. */
const namesItsTactics = ({
  tactics,
  relevantTechniques,
}: {
  tactics: string[];
  relevantTechniques: string[];
}) => {
  const theirs = new Set(relevantTechniques.flatMap((technique) => techniques[technique] ?? []));
  return theirs.size === tactics.length && tactics.every((name) => theirs.has(name));
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
  .refine(namesItsTactics)
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
const huntingQuery = z.strictObject(described).refine(namesItsTactics);

const rules = filesIn("analytics-rules").map((file) => ({ file, ...scheduledRule.parse(parse(text(file))) }));
const hunts = filesIn("hunting-queries").map((file) => ({ file, ...huntingQuery.parse(parse(text(file))) }));
const all = [...rules, ...hunts];

describe("Sentinel's rules and hunting queries", () => {
  it("are the four detections and the three hunts", () => {
    expect([rules.length, hunts.length]).toStrictEqual([4, 3]);
  });

  it("have ids and names of their own", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it.each(all)("name the connector of the table they need: $file", ({ query, requiredDataConnectors }) => {
    expect(requiredDataConnectors.length > 0).toBe(query.includes("AzureActivity"));
  });

  it.each(rules)("map entities by identifiers that they have: $file", ({ entityMappings }) => {
    const wrong = entityMappings.flatMap(({ entityType, fieldMappings }) =>
      fieldMappings.filter(({ identifier }) => !identifiers[entityType]?.includes(identifier)),
    );
    expect(wrong).toStrictEqual([]);
  });

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
    ["a technique that we do not know", { relevantTechniques: ["T9999"] }],
    ["a technique with one of its two tactics", { tactics: ["Persistence"] }],
    ["a tactic of no technique", { tactics: ["InitialAccess", "Persistence", "Discovery"] }],
    ["a name of 51 characters", { name: "x".repeat(51) }],
    ["a description of 256 characters", { description: `'${"x".repeat(254)}'` }],
    ["a trigger that is none", { triggerOperator: "GreaterThan" }],
  ])("finds %s", (_, change) => {
    const { file, ...plain } = rule ?? { file: "" };
    expect({ file, ok: scheduledRule.safeParse(plain).success }).toStrictEqual({ file, ok: true });
    expect(scheduledRule.safeParse({ ...plain, ...change }).success).toBe(false);
  });
});
