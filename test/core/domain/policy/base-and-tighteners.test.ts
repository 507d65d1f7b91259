import { describe, expect, it } from "vitest";
import type { Attribution } from "../../../../src/core/domain/attribution/attribution.ts";
import type { Caller } from "../../../../src/core/domain/attribution/signal.ts";
import { isCreatorSettled } from "../../../../src/core/domain/policy/deciding-rules.ts";
import { judge, type Verdict } from "../../../../src/core/domain/policy/policy.ts";
import { fc } from "../../../fast-check.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";
import { policyOf } from "../../../memory/watchdog.ts";

const now = at("2026-11-21T08:00:00Z");
const person = (name: string): Caller => ({
  kind: "user",
  objectId: `22222222-0000-4000-8000-00000000${name.padStart(4, "0").slice(0, 4)}`,
  appId: undefined,
  userPrincipalName: `${name}@contoso.example`,
  name,
  mail: `${name}@mail.example`,
  ipAddress: undefined,
  signInMethods: "unknown",
  role: undefined,
  roleScope: undefined,
});
const [oncall1, oncall2, eve, omar] = ["oncall1", "oncall2", "eve", "omar"].map(person) as [
  Caller,
  Caller,
  Caller,
  Caller,
];
const known = (caller: Caller): Attribution => ({
  kind: "known",
  caller,
  eventId: "e",
  reportedAt: now,
  correlationId: undefined,
});
const among = (...candidates: readonly Caller[]): Attribution => ({ kind: "ambiguous", candidates });
const amongOthers = (...candidates: readonly Caller[]): Attribution => ({
  kind: "ambiguous",
  candidates,
  others: true,
});
const unknown: Attribution = { kind: "unknown", searched: "creation" };

const judged = (
  rules: readonly object[],
  attribution: Attribution = unknown,
  tags: Readonly<Record<string, string>> | undefined = { env: "prod" },
): Verdict =>
  judge({ bastionId: aBastion("b").id, vmId: vmId("vm"), tags, attribution }, policyOf({ rules }), now);

/** What may only tighten, each for another reason. */
const tighteners = [
  ["a tag", { tags: { env: "prod" } }, unknown],
  ["a name that Entra may not have verified", { creator: "*@mail.example" }, known(eve)],
  ["one of those who may have made it", { creator: "eve@*" }, among(eve, omar)],
  ["all who are named, beside others", { creator: "eve@*" }, amongOthers(eve)],
] as const;

describe.each(tighteners)("A rule that matches by %s", (_, match, attribution) => {
  it.each`
    field            | stated                               | base                         | gives
    ${"allowed"}     | ${{ allow: false }}                  | ${{}}                        | ${false}
    ${"allowed"}     | ${{ allow: true }}                   | ${{ allow: false }}          | ${false}
    ${"allowed"}     | ${{}}                                | ${{ allow: false }}          | ${false}
    ${"ttl"}         | ${{ ttl: "PT1H" }}                   | ${{ ttl: "PT8H" }}           | ${3_600_000}
    ${"ttl"}         | ${{ ttl: "PT9H" }}                   | ${{ ttl: "PT8H" }}           | ${28_800_000}
    ${"ttl"}         | ${{ ttl: "PT9H" }}                   | ${{}}                        | ${28_800_000}
    ${"ttl"}         | ${{}}                                | ${{ ttl: "PT12H" }}          | ${43_200_000}
    ${"ttl"}         | ${{ maxLifetime: "PT4H" }}           | ${{ ttl: "PT8H" }}           | ${14_400_000}
    ${"warnBefore"}  | ${{ warnBefore: "PT5M" }}            | ${{ warnBefore: "PT30M" }}   | ${300_000}
    ${"warnBefore"}  | ${{ warnBefore: "PT45M" }}           | ${{ warnBefore: "PT30M" }}   | ${1_800_000}
    ${"warnBefore"}  | ${{}}                                | ${{ warnBefore: "PT30M" }}   | ${1_800_000}
    ${"warnBefore"}  | ${{ warnBefore: "PT5M" }}            | ${{ ttl: "PT8H" }}           | ${300_000}
    ${"warnBefore"}  | ${{ ttl: "PT2H" }}                   | ${{ ttl: "PT8H" }}           | ${1_800_000}
    ${"warnBefore"}  | ${{ ttl: "PT4H" }}                   | ${{ warnBefore: "PT2H" }}    | ${7_200_000}
    ${"maxLifetime"} | ${{ maxLifetime: "P1D" }}            | ${{ maxLifetime: "P2D" }}    | ${86_400_000}
    ${"maxLifetime"} | ${{ maxLifetime: "P30D" }}           | ${{ maxLifetime: "P2D" }}    | ${172_800_000}
    ${"maxLifetime"} | ${{}}                                | ${{ maxLifetime: "P30D" }}   | ${2_592_000_000}
    ${"mode"}        | ${{ mode: "enforce" }}               | ${{ mode: "observe" }}       | ${"enforce"}
    ${"mode"}        | ${{ mode: "observe" }}               | ${{ mode: "enforce" }}       | ${"enforce"}
    ${"mode"}        | ${{ mode: "observe" }}               | ${{}}                        | ${"enforce"}
    ${"mode"}        | ${{}}                                | ${{ mode: "observe" }}       | ${"observe"}
    ${"endSessions"} | ${{ endSessions: true }}             | ${{ endSessions: false }}    | ${true}
    ${"endSessions"} | ${{ endSessions: false }}            | ${{ endSessions: true }}     | ${true}
    ${"severity"}    | ${{ severity: "high" }}              | ${{ severity: "low" }}       | ${"high"}
    ${"severity"}    | ${{ severity: "low" }}               | ${{ severity: "medium" }}    | ${"medium"}
    ${"severity"}    | ${{ severity: "high" }}              | ${{}}                        | ${"high"}
    ${"severity"}    | ${{ severity: "low" }}               | ${{}}                        | ${undefined}
    ${"severity"}    | ${{}}                                | ${{ severity: "low" }}       | ${"low"}
    ${"channels"}    | ${{ channels: ["mail"] }}            | ${{ channels: ["teams"] }}   | ${["teams", "mail"]}
    ${"channels"}    | ${{ channels: ["mail"] }}            | ${{}}                        | ${[]}
    ${"channels"}    | ${{ channels: [] }}                  | ${{ channels: ["teams"] }}   | ${[]}
    ${"channels"}    | ${{}}                                | ${{ channels: ["teams"] }}   | ${["teams"]}
    ${"fallback"}    | ${{ fallback: ["mail"] }}            | ${{ fallback: ["webhook"] }} | ${["webhook", "mail"]}
    ${"fallback"}    | ${{}}                                | ${{ fallback: ["webhook"] }} | ${["webhook"]}
    ${"allowed"}     | ${{ allow: false, ttl: "P2D" }}      | ${{ ttl: "PT1H" }}           | ${false}
    ${"ttl"}         | ${{ allow: false, ttl: "P2D" }}      | ${{ ttl: "PT1H" }}           | ${3_600_000}
    ${"ttl"}         | ${{ mode: "observe", ttl: "PT1H" }}  | ${{ ttl: "PT8H" }}           | ${3_600_000}
    ${"endSessions"} | ${{ ttl: "P2D", endSessions: true }} | ${{ ttl: "PT2H" }}           | ${true}
  `(
    "that states $stated over $base gives $field $gives",
    (row: { field: keyof Verdict; stated: object; base: object; gives: unknown }) => {
      const rules = [
        { name: "tightener", match, ...row.stated },
        { name: "base", ...row.base },
      ];
      const verdict = judged(rules, attribution);
      expect(verdict[row.field]).toStrictEqual(row.gives);
      expect(verdict.rule).toBe("base");
      const without = judged([{ name: "base", ...row.base }], attribution);
      const isStricter =
        JSON.stringify({ ...verdict, ...label }) !== JSON.stringify({ ...without, ...label });
      expect(verdict.tightenedBy).toStrictEqual(isStricter ? ["tightener"] : []);
    },
  );

  it("tightens the built-in default as well, and a rule behind the base tightens nothing", () => {
    const short = { name: "short", match, ttl: "PT1H" };
    expect(judged([short], attribution)).toMatchObject({
      rule: "none matched: built-in default",
      tightenedBy: ["short"],
      ttl: 3_600_000,
    });
    expect(judged([{ name: "base" }, short], attribution)).toMatchObject({
      tightenedBy: [],
      ttl: 28_800_000,
    });
  });
});

/** What says how a verdict came about. */
const label = { rule: "", tightenedBy: [], creatorDecides: undefined };

const everyday = [
  { ttl: "PT1H" },
  { ttl: "P3D" },
  { allow: false },
  { mode: "observe" },
  { endSessions: true },
];

describe("Rules that may only tighten", () => {
  it("come in any order and number to the same verdict, and none makes it looser", () => {
    const rule = fc.record({ kind: fc.nat({ max: 1 }), states: fc.constantFrom(...everyday) });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 5 }), fc.constantFrom(...everyday), (drawn, base) => {
        const rules = drawn.map(({ kind, states }, index) => ({
          name: `rule ${index}`,
          match: kind === 0 ? { tags: { env: "prod" } } : { creator: "*@mail.example" },
          ...states,
        }));
        const bare = judged([{ name: "base", ...base }], known(eve));
        const verdict = judged([...rules, { name: "base", ...base }], known(eve));
        const reversed = judged([...rules.toReversed(), { name: "base", ...base }], known(eve));
        expect({ ...reversed, tightenedBy: [] }).toStrictEqual({ ...verdict, tightenedBy: [] });
        expect(verdict.ttl).toBeLessThanOrEqual(bare.ttl);
        expect([
          verdict.allowed && !bare.allowed,
          verdict.mode === "observe" && bare.mode === "enforce",
        ]).toStrictEqual([false, false]);
      }),
    );
  });
});

const onCallOnly = [
  { name: "on-call may", match: { creator: "oncall*@contoso.example" }, ttl: "PT2H" },
  { name: "nobody else", allow: false },
];
const neverOmar = [
  { name: "never omar", match: { creator: "omar@contoso.example" }, allow: false },
  { name: "rest", ttl: "PT8H" },
];
const prodBehind = [
  { name: "on-call may", match: { creator: "oncall*@contoso.example" }, ttl: "PT2H" },
  { name: "no prod", match: { tags: { env: "prod" } }, allow: false },
  { name: "rest" },
];
const prodBefore = [prodBehind[1], prodBehind[0], prodBehind[2]] as readonly object[];

describe("A rule by creator", () => {
  it.each([
    [
      "in time",
      { rules: onCallOnly, attribution: known(oncall1) },
      { allowed: true, rule: "on-call may", allows: undefined },
    ],
    [
      "another",
      { rules: onCallOnly, attribution: known(eve) },
      { allowed: false, rule: "nobody else", allows: undefined },
    ],
    [
      "nobody",
      { rules: onCallOnly, attribution: unknown },
      { allowed: false, rule: "nobody else", allows: "on-call may" },
    ],
    [
      "either of on-call",
      { rules: onCallOnly, attribution: among(oncall1, oncall2) },
      { allowed: true, rule: "on-call may", allows: undefined },
    ],
    [
      "on-call, or others",
      { rules: onCallOnly, attribution: amongOthers(oncall1, oncall2) },
      { allowed: false, rule: "nobody else", allows: "on-call may" },
    ],
    [
      "on-call or eve",
      { rules: onCallOnly, attribution: among(oncall1, eve) },
      { allowed: false, rule: "nobody else", allows: "on-call may" },
    ],
    [
      "eve or omar",
      { rules: onCallOnly, attribution: among(eve, omar) },
      { allowed: false, rule: "nobody else", allows: undefined },
    ],
    [
      "eve, or others",
      { rules: onCallOnly, attribution: amongOthers(eve) },
      { allowed: false, rule: "nobody else", allows: "on-call may" },
    ],
    [
      "no candidates",
      { rules: onCallOnly, attribution: among() },
      { allowed: false, rule: "nobody else", allows: "on-call may" },
    ],
    [
      "forbidden",
      { rules: neverOmar, attribution: known(omar) },
      { allowed: false, rule: "never omar", allows: undefined },
    ],
    [
      "not forbidden",
      { rules: neverOmar, attribution: known(eve) },
      { allowed: true, rule: "rest", allows: undefined },
    ],
    [
      "perhaps forbidden",
      { rules: neverOmar, attribution: among(omar, eve) },
      { allowed: false, rule: "rest", allows: "rest" },
    ],
    [
      "nobody, perhaps forbidden",
      { rules: neverOmar, attribution: unknown },
      { allowed: true, rule: "rest", allows: undefined },
    ],
    [
      "forbidden, or others",
      { rules: neverOmar, attribution: amongOthers(omar) },
      { allowed: false, rule: "rest", allows: "rest" },
    ],
    [
      "on-call in prod",
      { rules: prodBehind, attribution: known(oncall1) },
      { allowed: true, rule: "on-call may", allows: undefined },
    ],
    [
      "nobody in prod",
      { rules: prodBehind, attribution: unknown },
      { allowed: false, rule: "rest", allows: "on-call may" },
    ],
    [
      "nobody, prod first",
      { rules: prodBefore, attribution: unknown },
      { allowed: false, rule: "rest", allows: undefined },
    ],
    [
      "on-call, prod first",
      { rules: prodBefore, attribution: known(oncall1) },
      { allowed: false, rule: "on-call may", allows: undefined },
    ],
  ] as const)("%s", (_, { rules, attribution }, expected) => {
    const { allowed, rule, creatorDecides } = judged(rules, attribution);
    expect({ allowed, rule, allows: creatorDecides?.allows }).toStrictEqual(expected);
  });

  it("is settled once it is known, or holds for all candidates or for none", () => {
    const { rules } = policyOf({ rules: onCallOnly });
    const settled = [known(eve), among(oncall1, oncall2), among(eve, omar)];
    const open = [unknown, among(), among(oncall1, eve), amongOthers(oncall1), amongOthers(eve)];
    expect(settled.map((one) => isCreatorSettled(one, { rules }))).toStrictEqual([true, true, true]);
    expect(open.map((one) => isCreatorSettled(one, { rules }))).toStrictEqual(open.map(() => false));
    const byMail = policyOf({ rules: [{ name: "vendors", match: { creator: "*@mail.example" } }] });
    expect(isCreatorSettled(known(eve), byMail)).toBe(true);
  });

  it("by names that nobody vouches for leaves nothing open: it cannot allow what is forbidden, whoever has them", () => {
    const byMail = [
      { name: "vendors", match: { creator: "*@mail.example" }, ttl: "PT2H" },
      { name: "nobody else", allow: false },
    ];
    for (const attribution of [known(eve), among(eve, omar)])
      expect(judged(byMail, attribution)).not.toHaveProperty("creatorDecides");
  });

  const ttl = { name: "short in prod", match: { tags: { env: "prod" } }, ttl: "PT1H" };

  it.each<[string, readonly object[], string]>([
    ["the base", [ttl, ...onCallOnly], "nobody else"],
    ["the first that forbids", [onCallOnly[0] as object, ttl, ...prodBehind.slice(1)], "no prod"],
    ["the base, past one that forbids another", [neverOmar[0] as object, ...onCallOnly], "nobody else"],
    [
      "the base, past one that says that it allows",
      [{ ...onCallOnly[0], allow: true }, ...onCallOnly.slice(1)],
      "nobody else",
    ],
  ])("that would allow what is forbidden is named with what forbids it: %s", (_, rules, forbids) => {
    expect(judged(rules, unknown).creatorDecides).toStrictEqual({ forbids, allows: "on-call may" });
  });

  it("that asks for tags that nobody vouches for leaves nothing open", () => {
    const rules = [
      { name: "on-call in dev", match: { creator: "oncall*", tags: { env: "prod" } }, ttl: "PT2H" },
      { name: "nobody else", allow: false },
    ];
    expect(judged(rules, unknown)).not.toHaveProperty("creatorDecides");
    const trusted = [{ ...rules[0], trustTags: true }, rules[1]] as readonly object[];
    expect(judged(trusted, unknown).creatorDecides).toStrictEqual({
      forbids: "nobody else",
      allows: "on-call in dev",
    });
    expect(judged(trusted, unknown, {})).not.toHaveProperty("creatorDecides");
  });
});
