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
          "it matches by tag, which the VM's owner can change: without `trustTags` it may only be stricter than what holds without it",
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
      'tag owner is not known and would have to match "x"',
      'tag environment is not known and would have to match "prod"',
      'creator is not known and would have to match "jane*"',
    ]);
  });

  const whyOf = (rule: object, changes: Partial<Subject> = {}) => {
    const { rules } = explain(
      subject(changes),
      policyOf({ rules: [{ name: "r", ...rule }, { name: "rest" }] }),
      now,
    );
    return [rules[0]?.outcome, ...(rules[0]?.why ?? [])];
  };

  it("says what was found for each thing that was asked for", () => {
    expect(whyOf({ match: { subscription: "2*", resourceGroup: "rg-prod" } })).toStrictEqual([
      "does not match",
      'subscription "11111111-0000-4000-8000-000000000001" does not match "2*"',
      'resourceGroup "rg-Hub" does not match "rg-prod"',
    ]);
    expect(whyOf({ match: { bastion: "**/other" } })[1]).toContain(
      '/bastionHosts/bas-hub" does not match "**/other"',
    );
    const tags = { env: "dev", "env ": "test", Owner: "jane" };
    expect(whyOf({ match: { tags: { ENV: "prod", owner: "x" } } }, { tags })).toStrictEqual([
      "does not match",
      'tag ENV "dev, test" does not match "prod"',
      'tag owner "jane" does not match "x"',
    ]);
    expect(whyOf({ match: { tags: { env: "test" } }, ttl: "PT1H" }, { tags })).toStrictEqual([
      "tightens",
      'tag env "dev, test" matches "test"',
    ]);
    expect(
      whyOf({ match: { creator: "jane*" } }, { attribution: { kind: "ambiguous", candidates: [] } }),
    ).toStrictEqual(["not known", 'creator is not known and would have to match "jane*"']);
  });

  it("says until when a rule was valid that ended before", () => {
    expect(whyOf({ validUntil: "2026-11-20T08:00Z" })).toStrictEqual([
      "does not match",
      "it was valid until 2026-11-20 08:00:00 UTC",
    ]);
  });

  it("says of a rule that does not match that it does not, whoever made the link", () => {
    const attribution = { kind: "unknown", searched: "creation" } as const;
    expect(whyOf({ match: { creator: "jane*", vm: "**/vm-prod-*" } }, { attribution })[0]).toBe(
      "does not match",
    );
  });

  it("says that a rule matches only by a name that anybody may have chosen, or only some of those who may have made it", () => {
    const claimed = { match: { creator: "*@partner.example" }, ttl: "P2D" };
    expect(whyOf(claimed)).toStrictEqual([
      "outranked",
      "it matches the creator by a name that Entra may not have verified: it may only be stricter than what holds without it",
    ]);
    expect(whyOf({ ...claimed, ttl: "PT1H" })).toStrictEqual([
      "tightens",
      'creator "jane_partner.example#EXT#@contoso.example, 22222222-0000-4000-8000-000000000007, jane@partner.example, Jane" matches in part "*@partner.example"',
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
    const none = policyOf({ rules: [{ name: "a", match: { vm: "**/nothing" } }] });
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

  it("lets a rule that matches by tag tighten where it is stricter, and decide where it is trusted", () => {
    const stricter = { name: "tag", match: { tags: { ENVIRONMENT: "p*" } }, ttl: "PT1H" };
    const looser = { name: "trusted", match: { tags: { environment: "prod" } }, ttl: "P2D", trustTags: true };
    const rest = { name: "rest", ttl: "PT8H" };
    expect(outcomes(policyOf({ rules: [stricter, rest] }))).toStrictEqual(["tag tightens", "rest decides"]);
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
      "never tightens",
      "rest decides",
    ]);
  });

  const omar = { ...jane, objectId: "omar", userPrincipalName: "omar@contoso.example", name: "Omar" };

  it.each([
    ["nobody is known", { kind: "unknown", searched: "creation" }, ["hers not known", "rest decides"]],
    [
      "she may have made it",
      { kind: "ambiguous", candidates: [jane, omar] },
      ["hers tightens", "rest decides"],
    ],
    [
      "others may have",
      { kind: "ambiguous", candidates: [omar], others: true },
      ["hers not known", "rest decides"],
    ],
    ["others did", { kind: "ambiguous", candidates: [omar] }, ["hers does not match", "rest decides"]],
  ] as const)("says of a rule by creator what it waits for where %s", (_, attribution, expected) => {
    const hers = { name: "hers", match: { creator: jane.objectId }, ttl: "PT1H" };
    expect(outcomes(policyOf({ rules: [hers, { name: "rest" }] }), { attribution })).toStrictEqual(expected);
  });

  it("says that a rule which matches not all who may have made the link loosens nothing", () => {
    const hers = { name: "hers", match: { creator: jane.objectId }, ttl: "P2D" };
    const attribution = { kind: "ambiguous", candidates: [jane, omar] } as const;
    expect(
      explain(subject({ attribution }), policyOf({ rules: [hers, { name: "rest" }] }), now).rules[0],
    ).toStrictEqual({
      rule: "hers",
      outcome: "outranked",
      why: [
        "it does not match everyone who may have created the link: it may only be stricter than what holds without it",
      ],
    });
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
