import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultPolicyJson, parsePolicy } from "../../../../src/core/domain/policy/parse-policy.ts";
import {
  judge,
  longestLifetime,
  longestWarning,
  matchesByTag,
  policyName,
  type Policy,
} from "../../../../src/core/domain/policy/policy.ts";
import type { Subject } from "../../../../src/core/domain/policy/conditions.ts";
import { parseDuration } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { jane, vmId } from "../../../memory/samples.ts";
import { policyOf } from "../../../memory/watchdog.ts";

const now = at("2026-11-21T08:00:00Z");
const known = {
  kind: "known",
  caller: jane,
  eventId: "e",
  reportedAt: now,
  correlationId: undefined,
} as const;
const subject = (changes: Partial<Subject> = {}): Subject => ({
  bastionId:
    "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-Net/providers/Microsoft.Network/bastionHosts/bas-hub",
  vmId: vmId("vm-staging-01"),
  tags: undefined,
  attribution: { kind: "unknown", searched: "creation" },
  ...changes,
});
/** The rule that a verdict is owed to: the one that tightens it, else the base. */
const rule = (policy: Policy, changes: Partial<Subject> = {}, moment = now) => {
  const { rule: base, tightenedBy } = judge(subject(changes), policy, moment);
  return tightenedBy[0] ?? base;
};
const problemOf = (policy: unknown): string => {
  const parsed = parsePolicy(typeof policy === "string" ? policy : JSON.stringify(policy));
  return "problem" in parsed ? parsed.problem : "no problem";
};

describe("A policy", () => {
  it("that is the default allows eight hours and is enforced", () => {
    const parsed = parsePolicy(defaultPolicyJson);
    expect(parsed).toMatchObject({
      policy: { preexistingGrace: 604_800_000, maxRevocationsPerHour: 20, rules: [{ name: "default" }] },
    });
    expect("policy" in parsed && judge(subject(), parsed.policy, now)).toMatchObject({
      rule: "default",
      allowed: true,
      ttl: 28_800_000,
      warnBefore: 7_200_000,
      mode: "enforce",
      severity: undefined,
      channels: [],
      fallback: [],
    });
  });

  it.each`
    bytes      | problem
    ${131_055} | ${"no problem"}
    ${131_056} | ${"is 131056 bytes long, and at most 131055 fit into a setting (128 KiB with its name)"}
  `("of $bytes bytes: $problem", ({ bytes, problem }: { bytes: number; problem: string }) => {
    expect(problemOf('{"rules":[{"name":"\u00e4"}]}'.padEnd(bytes - 1))).toBe(problem);
  });

  it("lets a VM be open as long as its most generous rule, or none, and is kept by its hash", () => {
    expect(longestLifetime(policyOf({ rules: [{ name: "a", ttl: "PT1H" }] }))).toBe(864_000_000);
    const rules = [
      { name: "a", ttl: "P40D" },
      { name: "b", maxLifetime: "P20D" },
    ];
    expect(longestLifetime(policyOf({ rules }))).toBe(3_456_000_000);
    expect(longestWarning(policyOf({ rules }))).toBe(14_400_000);
    expect(longestWarning(policyOf({ rules: [{ name: "a", ttl: "P2D", warnBefore: "P1D" }] }))).toBe(
      86_400_000,
    );
    expect(longestWarning(policyOf({ rules: [{ name: "a", ttl: "PT1H" }] }))).toBe(7_200_000);
    expect(policyName({ hash: "df40" })).toBe("policies/df40.json");
  });

  it("is known by a hash of its text, so that any change shows", () => {
    const hash = (text: string) => {
      const parsed = parsePolicy(text);
      return "policy" in parsed ? parsed.policy.hash : undefined;
    };
    expect(hash('{"rules":[{"name":"a"}]}')).toBe(
      "df40296bf01de8b7f01053080ad15addfb3d0ea18559e262f536397c2d47d01a",
    );
    expect(hash('{"rules":[{"name":"a"}] }')).not.toBe(hash('{"rules":[{"name":"a"}]}'));
  });

  it.each([
    ["no JSON", "rules: []", "is not JSON"],
    ["cut off", '{"rules":[', "is not JSON"],
    ["nothing", "null", "A policy must be an object in { }"],
    ["a list", [], "A policy must be an object in { }"],
    ["without rules", {}, "→ at rules"],
    ["of no rules", { rules: [] }, "rules must hold at least one rule"],
    [
      "with a field that is none",
      { rules: [{ name: "a" }], grace: "P1D" },
      '"grace" is not a field of a policy: there are $schema, rules, preexistingGrace',
    ],
    [
      "with a misspelt rule",
      { rules: [{ name: "a", tll: "PT1H" }] },
      '"tll" is not a field of a rule: did you mean ttl?',
    ],
    [
      "with a misspelt match",
      { rules: [{ name: "a", match: { vmName: "x" } }] },
      '"vmName" is not a field of match: there are subscription, resourceGroup',
    ],
    ["with a rule without a name", { rules: [{ ttl: "PT1H" }] }, "→ at rules[0].name"],
    ["with an empty name", { rules: [{ name: "" }] }, "→ at rules[0].name"],
    [
      "with a ttl that is none",
      { rules: [{ name: "a", ttl: "8h" }] },
      "ttl is not written like PT8H (hours)",
    ],
    ["with a ttl of zero", { rules: [{ name: "a", ttl: "PT0S" }] }, "→ at rules[0].ttl"],
    ["with a ttl of a month", { rules: [{ name: "a", ttl: "P1M" }] }, "→ at rules[0].ttl"],
    ["with a ttl beyond all dates", { rules: [{ name: "a", ttl: "P999999999D" }] }, "→ at rules[0].ttl"],
    [
      "with a number for a ttl",
      { rules: [{ name: "a", ttl: 8 }] },
      'ttl must be text in quotes, like "PT8H"',
    ],
    [
      "with a date that is none",
      { rules: [{ name: "a", validUntil: "2026-02-30" }] },
      "validUntil is not a date of the calendar",
    ],
    [
      "with an unknown mode",
      { rules: [{ name: "a", mode: "report" }] },
      'mode must be "enforce" or "observe"',
    ],
    [
      "with an unknown severity",
      { rules: [{ name: "a", severity: "loud" }] },
      'severity must be "low", "medium" or "high"',
    ],
    ["with an empty glob", { rules: [{ name: "a", match: { vm: "" } }] }, "→ at rules[0].match.vm"],
    [
      "with a glob of 513 characters",
      { rules: [{ name: "a", match: { vm: "*".repeat(513) } }] },
      "→ at rules[0].match.vm",
    ],
    [
      "with a breaker of zero",
      { rules: [{ name: "a" }], maxRevocationsPerHour: 0 },
      "→ at maxRevocationsPerHour",
    ],
    [
      "with a breaker of a half",
      { rules: [{ name: "a" }], maxRevocationsPerHour: 0.5 },
      "→ at maxRevocationsPerHour",
    ],
    ["with a text for allow", { rules: [{ name: "a", allow: "no" }] }, "→ at rules[0].allow"],
  ])("%s is refused", (_, policy, problem) => {
    expect(problemOf(policy)).toContain(problem);
  });

  it("that is refused names every problem, and repeats no value", () => {
    const problem = problemOf({
      rules: [{ name: "a", ttl: "secret-1", validUntil: "secret-2" }, { mode: "secret-3" }],
    });
    expect(problem.match(/✖/g)).toHaveLength(4);
    expect(problem).not.toContain("secret");
    expect(problemOf('{"rules": secret}')).not.toContain("secret");
  });

  it("asks for tags only if a rule does", () => {
    expect(matchesByTag(policyOf({ rules: [{ name: "a", match: { vm: "**" } }] }))).toBe(false);
    const byTag = { name: "a", match: { tags: { env: "prod" } } };
    expect(matchesByTag(policyOf({ rules: [byTag, { name: "b" }] }))).toBe(true);
  });
});

describe("A rule", () => {
  it("that matches first decides", () => {
    const policy = policyOf({
      rules: [
        { name: "one", match: { vm: "**/vm-prod-*" } },
        { name: "two", match: { vm: "**" } },
        { name: "three" },
      ],
    });
    expect(rule(policy)).toBe("two");
    expect(rule(policy, { vmId: vmId("VM-PROD-7") })).toBe("one");
  });

  it("that no link matches leaves the built-in default: eight hours, enforced", () => {
    const policy = policyOf({ rules: [{ name: "one", match: { vm: "**/vm-prod-*" }, ttl: "P1D" }] });
    expect(judge(subject(), policy, now)).toMatchObject({
      rule: "none matched: built-in default",
      allowed: true,
      ttl: 28_800_000,
      mode: "enforce",
    });
  });

  it.each`
    match                                                       | matches
    ${{ subscription: "11111111-0000-4000-8000-000000000001" }} | ${true}
    ${{ subscription: "2*" }}                                   | ${false}
    ${{ resourceGroup: "RG-HUB" }}                              | ${true}
    ${{ resourceGroup: "rg" }}                                  | ${false}
    ${{ bastion: "**/bas-*" }}                                  | ${true}
    ${{ bastion: "**/hub" }}                                    | ${false}
    ${{ vm: "/subscriptions/*/resourceGroups/rg-*/**" }}        | ${true}
    ${{ vm: "**/virtualmachines/VM-STAGING-01" }}               | ${true}
    ${{ vm: "/subscriptions/*/*/*/*/*/*/vm-staging-02" }}       | ${false}
    ${{ vm: "**/vm-staging-01", resourceGroup: "rg-other" }}    | ${false}
    ${{}}                                                       | ${true}
  `("matching $match: $matches", ({ match, matches }: { match: object; matches: boolean }) => {
    expect(rule(policyOf({ rules: [{ name: "it", match }] })) === "it").toBe(matches);
  });

  it.each`
    creator                    | attribution                                        | matches
    ${"*@contoso.example"}     | ${known}                                           | ${true}
    ${"JANE_*"}                | ${known}                                           | ${true}
    ${"22222222-0000-4000-8*"} | ${known}                                           | ${true}
    ${"jane"}                  | ${known}                                           | ${true}
    ${"*@partner.example"}     | ${known}                                           | ${true}
    ${"bob"}                   | ${known}                                           | ${false}
    ${"**"}                    | ${{ kind: "unknown", searched: "creation" }}       | ${false}
    ${"**"}                    | ${{ kind: "ambiguous", candidates: [] }}           | ${false}
    ${"22222222-0000-4000-8*"} | ${{ kind: "ambiguous", candidates: [jane, jane] }} | ${true}
  `(
    "for creator $creator and a creator that is $attribution.kind: $matches",
    (row: { creator: string; attribution: Subject["attribution"]; matches: boolean }) => {
      const policy = policyOf({ rules: [{ name: "it", match: { creator: row.creator }, ttl: "PT1H" }] });
      expect(rule(policy, { attribution: row.attribution }) === "it").toBe(row.matches);
    },
  );

  it.each`
    moment                        | decides
    ${"2026-12-04T17:59:59.999Z"} | ${"until Friday"}
    ${"2026-12-04T18:00:00.000Z"} | ${"else"}
    ${"2026-12-04T18:00:00.001Z"} | ${"else"}
  `(
    "with an end is over at $moment: $decides",
    ({ moment, decides }: { moment: string; decides: string }) => {
      const policy = policyOf({
        rules: [{ name: "until Friday", validUntil: "2026-12-04T18:00Z" }, { name: "else" }],
      });
      expect(rule(policy, {}, at(moment))).toBe(decides);
    },
  );

  it.each`
    ttl        | warnBefore   | milliseconds
    ${"PT8H"}  | ${undefined} | ${7_200_000}
    ${"PT1H"}  | ${undefined} | ${900_000}
    ${"PT59M"} | ${undefined} | ${900_000}
    ${"PT61M"} | ${undefined} | ${915_000}
    ${"PT16H"} | ${undefined} | ${14_400_000}
    ${"P7D"}   | ${undefined} | ${14_400_000}
    ${"PT10M"} | ${undefined} | ${600_000}
    ${"PT8H"}  | ${"PT5M"}    | ${300_000}
    ${"PT1H"}  | ${"PT2H"}    | ${3_600_000}
  `(
    "of $ttl with $warnBefore warns $milliseconds ms before",
    (row: { ttl: string; warnBefore: string | undefined; milliseconds: number }) => {
      const policy = policyOf({ rules: [{ name: "it", ttl: row.ttl, warnBefore: row.warnBefore }] });
      expect(judge(subject(), policy, now).warnBefore).toBe(row.milliseconds);
    },
  );
});

describe("A rule for one VM", () => {
  const one = { name: "one", match: { vm: vmId("VM-1") } };
  const all = { name: "all", match: { vm: "**/vm-*" } };

  it("holds for that one, and not before one that stands before it", () => {
    expect(rule(policyOf({ rules: [one, all] }), { vmId: vmId("vm-1") })).toBe("one");
    expect(rule(policyOf({ rules: [one, all] }), { vmId: vmId("vm-2") })).toBe("all");
    expect(rule(policyOf({ rules: [all, one] }), { vmId: vmId("vm-1") })).toBe("all");
  });

  it("tightens once", () => {
    const tagged = { name: "tagged", match: { ...one.match, tags: { env: "dev" } }, ttl: "PT1H" };
    const given = subject({ vmId: vmId("vm-1"), tags: { env: "dev" } });
    expect(judge(given, policyOf({ rules: [tagged, all] }), now).tightenedBy).toStrictEqual(["tagged"]);
  });
});

describe("A rule that matches by tag", () => {
  const tags = { Env: "Dev" };
  const match = { tags: { env: "d*" } };

  it.each`
    vmTags                            | matches
    ${{ Env: "Dev" }}                 | ${true}
    ${{ ENV: "DEV", other: "1" }}     | ${true}
    ${{ env: "prod" }}                | ${false}
    ${{ environment: "dev" }}         | ${false}
    ${{ " env": "dev " }}             | ${true}
    ${{ env: "prod", "env ": "dev" }} | ${true}
    ${{}}                             | ${false}
    ${undefined}                      | ${false}
  `("applies to $vmTags: $matches", ({ vmTags, matches }: { vmTags: Subject["tags"]; matches: boolean }) => {
    const policy = policyOf({ rules: [{ name: "it", match, ttl: "PT1H" }, { name: "else" }] });
    expect(rule(policy, { tags: vmTags }) === "it").toBe(matches);
  });

  it("compares letters with two accents, however those are put together", () => {
    const policy = policyOf({
      rules: [{ name: "it", match: { tags: { city: "Vi\u1ec7t" } }, ttl: "PT1H" }, { name: "else" }],
    });
    expect(rule(policy, { tags: { city: "Vie\u0323\u0302t" } })).toBe("it");
  });

  it.each`
    tagged                                  | otherwise              | decides
    ${{ ttl: "PT7H59M" }}                   | ${{ ttl: "PT8H" }}     | ${"tagged"}
    ${{ ttl: "PT8H" }}                      | ${{ ttl: "PT8H" }}     | ${"otherwise"}
    ${{ ttl: "PT8H1S" }}                    | ${{ ttl: "PT8H" }}     | ${"otherwise"}
    ${{ allow: false }}                     | ${{ allow: true }}     | ${"tagged"}
    ${{ allow: true }}                      | ${{ allow: false }}    | ${"otherwise"}
    ${{ mode: "observe" }}                  | ${{ mode: "enforce" }} | ${"otherwise"}
    ${{ mode: "enforce" }}                  | ${{ mode: "observe" }} | ${"tagged"}
    ${{ mode: "observe" }}                  | ${{ mode: "observe" }} | ${"otherwise"}
    ${{ ttl: "P7D", trustTags: true }}      | ${{ ttl: "PT8H" }}     | ${"tagged"}
    ${{ mode: "observe", trustTags: true }} | ${{ mode: "enforce" }} | ${"tagged"}
  `(
    "only tightens: $tagged over $otherwise gives $decides",
    (row: { tagged: object; otherwise: object; decides: string }) => {
      const policy = policyOf({
        rules: [
          { name: "tagged", match, ...row.tagged },
          { name: "otherwise", ...row.otherwise },
        ],
      });
      expect(rule(policy, { tags })).toBe(row.decides);
    },
  );

  it("loosens not even the built-in default", () => {
    const policy = policyOf({ rules: [{ name: "tagged", match, ttl: "P7D" }] });
    expect(rule(policy, { tags })).toBe("none matched: built-in default");
  });
});

describe("A rule that matches by a name that Entra may not have verified", () => {
  const guest = {
    ...jane,
    objectId: "22222222-0000-4000-8000-0000000000aa",
    appId: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
    userPrincipalName: undefined,
    accountName: "jane@partner.example",
    mail: "jane.doe@partner.example",
    name: "Jane Doe",
  };
  const attribution = { ...known, caller: guest };

  it.each`
    creator                                   | ruled                  | otherwise           | decides
    ${"*@partner.example"}                    | ${{ allow: false }}    | ${{ ttl: "PT8H" }}  | ${"ruled"}
    ${"*@partner.example"}                    | ${{ allow: false }}    | ${{ ttl: "PT4H" }}  | ${"ruled"}
    ${"jane.doe@*"}                           | ${{ ttl: "PT1H" }}     | ${{ ttl: "PT8H" }}  | ${"ruled"}
    ${"Jane Doe"}                             | ${{ ttl: "PT1H" }}     | ${{ ttl: "PT8H" }}  | ${"ruled"}
    ${"c44b4083-*"}                           | ${{ ttl: "PT1H" }}     | ${{ ttl: "PT8H" }}  | ${"ruled"}
    ${"*@partner.example"}                    | ${{ ttl: "P2D" }}      | ${{ ttl: "PT8H" }}  | ${"otherwise"}
    ${"*@partner.example"}                    | ${{ mode: "observe" }} | ${{}}               | ${"otherwise"}
    ${"*@partner.example"}                    | ${{ allow: true }}     | ${{ allow: false }} | ${"otherwise"}
    ${"c44b4083-*"}                           | ${{ ttl: "P2D" }}      | ${{ ttl: "PT8H" }}  | ${"otherwise"}
    ${"22222222-0000-4000-8000-0000000000aa"} | ${{ ttl: "P2D" }}      | ${{ ttl: "PT8H" }}  | ${"ruled"}
  `(
    "only tightens: $creator with $ruled over $otherwise gives $decides",
    (row: { creator: string; ruled: object; otherwise: object; decides: string }) => {
      const policy = policyOf({
        rules: [
          { name: "ruled", match: { creator: row.creator }, ...row.ruled },
          { name: "otherwise", ...row.otherwise },
        ],
      });
      expect(rule(policy, { attribution })).toBe(row.decides);
    },
  );

  it("is as strict as what would hold without it, and louder", () => {
    const policy = policyOf({
      rules: [
        { name: "partners", match: { creator: "*@partner.example" }, allow: false, severity: "low" },
        { name: "rest", ttl: "PT4H", endSessions: true, severity: "medium" },
      ],
    });
    expect(judge(subject({ attribution }), policy, now)).toMatchObject({
      rule: "rest",
      tightenedBy: ["partners"],
      allowed: false,
      ttl: 14_400_000,
      endSessions: true,
      severity: "medium",
    });
  });

  const tagged = { name: "tagged", match: { tags: { env: "prod" } }, allow: false };
  const named = (changes: object) => ({ name: "named", match: { creator: "*@partner.example" }, ...changes });

  it.each([
    ["loosens", { ttl: "P2D" }],
    ["is a little stricter", { ttl: "PT7H" }],
    ["forbids, too", { allow: false }],
  ])("keeps no other from being stricter where it %s", (_, changes) => {
    for (const rules of [
      [named(changes), tagged],
      [tagged, named(changes)],
    ]) {
      const policy = policyOf({ rules: [...rules, { name: "rest", ttl: "PT8H" }] });
      expect(judge(subject({ attribution, tags: { env: "prod" } }), policy, now).allowed).toBe(false);
    }
  });

  it("adds to what other such rules make stricter", () => {
    const policy = policyOf({
      rules: [
        named({ ttl: "PT1H", channels: ["mail"] }),
        {
          name: "tagged",
          match: { tags: { env: "prod" } },
          mode: "enforce",
          endSessions: true,
          channels: ["webhook"],
        },
        { name: "rest", ttl: "PT8H", mode: "observe", channels: ["teams"] },
      ],
    });
    expect(judge(subject({ attribution, tags: { env: "prod" } }), policy, now)).toMatchObject({
      rule: "rest",
      tightenedBy: ["named", "tagged"],
      ttl: 3_600_000,
      mode: "enforce",
      endSessions: true,
      channels: ["teams", "mail", "webhook"],
    });
  });

  it("may loosen for software, whose app id no one else has", () => {
    const app = { ...guest, kind: "service-principal", accountName: undefined, mail: undefined } as const;
    const policy = policyOf({
      rules: [{ name: "pipeline", match: { creator: "c44b4083-*" }, ttl: "P2D" }, { name: "rest" }],
    });
    expect(rule(policy, { attribution: { ...known, caller: app } })).toBe("pipeline");
  });
});

describe("A rule that matches by tag, without trustTags,", () => {
  const policy = policyOf({
    rules: [
      {
        name: "tagged",
        match: { tags: { env: "prod" } },
        ttl: "PT1H",
        severity: "low",
        channels: ["mail"],
        maxLifetime: "P30D",
      },
      {
        name: "rest",
        ttl: "PT8H",
        severity: "medium",
        channels: ["teams"],
        endSessions: true,
        maxLifetime: "P2D",
      },
    ],
  });

  it("shortens, and neither hushes, redirects nor prolongs", () => {
    const attribution = { kind: "unknown", searched: "creation" } as const;
    expect(
      judge(
        { bastionId: "/b", vmId: vmId("vm"), tags: { ENV: "prod" }, attribution },
        policy,
        at("2026-11-21T08:00:00Z"),
      ),
    ).toMatchObject({
      rule: "rest",
      tightenedBy: ["tagged"],
      ttl: 3_600_000,
      severity: "medium",
      channels: ["teams", "mail"],
      endSessions: true,
      maxLifetime: 172_800_000,
    });
  });
});

describe("Of ttl and maxLifetime", () => {
  it.each`
    ttl          | maxLifetime  | lives      | mayBeOpen
    ${undefined} | ${undefined} | ${"PT8H"}  | ${"P10D"}
    ${undefined} | ${"PT4H"}    | ${"PT4H"}  | ${"PT4H"}
    ${undefined} | ${"P2D"}     | ${"PT8H"}  | ${"P2D"}
    ${"P2D"}     | ${"P1D"}     | ${"P1D"}   | ${"P1D"}
    ${"PT1H"}    | ${"P1D"}     | ${"PT1H"}  | ${"P1D"}
    ${"PT1H"}    | ${undefined} | ${"PT1H"}  | ${"P10D"}
    ${"P20D"}    | ${undefined} | ${"P20D"}  | ${"P20D"}
    ${"P20D"}    | ${"P60D"}    | ${"P20D"}  | ${"P60D"}
    ${"PT8H"}    | ${"PT10M"}   | ${"PT10M"} | ${"PT10M"}
  `(
    "stated as $ttl and $maxLifetime the stricter holds: a link lives $lives, its VM may be open $mayBeOpen",
    (row: Record<"ttl" | "maxLifetime" | "lives" | "mayBeOpen", string | undefined>) => {
      const { ttl, maxLifetime, lives = "", mayBeOpen = "" } = row;
      const stated = { ...(ttl && { ttl }), ...(maxLifetime && { maxLifetime }) };
      const verdict = judge(
        {
          bastionId: "/b",
          vmId: vmId("vm"),
          tags: {},
          attribution: { kind: "unknown", searched: "creation" },
        },
        policyOf({ rules: [{ name: "one", ...stated }] }),
        at("2026-11-21T08:00:00Z"),
      );
      expect(verdict.ttl).toBe(parseDuration(lives));
      expect(verdict.maxLifetime).toBe(parseDuration(mayBeOpen));
      expect(verdict.warnBefore).toBeLessThanOrEqual(verdict.ttl);
    },
  );

  it("one default is in force everywhere: code, file, and what a rule leaves out", () => {
    const infra = readFileSync("infra/watchdog-policy.json", "utf8");
    for (const text of [defaultPolicyJson, infra, '{"rules":[{"name":"default"}]}']) {
      const parsed = parsePolicy(text);
      const rules = "policy" in parsed ? parsed.policy.rules : [];
      expect(rules[0]?.maxLifetime ?? 864_000_000).toBe(864_000_000);
      expect(rules[0]?.ttl ?? 28_800_000).toBe(28_800_000);
    }
  });
});
