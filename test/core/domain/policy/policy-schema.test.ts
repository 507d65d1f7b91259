import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { fc } from "../../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { policySchemaFile } from "../../../../local/generate/policy-schema.ts";
import { defaultPolicyJson, parsePolicy } from "../../../../src/core/domain/policy/policy.ts";

const file = new URL("../../../../infra/policy.schema.json", import.meta.url);
const published: unknown = JSON.parse(readFileSync(file, "utf8"));
const ajv = new Ajv2020({ strict: true, allErrors: true });
const isPublished = ajv.compile(published as object);
const isParsed = (policy: unknown): boolean => "policy" in parsePolicy(JSON.stringify(policy));

const rule = (changes: object) => ({ rules: [{ name: "r", ...changes }] });

describe("infra/policy.schema.json", () => {
  it("is what `node local/generate/policy-schema.ts` makes today", async () => {
    expect(readFileSync(file, "utf8")).toBe(await policySchemaFile());
  });

  it("says what it is, and describes every field", () => {
    expect(published).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Policy of bastion-watchdog",
    });
    const { properties } = published as {
      properties: Record<string, { description?: string }> & { rules: { items: { properties: object } } };
    };
    const fields = [
      ...Object.entries(properties),
      ...Object.entries(properties.rules.items.properties as Record<string, object>),
    ];
    expect(fields.filter(([, field]) => !("description" in field)).map(([name]) => name)).toStrictEqual([]);
  });

  it.each([
    ["the default policy", JSON.parse(defaultPolicyJson) as unknown],
    ["its own example", (published as { examples: unknown[] }).examples[0]],
    ["a policy that names its schema", { $schema: "./policy.schema.json", rules: [{ name: "a" }] }],
    [
      "a rule with everything",
      rule({
        match: {
          subscription: "*",
          resourceGroup: "rg-*",
          bastion: "**",
          vm: "**/vm",
          creator: "j*",
          tags: { a: "b" },
        },
        ...{
          allow: true,
          ttl: "PT8H",
          warnBefore: "PT1H30M",
          maxLifetime: "P1W",
          mode: "observe",
          severity: "low",
        },
        ...{
          channels: ["teams"],
          fallback: ["mail"],
          endSessions: true,
          validUntil: "2026-12-04T18:00Z",
          trustTags: false,
        },
      }),
    ],
    ["durations of every unit", rule({ ttl: "P1W2DT3H4M5S" })],
    ["half an hour as a fraction", rule({ ttl: "PT0.5H" })],
    ["a date alone", rule({ validUntil: "2026-12-04" })],
    ["a date as Azure writes it", rule({ validUntil: "12/04/2026 18:00:00" })],
    ["a date as HTTP writes it", rule({ validUntil: "Fri, 4 Dec 2026 18:00:00 GMT" })],
    ["a date with half days", rule({ validUntil: "12/4/2026 6:00 PM" })],
    ["a grace and a breaker", { ...rule({}), preexistingGrace: "P1D", maxRevocationsPerHour: 1 }],
  ])("takes %s, as the program does", (_, policy) => {
    expect([isPublished(policy), isParsed(policy)]).toStrictEqual([true, true]);
  });

  it.each([
    ["nothing", null],
    ["a list", []],
    ["no rules", {}],
    ["an empty list of rules", { rules: [] }],
    ["an unknown field", { ...rule({}), grace: "P1D" }],
    ["a misspelt field of a rule", rule({ tll: "PT1H" })],
    ["a misspelt match", rule({ match: { vmName: "x" } })],
    ["a rule without a name", { rules: [{ ttl: "PT1H" }] }],
    ["a name of 101 characters", { rules: [{ name: "n".repeat(101) }] }],
    ["8h for a duration", rule({ ttl: "8h" })],
    ["hours without their T", rule({ ttl: "P1D12H" })],
    ["a duration with something behind it", rule({ ttl: "PT8H or so" })],
    ["a duration of nothing", rule({ ttl: "PT" })],
    ["a duration of zero", rule({ ttl: "PT0S" })],
    ["a month", rule({ ttl: "P1M" })],
    ["a negative duration", rule({ ttl: "-PT8H" })],
    ["a number for a duration", rule({ ttl: 8 })],
    ["a text for a date", rule({ validUntil: "Friday" })],
    ["an unknown mode", rule({ mode: "report" })],
    ["an unknown severity", rule({ severity: "loud" })],
    ["an empty glob", rule({ match: { vm: "" } })],
    ["a glob of 513 characters", rule({ match: { vm: "*".repeat(513) } })],
    ["an empty channel", rule({ channels: [""] })],
    ["silence about what must be heard", { ...rule({}), silence: ["created"] }],
    ["a breaker of zero", { ...rule({}), maxRevocationsPerHour: 0 }],
    ["a breaker of a half", { ...rule({}), maxRevocationsPerHour: 0.5 }],
    ["a text for allow", rule({ allow: "no" })],
  ])("refuses %s, as the program does", (_, policy) => {
    expect([isPublished(policy), isParsed(policy)]).toStrictEqual([false, false]);
  });

  it("takes every duration that the program takes", () => {
    const part = (unit: string) =>
      fc
        .option(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.constantFrom("", ".5", ",25")), {
          nil: undefined,
        })
        .map((number) => (number ? `${number.join("")}${unit}` : ""));
    const text = fc
      .tuple(part("W"), part("D"), fc.boolean(), part("H"), part("M"), part("S"))
      .map(
        ([week, day, isTimed, hour, minute, second]) =>
          `P${week}${day}${isTimed ? `T${hour}${minute}${second}` : ""}`,
      );
    fc.assert(
      fc.property(fc.oneof(text, fc.stringMatching(/^[PT0-9WDHMSY.,+-]{1,12}$/)), (ttl) => {
        fc.pre(isParsed(rule({ ttl })));
        expect(isPublished(rule({ ttl }))).toBe(true);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
