import { describe, expect, it } from "vitest";
import {
  forbiddenByCreator,
  forbiddenPastCreators,
  idleRules,
  shadowedRules,
} from "../../../../src/core/domain/policy/without-effect.ts";
import { policyOf } from "../../../memory/watchdog.ts";

const prod = { resourceGroup: "rg-prod" };
const tagged = { tags: { env: "prod" } };
const named = (...rules: readonly object[]) =>
  policyOf({ rules: rules.map((rule, index) => ({ name: `rule ${index}`, ...rule })) });
const pairs = (found: ReturnType<typeof shadowedRules>) =>
  found.map(({ rule, by }) => `${rule.name} by ${by.name}`);

describe("A rule is always shadowed", () => {
  it.each([
    ["a catch-all before it", {}, { match: prod }, true],
    ["the same pattern, spelled otherwise", { match: { resourceGroup: "RG-Prod" } }, { match: prod }, true],
    ["a wider pattern", { match: { resourceGroup: "rg-*" } }, { match: prod }, true],
    [
      "a wider place",
      { match: { vm: "/subscriptions/1/**" } },
      { match: { vm: "/subscriptions/1/resourceGroups/*/**" } },
      true,
    ],
    ["everything", { match: { vm: "**" } }, { match: { vm: "**/vm-?" } }, true],
    [
      "the very same pattern",
      { match: { resourceGroup: "rg-*" } },
      { match: { resourceGroup: "rg-*" } },
      true,
    ],
    [
      "as long validity",
      { match: prod, validUntil: "2030-01-01" },
      { match: prod, validUntil: "2030-01-01" },
      true,
    ],
    ["one field less", { match: prod }, { match: { ...prod, creator: "jane@*" } }, true],
    [
      "trusted tags, and the same asked for",
      { match: tagged, trustTags: true },
      { match: { tags: { ENV: "prod" } } },
      true,
    ],
    [
      "longer validity",
      { match: prod, validUntil: "2030-01-02" },
      { match: prod, validUntil: "2030-01-01" },
      true,
    ],
    ["a narrower pattern", { match: prod }, { match: { resourceGroup: "rg-*" } }, false],
    ["one field more", { match: { ...prod, bastion: "**/b" } }, { match: prod }, false],
    [
      "another pattern with a star",
      { match: { resourceGroup: "rg-*d" } },
      { match: { resourceGroup: "rg-p*" } },
      false,
    ],
    [
      "a star that stays in its segment",
      { match: { vm: "**/rg-*/*/*/*/*" } },
      { match: { vm: "**/rg-*/**" } },
      false,
    ],
    ["another field", { match: { bastion: "**" } }, { match: { vm: "**/vm-?" } }, false],
    ["one letter", { match: { resourceGroup: "rg-?" } }, { match: { resourceGroup: "rg-*" } }, false],
    [
      "more behind any segments",
      { match: { vm: "/subscriptions/1/**/vm-1" } },
      { match: { vm: "/subscriptions/1/**" } },
      false,
    ],
    [
      "an earlier end",
      { match: prod, validUntil: "2030-01-01" },
      { match: prod, validUntil: "2030-01-02" },
      false,
    ],
    ["a creator", { match: { creator: "jane@*" } }, { match: { creator: "jane@*" } }, false],
    ["tags that nobody vouches for", { match: tagged }, { match: tagged }, false],
    ["shorter validity", { match: prod, validUntil: "2030-01-01" }, { match: prod }, false],
  ] as const)("%s: %#", (_, before, rule, isShadowed) => {
    expect(pairs(shadowedRules(named(before, rule)))).toStrictEqual(isShadowed ? ["rule 1 by rule 0"] : []);
  });
});

describe("A rule can never have an effect", () => {
  const idle = (...rules: readonly object[]) => idleRules(named(...rules)).map(({ name }) => name);
  it.each([
    ["by tag and looser", { match: tagged, ttl: "P2D" }, ["rule 0"]],
    ["by tag and alike", { match: tagged, ttl: "PT8H" }, ["rule 0"]],
    ["by tag and observing", { match: tagged, mode: "observe" }, ["rule 0"]],
    ["by tag, and it states nothing", { match: tagged }, ["rule 0"]],
    ["by display name and looser", { match: { creator: "Jane Doe" }, ttl: "P2D" }, ["rule 0"]],
    ["by tag and shorter", { match: tagged, ttl: "PT1H" }, []],
    ["by tag, looser and louder", { match: tagged, ttl: "P2D", severity: "high" }, []],
    ["by trusted tag", { match: tagged, ttl: "P2D", trustTags: true }, []],
    ["by user principal name", { match: { creator: "jane@contoso.example" }, ttl: "P2D" }, []],
    ["by object ID", { match: { creator: "22222222-0000-4000-8000-000000000007" }, ttl: "P2D" }, []],
    ["by a pattern of names", { match: { creator: "jane*" }, ttl: "P2D" }, []],
    ["by place", { match: prod, ttl: "P2D" }, []],
  ] as const)("%s", (_, rule, expected) => {
    expect(idle(rule, { ttl: "PT8H" })).toStrictEqual(expected);
  });

  it("unless any rule that it can be joined with is looser, the built-in default among them", () => {
    const long = { match: tagged, ttl: "P2D" };
    expect(idle(long, { match: prod, ttl: "P5D" }, { ttl: "PT8H" })).toStrictEqual([]);
    expect(idle(long, { ttl: "PT8H" }, { ttl: "P5D" })).toStrictEqual(["rule 0"]);
    expect(idle(long, { match: prod, ttl: "PT8H" })).toStrictEqual(["rule 0"]);
    expect(idle({ match: tagged, ttl: "PT7H" }, { match: prod, ttl: "PT1H" })).toStrictEqual([]);
    expect(idle(long, { ttl: "PT1H", validUntil: "2030-01-01" }, { ttl: "P5D" })).toStrictEqual([]);
  });

  it("whatever stands before it, or can be no base", () => {
    const [long, longer] = [
      { match: tagged, ttl: "P2D" },
      { match: tagged, ttl: "P5D" },
    ];
    expect(idle({ match: prod, ttl: "P5D" }, long, { ttl: "PT8H" })).toStrictEqual(["rule 1"]);
    expect(idle(long, longer, { ttl: "PT8H" })).toStrictEqual(["rule 0", "rule 1"]);
    expect(idle(long, longer)).toStrictEqual(["rule 0", "rule 1"]);
  });
});

describe("A rule rests on a creator", () => {
  const may = { match: { creator: "oncall*@*" } };
  it.each([
    ["forbids what one before it allows to some", [may, { allow: false }], ["rule 1 by rule 0"]],
    ["by tag as well", [may, { match: tagged, allow: false }], ["rule 1 by rule 0"]],
    ["the other way round", [{ allow: false }, may], []],
    ["one that allows by display name only", [{ match: { creator: "Jane Doe" } }, { allow: false }], []],
    [
      "one about other places",
      [{ match: { creator: "oncall*@*", ...prod } }, { match: { resourceGroup: "rg-dev" }, allow: false }],
      [],
    ],
    ["one that forbids, too", [{ ...may, allow: false }, { allow: false }], []],
    ["one that allows as well", [may, {}], []],
    ["one by place, or by nothing", [{ match: prod }, {}, { allow: false }], []],
    [
      "one about what may be the same place",
      [
        { match: { creator: "oncall*@*", ...prod } },
        { match: { subscription: "11111111-0000-4000-8000-000000000001" }, allow: false },
      ],
      ["rule 1 by rule 0"],
    ],
  ] as const)("%s", (_, rules, expected) => {
    expect(pairs(forbiddenPastCreators(named(...rules)))).toStrictEqual(expected);
  });

  it("where it forbids by creator", () => {
    const found = forbiddenByCreator(
      named({ ...may, allow: false }, may, { match: prod, allow: false }, { allow: false }),
    );
    expect(found.map(({ name }) => name)).toStrictEqual(["rule 0"]);
  });
});
