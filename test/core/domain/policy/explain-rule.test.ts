import { describe, expect, it } from "vitest";
import { explain, explainRule } from "../../../../src/core/domain/policy/explain-rule.ts";
import type { Subject } from "../../../../src/core/domain/policy/conditions.ts";
import { judge, type Policy } from "../../../../src/core/domain/policy/policy.ts";
import { at } from "../../../memory/clock.ts";
import { jane, vmId } from "../../../memory/samples.ts";
import { policyOf } from "../../../memory/watchdog.ts";

const now = at("2026-11-21T08:00:00Z");
const subject = (changes: Partial<Subject> = {}): Subject => ({
  bastionId:
    "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Net/providers/Microsoft.Network/bastionHosts/bas-hub",
  vmId: vmId("vm-staging-01"),
  tags: { Environment: "prod" },
  attribution: { kind: "known", caller: jane, eventId: "e", reportedAt: now, correlationId: undefined },
  ...changes,
});
const outcomes = (policy: Policy, changes: Partial<Subject> = {}) =>
  explain(subject(changes), policy, now).rules.map(({ rule, outcome }) => `${rule} ${outcome}`);

const policy = policyOf({
  rules: [
    { name: "old", validUntil: "2026-11-21T08:00Z" },
    { name: "production", match: { vm: "**/vm-prod-*" }, allow: false },
    { name: "tagged loose", match: { tags: { environment: "prod" } }, ttl: "P2D" },
    { name: "strangers", match: { creator: "*@elsewhere.example", bastion: "**/bas-hub" }, ttl: "PT1H" },
    { name: "rest", ttl: "PT8H" },
    { name: "never", ttl: "PT1M" },
  ],
});

describe("An explanation", () => {
  it("says what became of every rule", () => {
    expect(explain(subject(), policy, now).rules).toStrictEqual([
      { rule: "old", outcome: "does not match", why: ["it was valid until 2026-11-21 08:00:00 UTC"] },
      {
        rule: "production",
        outcome: "does not match",
        why: [
          'vm "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Hub/providers/Microsoft.Compute/virtualMachines/vm-staging-01" does not match "**/vm-prod-*"',
        ],
      },
      {
        rule: "tagged loose",
        outcome: "outranked",
        why: [
          "it matches by tag, which whoever owns the VM writes: without `trustTags` it may only be stricter than what holds without it",
        ],
      },
      {
        rule: "strangers",
        outcome: "does not match",
        why: [
          'creator "jane_partner.example#EXT#@contoso.example, 22222222-0000-4000-8000-000000000007, jane@partner.example, Jane" does not match "*@elsewhere.example"',
        ],
      },
      { rule: "rest", outcome: "decides", why: ["it matches every link"] },
      { rule: "never", outcome: "not reached", why: ["an earlier rule decides"] },
    ]);
  });

  it("names every condition that fails, and says when something is not known", () => {
    const [rule] = policyOf({
      rules: [{ name: "r", match: { creator: "jane*", tags: { owner: "x", environment: "prod" } } }],
    }).rules;
    if (!rule) throw new Error("the policy has a rule");
    const unknown = subject({ tags: undefined, attribution: { kind: "unknown", searched: "creation" } });
    expect(explainRule(rule, unknown, now).why).toStrictEqual([
      'creator is not known and would have to match "jane*"',
      'tag owner is not known and would have to match "x"',
      'tag environment is not known and would have to match "prod"',
    ]);
  });

  it("says what the deciding rule asked for", () => {
    const decided = explain(subject({ vmId: vmId("vm-prod-1") }), policy, now);
    expect(decided.verdict).toMatchObject({ rule: "production", allowed: false });
    expect(decided.rules[1]).toMatchObject({
      outcome: "decides",
      why: [expect.stringContaining('matches "**/vm-prod-*"') as unknown],
    });
  });

  it("has no deciding rule where the built-in default holds", () => {
    const none = policyOf({ rules: [{ name: "a", match: { vm: "nothing" } }] });
    expect(outcomes(none)).toStrictEqual(["a does not match"]);
    expect(explain(subject(), none, now).verdict.rule).toBe("none matched: built-in default");
  });

  it("tells two rules of one name apart", () => {
    const twins = policyOf({
      rules: [
        { name: "twin", match: { tags: { environment: "prod" } }, ttl: "P2D" },
        { name: "twin", ttl: "PT8H" },
      ],
    });
    expect(outcomes(twins)).toStrictEqual(["twin outranked", "twin decides"]);
  });

  it("lets a rule that matches by tag decide where it is stricter, or trusted", () => {
    const stricter = { name: "tag", match: { tags: { ENVIRONMENT: "p*" } }, ttl: "PT1H" };
    const looser = { name: "trusted", match: { tags: { environment: "prod" } }, ttl: "P2D", trustTags: true };
    const rest = { name: "rest", ttl: "PT8H" };
    expect(outcomes(policyOf({ rules: [stricter, rest] }))).toStrictEqual([
      "tag decides",
      "rest not reached",
    ]);
    expect(outcomes(policyOf({ rules: [looser, rest] }))).toStrictEqual([
      "trusted decides",
      "rest not reached",
    ]);
  });

  it("says which rules make another's verdict stricter", () => {
    const tag = (name: string, changes: object) => ({
      name,
      match: { tags: { environment: "prod" } },
      ...changes,
    });
    const rules = [
      tag("short", { ttl: "PT1H" }),
      tag("loose", { ttl: "P2D" }),
      tag("never", { allow: false }),
    ];
    expect(outcomes(policyOf({ rules: [...rules, { name: "rest", ttl: "PT8H" }] }))).toStrictEqual([
      "short tightens",
      "loose outranked",
      "never decides",
      "rest not reached",
    ]);
  });

  it("always comes to the judge's verdict", () => {
    for (const changes of [
      {},
      { tags: undefined },
      { vmId: vmId("vm-prod-9") },
    ] satisfies Partial<Subject>[]) {
      const { verdict, rules } = explain(subject(changes), policy, now);
      expect(verdict).toStrictEqual(judge(subject(changes), policy, now));
      expect(rules.filter(({ outcome }) => outcome === "decides").map(({ rule }) => rule)).toStrictEqual([
        verdict.rule,
      ]);
    }
  });
});
