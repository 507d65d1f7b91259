import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { aliases } from "./policy-aliases.ts";
import { evaluate, expand, type Resource } from "./policy-evaluator.ts";
import { initiative, policyDefinition, type PolicyDefinition } from "./policy-schema.ts";

const folder = new URL("../../infra/policies/", import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const files = readdirSync(folder).filter((name) => name !== "initiative.json");
const definitions = files.map((name) => policyDefinition.parse(read(name)));
const set = initiative.parse(read("initiative.json"));
const module = readFileSync(new URL("../../infra/modules/policies.bicep", import.meta.url), "utf8");

function definition(name: string): PolicyDefinition {
  const found = definitions.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`There is no definition ${name}`);
  return found;
}

const bastion = (
  properties: Resource["properties"],
  tags: Readonly<Record<string, string>> = {},
): Resource => ({
  type: "Microsoft.Network/bastionHosts",
  name: "bas-hub-weu",
  tags,
  properties,
});

const workspace = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/law";
const setting = (logs: readonly unknown[], workspaceId: string = workspace): Resource => ({
  type: "Microsoft.Insights/diagnosticSettings",
  name: "any",
  properties: { workspaceId, logs },
});

const texts = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
};
const parametersIn = (value: unknown): ReadonlySet<string> =>
  new Set(
    texts(value).flatMap((text) =>
      [...text.matchAll(/parameters\('(\w+)'\)/g)].map(([, name]) => name ?? ""),
    ),
  );

describe("The switch for shareable links", () => {
  const policy = definition("bastion-shareable-link");
  const tagged = { effect: "Deny", exemptTag: "links-allowed" };

  it.each<[string, Readonly<Record<string, string>>, Resource, string]>([
    ["on, denied", { effect: "Deny" }, bastion({ enableShareableLink: true }), "deny"],
    ["on, audited", { effect: "Audit" }, bastion({ enableShareableLink: true }), "audit"],
    ["on, audited when nobody chose", {}, bastion({ enableShareableLink: true }), "audit"],
    [
      "on, but the policy looks away",
      { effect: "Disabled" },
      bastion({ enableShareableLink: true }),
      "compliant",
    ],
    ["on, as a word in another case", { effect: "Deny" }, bastion({ enableShareableLink: "True" }), "deny"],
    ["on, with a key in another case", { effect: "Deny" }, bastion({ EnableShareableLink: true }), "deny"],
    [
      "on, with a type in another case",
      { effect: "Deny" },
      { ...bastion({ enableShareableLink: true }), type: "microsoft.network/BASTIONHOSTS" },
      "deny",
    ],
    ["off", { effect: "Deny" }, bastion({ enableShareableLink: false }), "compliant"],
    ["absent, as on a Basic bastion", { effect: "Deny" }, bastion({ scaleUnits: 2 }), "compliant"],
    ["null", { effect: "Deny" }, bastion({ enableShareableLink: null }), "compliant"],
    [
      "on, exempt by tag",
      tagged,
      bastion({ enableShareableLink: true }, { "links-allowed": "true" }),
      "compliant",
    ],
    [
      "on, exempt by tag in another case",
      tagged,
      bastion({ enableShareableLink: true }, { "Links-Allowed": "TRUE" }),
      "compliant",
    ],
    [
      "on, with the tag saying no",
      tagged,
      bastion({ enableShareableLink: true }, { "links-allowed": "false" }),
      "deny",
    ],
    [
      "on, with an empty tag",
      tagged,
      bastion({ enableShareableLink: true }, { "links-allowed": "" }),
      "deny",
    ],
    ["on, with another tag", tagged, bastion({ enableShareableLink: true }, { owner: "true" }), "deny"],
    [
      "on, with the tag while no tag exempts",
      { effect: "Deny" },
      bastion({ enableShareableLink: true }, { "no-tag-exempts": "true" }),
      "deny",
    ],
    [
      "of something that is no bastion",
      { effect: "Deny" },
      { ...bastion({ enableShareableLink: true }), type: "Microsoft.Network/virtualNetworks" },
      "compliant",
    ],
  ])("%s", (_, parameters, resource, expected) => {
    expect(evaluate(policy, parameters, resource)).toBe(expected);
  });
});

const audit = { category: "BastionAuditLogs", enabled: true };

describe("Audit logs that are missing", () => {
  const effect = "auditifnotexists";
  it.each<[string, readonly Resource[], string]>([
    ["no setting", [], effect],
    ["a setting with the category", [setting([audit])], "compliant"],
    [
      "the category in another case",
      [setting([{ category: "bastionauditlogs", enabled: "True" }])],
      "compliant",
    ],
    ["all logs", [setting([{ categoryGroup: "allLogs", enabled: true }])], "compliant"],
    ["the group audit", [setting([{ categoryGroup: "audit", enabled: true }])], "compliant"],
    ["the category switched off", [setting([{ ...audit, enabled: false }])], effect],
    ["another category", [setting([{ category: "Other", enabled: true }])], effect],
    [
      "one category on, the right one off",
      [
        setting([
          { category: "Other", enabled: true },
          { ...audit, enabled: false },
        ]),
      ],
      effect,
    ],
    ["metrics only", [setting([])], effect],
    ["the second of two settings", [setting([]), setting([audit])], "compliant"],
    [
      "the category, sent to any other workspace",
      [
        setting(
          [audit],
          "/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/other",
        ),
      ],
      "compliant",
    ],
  ])("%s", (_, related, expected) => {
    expect(evaluate(definition("bastion-audit-logs-missing"), {}, bastion({}), related)).toBe(expected);
  });
});

describe("The definitions", () => {
  it("are two, each in a file of its name", () => {
    expect(definitions.map(({ name }) => `${name}.json`).sort()).toStrictEqual([...files].sort());
    expect(definitions).toHaveLength(2);
  });

  it("use only aliases from the list", () => {
    const fields = definitions
      .flatMap(({ properties }) => texts(properties.policyRule))
      .filter((text) => /^Microsoft\.\w+\/\w+\/\w/.test(text));
    expect(fields.filter((field) => aliases[field] === undefined)).toStrictEqual([]);
    expect(fields.length).toBeGreaterThan(4);
  });

  it("declare every parameter that they use, and use every one that they declare", () => {
    for (const { name, properties } of definitions) {
      const used = [...parametersIn(properties.policyRule)];
      expect({ name, used: used.sort() }).toStrictEqual({
        name,
        used: Object.keys(properties.parameters).sort(),
      });
    }
  });
});

/** Microsoft's "Enable logging by category group for Bastions to Log Analytics", DS_LA_network-bastionhosts_DINE 1.1.0: its parameters. */
const builtIn = "/providers/Microsoft.Authorization/policyDefinitions/f8352124-56fa-4f94-9441-425109cdc14b";
const builtInParameters: Readonly<Record<string, RegExp>> = {
  effect: /^(DeployIfNotExists|AuditIfNotExists|Disabled)$/,
  diagnosticSettingName: /^.+$/,
  categoryGroup: /^(audit|allLogs)$/,
  logAnalytics: /^$|^\/subscriptions\//,
};

describe("The initiative", () => {
  const ofMicrosoft = set.properties.policyDefinitions.filter((one) => one.policyDefinitionId !== undefined);

  /** What a parameter of a definition may be given: what ours allows or defaults to, or the value itself. */
  function possible(value: string): readonly string[] {
    const ours = set.properties.parameters[[...parametersIn(value)][0] ?? ""];
    return ours?.allowedValues ?? [ours?.defaultValue ?? value];
  }

  it("sends audit logs to the workspace by Microsoft's own definition, with parameters that this has", () => {
    expect(ofMicrosoft.map((one) => one.policyDefinitionId)).toStrictEqual([builtIn]);
    const given = ofMicrosoft.flatMap(({ parameters }) => Object.entries(parameters));
    expect(given.map(([name]) => name).sort()).toStrictEqual(Object.keys(builtInParameters).sort());
    for (const [name, { value }] of given)
      expect(possible(value).filter((one) => !builtInParameters[name]?.test(one))).toStrictEqual([]);
  });

  it("holds every definition, with parameters that it has and values that it allows", () => {
    const references = set.properties.policyDefinitions.filter((one) => !ofMicrosoft.includes(one));
    expect(references.map((reference) => reference.policyDefinitionReferenceId).sort()).toStrictEqual(
      definitions.map(({ name }) => name).sort(),
    );
    for (const { policyDefinitionReferenceId, parameters } of references) {
      for (const [name, { value }] of Object.entries(parameters)) {
        const theirs = definition(policyDefinitionReferenceId).properties.parameters[name];
        const ours = set.properties.parameters[[...parametersIn(value)][0] ?? ""];
        expect({ name, allowed: theirs?.allowedValues }).toStrictEqual({
          name,
          allowed: ours?.allowedValues,
        });
      }
    }
  });

  it("is assigned with every parameter, and changes nothing unless a workspace is named", () => {
    for (const name of Object.keys(set.properties.parameters))
      expect(module).toMatch(new RegExp(`^ {6}${name}: \\{$`, "m"));
    expect(module).toContain("empty(workspaceId) ? 'Disabled' : 'DeployIfNotExists'");
  });

  it("is loaded by the module with all its definitions", () => {
    const loaded = [...module.matchAll(/loadJsonContent\('\.\.\/policies\/([^']+)'\)/g)].map(
      ([, name]) => name ?? "",
    );
    expect(loaded.sort()).toStrictEqual([...files, "initiative.json"].sort());
  });
});

describe("The checks themselves", () => {
  it.each([
    ["an unknown property", { allOff: [] }],
    ["two operators", { field: "type", equals: "a", notEquals: "b" }],
    ["no operator", { field: "type" }],
    ["an operator that Azure does not have", { field: "type", equalz: "a" }],
  ])("refuse %s in a rule", (_, rule) => {
    const { name, properties } = definition("bastion-shareable-link");
    const broken = {
      name,
      properties: { ...properties, policyRule: { ...properties.policyRule, if: rule } },
    };
    expect(policyDefinition.safeParse(broken).success).toBe(false);
  });

  it("stumble over an alias or a function that is not known", () => {
    const scope = { resource: bastion({}), parameters: {} };
    expect(() => expand("[field('Microsoft.Network/bastionHosts/enableSharableLink')]", scope)).toThrow(
      "not in the list of aliases",
    );
    expect(() => expand("[toLower('A')]", scope)).toThrow("does not know toLower()");
    expect(() => expand("[parameters('efect')]", scope)).toThrow("no parameter efect");
  });

  it("read nested calls and quoted quotes", () => {
    const scope = { resource: bastion({}), parameters: { tag: "a" } };
    expect(expand("[concat('it''s ', if(empty(parameters('tag')), 'none', parameters('tag')))]", scope)).toBe(
      "it's a",
    );
    expect(expand("plain", scope)).toBe("plain");
  });
});
