import { describe, expect, it } from "vitest";
import { differencesIn, parseCases } from "../../../../src/core/domain/policy/cases.ts";
import { policyOf } from "../../../memory/watchdog.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";

const link = { vm: vmId("vm-1") };
const holds = { link, at: "2026-12-01T12:00Z", expect: {} };
const read = (file: unknown) => parseCases(typeof file === "string" ? file : JSON.stringify(file));

describe("A file of cases", () => {
  it.each([
    ["is empty", "", ["is not JSON: it is empty"]],
    ["is no list", holds, ["must be a list in [ ]"]],
    ["has no case", [], ["must hold at least one case"]],
    ["names no such field", [{ ...holds, nam: "x" }], ['"nam" is not a field of a case: did you mean name?']],
    [
      "names no such field of a link",
      [{ ...holds, link: { ...link, owner: "x" } }],
      ['"owner" is not a field of link: there are vm, bastion, creator, tags'],
    ],
    [
      "expects what there is not",
      [{ ...holds, expect: { loudness: "high" } }],
      ['"loudness" is not a field of expect: there are rule, tightenedBy, allowed, until, severity, mode'],
    ],
    [
      "has something else for a VM and a bastion",
      [{ ...holds, link: { vm: "vm-1", bastion: link.vm } }],
      [
        "vm is not the ARM ID of a VM: /subscriptions/…/virtualMachines/…",
        "bastion is not the ARM ID of a bastion: /subscriptions/…/bastionHosts/…",
      ],
    ],
    [
      "has a creator that is no text",
      [{ ...holds, link: { ...link, creator: 7 } }],
      ["creator Invalid input"],
    ],
    [
      "has tags that are neither unknown nor texts",
      [
        { ...holds, link: { ...link, tags: "none" } },
        { ...holds, link: { ...link, tags: { env: 1 } } },
      ],
      ["[0].link.tags", "[1].link.tags"],
    ],
    [
      "has a day for a moment",
      [{ ...holds, at: "2026-12-01" }],
      ["at needs a time: write 2026-12-04T18:00Z\n  → at [0].at, line 1, column "],
    ],
    [
      "has an end that is neither a date nor a duration",
      [{ ...holds, expect: { until: "tonight" } }],
      ["until must be a date like 2026-12-04T18:00Z, or how long after `at`, like PT8H"],
    ],
    [
      "has other words for severity and mode",
      [{ ...holds, expect: { severity: "loud", mode: "off" } }],
      ['severity must be "low", "medium" or "high"', 'mode must be "enforce" or "observe"'],
    ],
    ["lacks what a case is about", [{}], ["link is missing", "at is missing", "expect is missing"]],
    [
      "says something twice",
      JSON.stringify([holds]).replace('"expect"', '"at":"2026-12-01T13:00Z","expect"'),
      ['"at" is there twice: of two, only the last would count'],
    ],
  ])("is refused that %s", (_, file, says) => {
    const answer = read(file);
    for (const words of says)
      expect(answer).toStrictEqual({ problem: expect.stringContaining(words) as string });
  });

  it("may begin with a byte order mark", () => {
    expect(parseCases(`\uFEFF${JSON.stringify([holds])}`)).toStrictEqual({ cases: [holds] });
  });
});

describe("A case", () => {
  const policy = policyOf({
    rules: [
      { name: "hub", match: { bastion: "**/bas-hub" }, ttl: "PT3H" },
      { name: "prod", match: { tags: { env: "prod" } }, allow: false },
      { name: "short", match: { creator: "jane@mail.example" }, ttl: "PT1H", severity: "low" },
      { name: "rest", ttl: "PT8H", mode: "observe", severity: "low" },
    ],
  });
  const found = (changes: object, expected: object, timeZone = "UTC") => {
    const answer = read([{ ...holds, link: { ...link, ...changes }, expect: expected }]);
    if ("problem" in answer) throw new Error(answer.problem);
    return answer.cases.flatMap((one) => differencesIn(one, policy, timeZone));
  };
  const creator = ["jane@mail.example", "omar@contoso.example"];

  it.each<[object, object]>([
    [{}, { rule: "rest", tightenedBy: [], allowed: true, until: "PT8H", severity: "low", mode: "observe" }],
    [{}, { until: "2026-12-01T20:00Z" }],
    [{}, { until: "2026-12-01T21:00+01:00" }],
    [{ bastion: aBastion("bas-hub").id }, { rule: "hub", until: "PT3H" }],
    [{ tags: { env: "prod" } }, { tightenedBy: ["prod"], allowed: false }],
    [{ tags: "unknown" }, { tightenedBy: [], allowed: true }],
    [{ creator }, { tightenedBy: ["short"], until: "PT1H" }],
    [
      { creator, tags: { env: "prod" } },
      { tightenedBy: ["prod", "short"], until: "2026-12-01T12:00Z" },
    ],
  ])("of a link of %j holds: %j", (changes, expected) => {
    expect(found(changes, expected)).toStrictEqual([]);
  });

  it("that does not hold says what was expected, and what was found, field by field", () => {
    const other = {
      rule: "hub",
      tightenedBy: ["prod", "hub"],
      allowed: false,
      severity: "high",
      mode: "enforce",
    };
    expect(found({ creator }, { ...other, until: "PT8H" })).toStrictEqual([
      { field: "rule", expected: "hub", found: "rest" },
      { field: "tightenedBy", expected: "prod, hub", found: "short" },
      { field: "allowed", expected: "false", found: "true" },
      { field: "until", expected: "2026-12-01T20:00:00.000Z", found: "2026-12-01T13:00:00.000Z" },
      { field: "severity", expected: "high", found: "low" },
      { field: "mode", expected: "enforce", found: "observe" },
    ]);
    expect(found({ creator: "jane@mail.example", tags: { env: "prod" } }, { tightenedBy: [] })).toStrictEqual(
      [{ field: "tightenedBy", expected: "", found: "prod" }],
    );
  });

  it.each`
    timeZone           | expected
    ${"UTC"}           | ${"2026-12-02T00:00:00.000Z"}
    ${"Europe/Berlin"} | ${"2026-12-01T23:00:00.000Z"}
  `(
    "that expects a day means its end, in $timeZone $expected",
    (row: Record<"timeZone" | "expected", string>) => {
      expect(found({}, { until: "2026-12-01" }, row.timeZone)).toStrictEqual([
        { field: "until", expected: row.expected, found: "2026-12-01T20:00:00.000Z" },
      ]);
    },
  );
});
