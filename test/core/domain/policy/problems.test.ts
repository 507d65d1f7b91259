import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../../../src/core/domain/policy/parse-policy.ts";

const problemOf = (policy: unknown): string => {
  const parsed = parsePolicy(typeof policy === "string" ? policy : JSON.stringify(policy));
  return "problem" in parsed ? parsed.problem : "no problem";
};
/** What is wrong, without the places. */
const saysOf = (policy: unknown): readonly string[] =>
  [...problemOf(policy).matchAll(/✖ (.*)\n/g)].map(([, says = ""]) => says);
const rule = (changes: object) => ({ rules: [{ name: "r", ...changes }] });

const endOfThatDay = "for the end of that day";
const aZone = "which does not say what its clocks show: write Z (UTC) or an offset like +01:00";
const names =
  "Use letters, digits, _ - . ( ) and the patterns `*`, `**`, `?`; for alternatives write a rule each";
const aDuration = "like PT8H (hours), PT30M (minutes) or P2D (days)";
const fixed = "write days, like P30D; minutes stand behind a T, like PT30M";
const many = "has too many digits, or its units out of order: weeks, days, then T, hours, minutes, seconds";
const utf8 = "has a character that could not be read: save the file as UTF-8";

describe("A policy says what is wrong with it, and what to write:", () => {
  it.each([
    ["2026-12-04T18:00Z ", "has blanks around it"],
    ["\t2026-12-04", "has blanks around it"],
    ["4.12.2026", "does not say which number is the month: write year-month-day, like 2026-12-04T18:00Z"],
    ["12/4/26 18:00", "does not say which number is the month: write year-month-day, like 2026-12-04T18:00Z"],
    ["2026/12/04", `is not an ISO 8601 date like 2026-12-04T18:00Z, or like 2026-12-04 ${endOfThatDay}`],
    ["2026-12-04+01", `has a zone but no time: write 2026-12-04T18:00Z, or 2026-12-04 ${endOfThatDay}`],
    ["2026-12-04 18:00Z", "needs a T between date and time: 2026-12-04T18:00Z"],
    ["2026-12-04T18:00:00.5", "has no zone: write Z (UTC) or an offset like +01:00 behind it"],
    ["2026-12-04T18:00 +01:00", "has a blank before its zone: write 2026-12-04T18:00+01:00"],
    ["2026-12-04T18:00+0100", "has an offset that is not written like +01:00"],
    ["2026-12-04T18:00 Europe/Berlin", `ends in a zone's name, ${aZone}`],
    ["2026-12-04T25:00Z", "is not a date of the calendar: write 2026-12-04T18:00Z"],
  ])("an end of %j", (validUntil, says) => {
    expect(saysOf(rule({ validUntil }))).toStrictEqual([`validUntil ${says}`]);
  });

  it.each([
    [" PT8H", "has blanks around it"],
    ["-PT8H", "must be above zero, and has no sign"],
    ["8 hours", `is not written ${aDuration}, in capitals`],
    ["P1Y2D", `counts in years or months, which have no fixed length: ${fixed}`],
    ["P1D12H", "needs a T before hours, minutes and seconds: PT8H, P1DT12H"],
    ["PT0.0S", "must be above zero; without the field its default holds"],
    ["PT1S1H", many],
    ["8", `is not an ISO 8601 duration ${aDuration}`],
  ])("a length of %j", (ttl, says) => {
    expect(saysOf(rule({ ttl }))).toStrictEqual([`ttl ${says}`]);
  });

  it.each<[object, string]>([
    [{ vm: "" }, "vm is empty"],
    [{ vm: "vm-1" }, "vm is matched against the whole ID of a VM: write **/vm-1 for one by its name"],
    [{ vm: "**/vm 1" }, `vm has a character that Azure names cannot have. ${names}`],
    [
      { vm: "/subscriptions/*/x" },
      "vm has not as many segments as the ID of a VM, and no `**` to stand for several: write **/vm-1, or /** behind a resource group",
    ],
    [{ vm: "*".repeat(513) }, "vm is longer than 512 characters"],
    [
      { bastion: "*/a/b" },
      "bastion has not as many segments as the ID of a bastion, and no `**` to stand for several: write **/bas-1, or /** behind a resource group",
    ],
    [{ resourceGroup: "" }, "resourceGroup is empty"],
    [
      { resourceGroup: "a/b" },
      "resourceGroup is matched against the name of a resource group alone, which has no slash: write rg-prod-*",
    ],
    [{ resourceGroup: "a,b" }, `resourceGroup has a character that Azure names cannot have. ${names}`],
    [{ resourceGroup: "r".repeat(513) }, "resourceGroup is longer than 512 characters"],
    [
      { subscription: "Prod" },
      "subscription is matched against the ID of a subscription, a GUID, not its name: write 11111111-0000-4000-8000-000000000001",
    ],
    [{ creator: "" }, "creator is empty"],
    [{ creator: "a " }, "creator has blanks around it"],
    [{ creator: "a\ufffdb" }, `creator ${utf8}`],
    [{ creator: "a\u0001b" }, "creator has a control character"],
    [{ creator: "c".repeat(513) }, "creator is longer than 512 characters"],
    [{ tags: {} }, "tags names no tag: leave it out"],
    [
      { tags: { "env*": "x" } },
      "env* is the name of a tag, which cannot be a pattern: write a rule for each name",
    ],
    [{ tags: { "a/b": "x" } }, "a/b is not the name of a tag"],
    [{ tags: { env: "" } }, "env is empty"],
    [{ tags: { "a b": 1 } }, 'a b must be text in quotes, like "PT8H"'],
    [{ tags: [] }, "tags must be an object in { }"],
  ])("what it is about, %j", (match, says) => {
    expect(saysOf(rule({ match }))).toStrictEqual([says]);
  });

  it.each<[object, string]>([
    [{ rules: [{}] }, "rule 1 has no name"],
    [{ rules: [{ name: "a" }, { name: "b" }, {}] }, "rule 3 has no name"],
    [{ rules: [{ name: "" }] }, "name is empty"],
    [{ rules: [{ name: "a\ufffd" }] }, `name ${utf8}`],
    [{ rules: [{ name: "n".repeat(101) }] }, "name is longer than 100 characters"],
    [{ rules: [7] }, "rule 1 must be an object in { }"],
    [{ rules: {} }, "rules must be a list in [ ]"],
    [{}, "rules is missing"],
    [rule({ match: 7 }), "match must be an object in { }"],
    [rule({ allow: "no" }), "allow must be true or false, without quotes"],
    [rule({ channels: "teams" }), "channels must be a list in [ ]"],
    [
      rule({ channels: ["mail", " Teams"] }),
      'channels, entry 2 must be "teams", "mail" or "webhook"; did you mean "teams"?',
    ],
    [rule({ mode: true }), 'mode must be "enforce" or "observe"'],
    [{ ...rule({}), maxRevocationsPerHour: 0 }, "maxRevocationsPerHour must be at least 1"],
    [{ ...rule({}), maxRevocationsPerHour: 0.5 }, "maxRevocationsPerHour must be a whole number"],
    [{ ...rule({}), maxRevocationsPerHour: "1" }, "maxRevocationsPerHour must be a number, without quotes"],
    [{ ...rule({}), maxRevocationsPerHour: 1e300 }, "maxRevocationsPerHour must be at most 9007199254740991"],
  ])("%j", (policy, says) => {
    expect(saysOf(policy)).toContain(says);
  });

  const fields =
    "there are name, match, allow, ttl, warnBefore, maxLifetime, mode, severity, channels, fallback, endSessions, validUntil, trustTags";
  it.each([
    ["tll", "did you mean ttl?"],
    ["TTL", "did you mean ttl?"],
    ["alow", "did you mean allow?"],
    ["mdoe", "did you mean mode?"],
    ["warnBeforehand", "did you mean warnBefore?"],
    ["until", "did you mean validUntil?"],
    ["validFrom", "a rule has an end (validUntil), and no beginning"],
    ["Description", "say it in the rule's name"],
    ["enabled", "take the rule out instead"],
    ["action", "write allow: false to forbid, mode: observe to watch only"],
    ["deny", "write allow: false"],
    ["owner", fields],
    ["xx", fields],
  ])("a field %j that a rule does not have", (field, advice) => {
    expect(saysOf(rule({ [field]: "x" }))).toStrictEqual([
      `${JSON.stringify(field)} is not a field of a rule: ${advice}`,
    ]);
  });
});

describe("A policy says what to write of alerts:", () => {
  const kinds = (alerts: object) => ({ ...rule({}), alerts });
  it.each([
    [
      { ...rule({}), silence: ["links-read"] },
      'silence is replaced by alerts: write "alerts": { "links-read": "off" }',
    ],
    [
      { ...rule({}), silence: [] },
      'silence is replaced by alerts: write "alerts": { "links-read": "off", "create-failed": "off" }',
    ],
    [kinds({ "link-read": "off" }), '"link-read" is not a field of alerts: did you mean links-read?'],
    [kinds({ created: "off" }), 'created must be "digest" or "card": only kinds of low severity can be off'],
    [kinds({ expiring: "digest" }), "expiring is always a card: leave it out"],
    [kinds({ "revoke-failed": "off" }), "revoke-failed is always a card: leave it out"],
    [kinds({ revoked: "of" }), 'revoked must be "off", "digest" or "card"; did you mean "off"?'],
    [kinds({ revoked: true }), 'revoked must be "off", "digest" or "card"'],
  ])("%j", (policy, says) => {
    expect(saysOf(policy)).toStrictEqual([says]);
  });
});

describe("A policy says where it is wrong:", () => {
  it.each<[unknown, string]>([
    [[], "the top, line 1, column 1"],
    [{}, "rules, line 1, column 1"],
    [rule({ ttl: 8 }), 'rules[0].ttl, rule "r", line 1, column 29'],
    [rule({ tll: 8 }), 'rules[0].tll, rule "r", line 1, column 23'],
    [rule({ "a b": 8 }), 'rules[0]["a b"], rule "r", line 1, column 23'],
    [rule({ match: { tags: { "9": 1 } } }), 'rules[0].match.tags["9"], rule "r", line 1, column 44'],
    [rule({ match: { tags: { "e*": "x" } } }), 'rules[0].match.tags["e*"], rule "r", line 1, column 40'],
    [rule({ channels: ["x"] }), 'rules[0].channels[0], rule "r", line 1, column 35'],
    [{ ...rule({}), alerts: { created: "off" } }, "alerts.created, line 1, column 45"],
    [{ rules: [{ name: "", ttl: "PT8H" }] }, "rules[0].name, line 1, column 19"],
    [{ rules: [{ name: 7 }] }, "rules[0].name, line 1, column 19"],
    [{ rules: [{ name: "n".repeat(101) }] }, `rules[0].name, rule "${"n".repeat(100)}", line 1, column 19`],
    ['{"rules":[{"name":"a","name":"b"}]}', 'rules[0].name, rule "b", line 1, column 23'],
    ['{\r\n"rules":[{"name":"a"}],\r\n "rules":[{"name":"b"}]}', "rules, line 3, column 2"],
  ])("%j", (policy, place) => {
    expect(problemOf(policy).split("\n")[1]).toBe(`  → at ${place}`);
  });

  it("problem by problem, and names that are there twice first", () => {
    expect(problemOf('{"rules":[{"name":"a","ttl":"8h","ttl":8}],"grace":1}')).toBe(
      [
        '✖ "ttl" is there twice: of two, only the last would count',
        '  → at rules[0].ttl, rule "a", line 1, column 34',
        '✖ ttl must be text in quotes, like "PT8H"',
        '  → at rules[0].ttl, rule "a", line 1, column 40',
        '✖ "grace" is not a field of a policy: there are $schema, rules, preexistingGrace, maxRevocationsPerHour, alerts',
        "  → at grace, line 1, column 44",
      ].join("\n"),
    );
  });
});

describe("A text that is not JSON", () => {
  const [yaml, cut] = [
    "this looks like YAML or plain text: a policy is JSON, and begins with {",
    "the text ends too early: a bracket or a quote is not closed",
  ];
  const [instead, quotes] = ["leave the field out instead", 'text stands in straight double quotes: "'];
  const [missing, comments] = ["a comma or a colon is missing before this", "comments are not JSON"];
  const file = "only the command line and the local stack read a policy from @file: give the JSON itself";
  const [small, here] = ["true and false are written in small letters", "this does not belong here"];

  it.each([
    ["{", 2, cut],
    ['{"rules":[{"name":"a}', 22, cut],
    ['{"rules":[{"name":"a\\"', 23, cut],
    ['{"rules":[{"name":"a"  ', 22, cut],
    ["rules:", 1, yaml],
    ["  - name: a", 3, yaml],
    ["<xml>", 1, yaml],
    ["# x", 1, comments],
    ["// x", 1, comments],
    ["{/* x */}", 2, comments],
    ["@policy.json", 1, file],
    ["{\u201Crules\u201D:[]}", 2, quotes],
    ["{'rules':[]}", 2, quotes],
    ['{"allow":True}', 10, small],
    ['{"ttl":None}', 8, instead],
    ['{"ttl":undefined}', 8, instead],
    ["{rules:[]}", 2, "text and names stand in double quotes"],
    ['{"ttl":Nothing}', 8, "text and names stand in double quotes"],
    ['{"rules":[],}', 13, "a comma before a closing bracket"],
    ['{"rules":[1, ]}', 14, "a comma before a closing bracket"],
    ['{"rules" []}', 10, missing],
    ['{"a":1 "b":2}', 8, missing],
    ['{"a":{}{}}', 8, missing],
    ['{"a":01}', 6, here],
    ['{"a":1}}', 8, here],
  ])("as %j stops at column %i: %s", (text, column, says) => {
    expect(problemOf(text)).toBe(`is not JSON: line 1, column ${column}: ${says}`);
  });

  it("but blanks is empty", () => {
    expect(problemOf(" \n")).toBe("is not JSON: it is empty");
  });
});
