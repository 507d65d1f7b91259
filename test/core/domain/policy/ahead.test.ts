import { describe, expect, it } from "vitest";
import { noEventYet } from "../../../../src/core/domain/attribution/attribution.ts";
import { firstEnd, spellsOf, type Spell } from "../../../../src/core/domain/policy/ahead.ts";
import type { Subject } from "../../../../src/core/domain/policy/conditions.ts";
import { decidingRules, endsAhead } from "../../../../src/core/domain/policy/deciding-rules.ts";
import { endOfLink, openingSeverity } from "../../../../src/core/domain/policy/fresh-link.ts";
import { judge, type Verdict } from "../../../../src/core/domain/policy/policy.ts";
import { after, hours, minutes } from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, jane, vmId } from "../../../memory/samples.ts";
import { policyOf } from "../../../memory/watchdog.ts";

const today = (time: string) => at(`2026-12-01T${time}Z`);
const now = today("12:00");
const until = (time: string) => `2026-12-01T${time}Z`;
const subject: Subject = {
  bastionId: aBastion("bas-hub").id,
  vmId: vmId("vm-1"),
  tags: {},
  attribution: noEventYet,
};
const policy = policyOf({
  rules: [
    { name: "second", ttl: "PT2H", validUntil: until("15:00") },
    { name: "elsewhere", match: { vm: "**/vm-2" }, validUntil: until("13:30") },
    { name: "tagged", match: { tags: { env: "prod" } }, validUntil: until("14:00") },
    { name: "over", validUntil: until("12:00") },
    { name: "third", validUntil: until("15:00") },
    { name: "last", allow: false },
  ],
});

describe("What a policy will say", () => {
  it("changes where a rule ends that could judge the link, once a moment, in their order", () => {
    expect(endsAhead(subject, policy, now)).toStrictEqual([today("14:00"), today("15:00")]);
    expect(endsAhead(subject, policy, today("14:00"))).toStrictEqual([today("15:00")]);
  });

  it("is judged for each stretch of time", () => {
    const spells = [...spellsOf(subject, policy, { now })];
    expect(spells.map(({ from, until: to, verdict }) => [from, to, verdict.rule])).toStrictEqual([
      [now, today("14:00"), "second"],
      [today("14:00"), today("15:00"), "second"],
      [today("15:00"), undefined, "last"],
    ]);
    const verdict = { ...judge(subject, policy, now), rule: "known" };
    expect([...spellsOf(subject, policy, { now, verdict })][0]?.verdict).toBe(verdict);
  });

  it("rests on the first rule that matches for certain, and those before it that may only tighten", () => {
    const [, , tagged, , third] = policy.rules;
    const prod = { ...subject, tags: { env: "prod" } };
    const rules = policy.rules.filter(({ name }) => name !== "second");
    expect(decidingRules(prod, { rules }, now)).toStrictEqual({ base: third, tighteners: [tagged] });
    expect(decidingRules(subject, { rules }, now)).toStrictEqual({ base: third, tighteners: [] });
    expect(decidingRules(subject, { rules: [] }, now)).toStrictEqual({ base: undefined, tighteners: [] });
  });
});

describe("A link is over", () => {
  const base = judge(subject, policyOf({ rules: [{ name: "rest" }] }), now);
  const verdict = (changes: Partial<Verdict>): Verdict => ({ ...base, ...changes });
  const may = verdict({ ttl: hours(3), warnBefore: minutes(10) });
  const longer = verdict({ ttl: hours(6), warnBefore: minutes(20) });
  const never = verdict({ allowed: false, ttl: hours(4), warnBefore: minutes(30) });
  const decides = verdict({
    ...{ allowed: false, ttl: hours(4), warnBefore: minutes(40) },
    creatorDecides: { forbids: "a", allows: "b" },
  });
  const spells = (...parts: readonly (readonly [from: string, verdict: Verdict])[]): readonly Spell[] =>
    parts.map(([from, one], index) => {
      const next = parts[index + 1]?.[0];
      return { from: today(from), until: next === undefined ? undefined : today(next), verdict: one };
    });
  const end = (one: readonly Spell[]) => firstEnd(one, ({ ttl }) => after(now, ttl));
  const is = (time: string, warnBefore: number, isRulesEnd = false) => ({
    ...{ at: today(time), warnBefore: minutes(warnBefore), isRulesEnd },
  });

  it.each<[string, readonly Spell[], object]>([
    ["when the one rule says so", spells(["12:00", may]), is("15:00", 10)],
    ["before the next rule holds", spells(["12:00", may], ["15:01", longer]), is("15:00", 10)],
    [
      "by the next rule, which holds from that very moment",
      spells(["12:00", may], ["15:00", longer]),
      is("18:00", 20),
    ],
    [
      "at once by the next rule, if that is shorter",
      spells(["12:00", longer], ["15:30", may]),
      is("15:30", 20),
    ],
    ["where the rule ends that allowed it", spells(["12:00", may], ["14:00", never]), is("14:00", 10, true)],
    [
      "only later, where the creator decides then",
      spells(["12:00", may], ["14:00", decides]),
      is("16:00", 40),
    ],
    [
      "as what forbids it says, whatever allows it later",
      spells(["12:00", never], ["14:00", longer]),
      is("16:00", 30),
    ],
    [
      "by what allows it later, where its creator decided",
      spells(["12:00", decides], ["14:00", longer]),
      is("18:00", 20),
    ],
    ["by the third", spells(["12:00", longer], ["13:00", may], ["14:00", never]), is("14:00", 10, true)],
  ])("%s", (_, given, expected) => {
    expect(end(given)).toStrictEqual(expected);
  });

  it("at some time: without any rule nothing could be said", () => {
    expect(() => end([])).toThrow("there is a spell that has no end");
  });

  it.each<[string, object, string]>([
    ["allowed", { ttl: "PT3H" }, "15:00"],
    ["allowed for less than its warning takes", { ttl: "PT5M", warnBefore: "PT5M" }, "12:05"],
    ["forbidden", { allow: false }, "12:00"],
  ])("at once or later, just made, as it is %s", (_, rule, time) => {
    const given = policyOf({ rules: [{ name: "one", ...rule }] });
    expect(endOfLink({ ...subject, createdAt: now }, given, now).at).toBe(today(time));
  });

  it("no sooner than its warning takes, heard of late or with a creator who decides", () => {
    const given = policyOf({ rules: [{ name: "one", ttl: "PT1H", warnBefore: "PT10M" }] });
    expect(endOfLink({ ...subject, createdAt: today("09:00") }, given, now).at).toBe(today("12:10"));
    const byCreator = policyOf({
      rules: [
        { name: "jane may", match: { creator: "jane*" } },
        { name: "nobody else", allow: false, warnBefore: "PT30M" },
      ],
    });
    expect(endOfLink({ ...subject, createdAt: now }, byCreator, now).at).toBe(today("12:30"));
  });

  it.each<[string, Partial<Verdict>, Subject["attribution"], string]>([
    ["allowed", {}, noEventYet, "medium"],
    [
      "allowed, and a guest's",
      {},
      { kind: "ambiguous", candidates: [{ ...jane, kind: "user" }, jane] },
      "high",
    ],
    ["forbidden", { allowed: false }, noEventYet, "high"],
    ["forbidden by a rule that is quiet", { allowed: false, severity: "low" }, noEventYet, "low"],
    [
      "one whose creator decides, whatever the rule says",
      { allowed: false, severity: "low", creatorDecides: { forbids: "a", allows: "b" } },
      noEventYet,
      "high",
    ],
  ])("and its opening as loud as it is %s", (_, changes, attribution, severity) => {
    expect(openingSeverity(verdict(changes), attribution)).toBe(severity);
  });
});
