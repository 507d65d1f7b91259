import { describe, expect, it } from "vitest";
import { notesOn, remarksOn } from "../../../../src/cli/commands/policy/policy-notes.ts";
import { differencesIn, parseCases } from "../../../../src/core/domain/policy/cases.ts";
import { parsePolicy } from "../../../../src/core/domain/policy/parse-policy.ts";
import { judge } from "../../../../src/core/domain/policy/policy.ts";
import { noEventYet } from "../../../../src/core/domain/attribution/attribution.ts";
import { alertSentences } from "../../../../src/core/render/words/alert-sentences.ts";
import {
  after,
  days,
  hours,
  isoInstant,
  minutes,
  seconds,
  type Milliseconds,
} from "../../../../src/core/domain/time.ts";
import { at } from "../../../memory/clock.ts";
import { aBastion, vmId } from "../../../memory/samples.ts";
import { policyOf, watchdog, type Watchdog } from "../../../memory/watchdog.ts";

/** What companies write, and what a reasonable person expects of it: policy, link and moment. Numbers are those of the thirty-four that were first tried by hand. */
const noon = "2026-12-01T12:00Z";
const rest = { name: "rest", ttl: "PT8H" };
const jane = "jane@contoso.example";
const guest = "viktor_vendor.example#EXT#@contoso.example";
const inProd = vmId("vm-prod").replace(/resourceGroups\/[^/]+/, "resourceGroups/rg-prod-eu");
const app = "33333333-0000-4000-8000-000000000003";
const forbidden = { allowed: false, severity: "high" };

type Row = [what: string, rules: readonly object[], link: object, expected: object, moment?: string];

describe("A policy as companies write it says of a link what its author expects:", () => {
  it.each(
    (
      [
        [
          "1, 2: a vendor, known, has two days",
          [
            {
              ...rest,
              name: "vendor",
              match: { creator: jane, vm: "**/vm-1" },
              ttl: "P2D",
              validUntil: "2026-12-04T18:00Z",
            },
            rest,
          ],
          { creator: jane },
          { rule: "vendor", until: "P2D" },
        ],
        [
          "2: and not past Friday",
          [
            {
              ...rest,
              name: "vendor",
              match: { creator: jane },
              ttl: "P2D",
              warnBefore: "PT1H",
              validUntil: "2026-12-04T18:00Z",
            },
            rest,
          ],
          { creator: jane },
          { until: "2026-12-04T18:00Z" },
          "2026-12-04T06:00Z",
        ],
        [
          "3: while his event is on its way the rest holds",
          [{ ...rest, name: "vendor", match: { creator: jane }, ttl: "P2D" }, rest],
          {},
          { rule: "rest", until: "PT8H" },
        ],
        [
          "4: a guest is forbidden by his home domain",
          [{ name: "vendor", match: { creator: "*@vendor.example" }, allow: false }, rest],
          { creator: guest },
          { tightenedBy: ["vendor"], ...forbidden },
        ],
        [
          "4: but gets nothing by it",
          [{ ...rest, name: "vendor", match: { creator: "*@vendor.example" }, ttl: "P2D" }, rest],
          { creator: guest },
          { rule: "rest", until: "PT8H" },
        ],
        [
          "5: he does by the name that the tenant gave him",
          [{ ...rest, name: "vendor", match: { creator: "*_vendor.example#EXT#@*" }, ttl: "P2D" }, rest],
          { creator: guest },
          { rule: "vendor", until: "P2D" },
        ],
        [
          "7: on-call may",
          [
            { ...rest, name: "on-call", match: { creator: "oncall*@*" }, ttl: "PT2H" },
            { name: "nobody else", allow: false, warnBefore: "PT30M" },
          ],
          { creator: "oncall1@contoso.example" },
          { rule: "on-call", until: "PT2H" },
        ],
        [
          "7: a late event does not harm",
          [
            { ...rest, name: "on-call", match: { creator: "oncall*@*" }, ttl: "PT2H" },
            { name: "nobody else", allow: false, warnBefore: "PT30M" },
          ],
          {},
          { ...forbidden, until: "PT30M" },
        ],
        [
          "8: a subscription by its ID",
          [
            { name: "prod", match: { subscription: "11111111-0000-4000-8000-000000000001" }, allow: false },
            rest,
          ],
          {},
          forbidden,
        ],
        [
          "8: any subscription",
          [{ name: "prod", match: { subscription: "*" }, allow: false }, rest],
          {},
          forbidden,
        ],
        [
          "9: a bastion by its name",
          [{ name: "hub", match: { bastion: "**/bas-1" }, allow: false }, rest],
          { bastion: aBastion("bas-1").id },
          forbidden,
        ],
        [
          "10: a tag, however its name and value are cased",
          [{ name: "prod", match: { tags: { ENV: "Prod" } }, allow: false }, rest],
          { tags: { env: "prod" } },
          { tightenedBy: ["prod"], ...forbidden },
        ],
        [
          "11: a tag with a blank and an ampersand",
          [{ name: "r and d", match: { tags: { "Cost Center": "R & D*" } }, ttl: "PT1H" }, rest],
          { tags: { "cost center": "R & D Berlin" } },
          { until: "PT1H" },
        ],
        [
          "12: a tag whose accents are put together otherwise",
          [{ name: "size", match: { tags: { "gr\u00f6\u00dfe": "gr\u00f6\u00dfer" } }, allow: false }, rest],
          { tags: { "gro\u0308\u00dfe": "gro\u0308\u00dfer" } },
          forbidden,
        ],
        [
          "12: a star in a tag's value is anything, a slash as well",
          [{ name: "pii", match: { tags: { data: "pii*" } }, allow: false }, rest],
          { tags: { data: "pii/eu " } },
          forbidden,
        ],
        [
          "12: and nothing at all",
          [{ name: "any", match: { tags: { data: "*" } }, allow: false }, rest],
          { tags: { data: "" } },
          forbidden,
        ],
        [
          "13: an object ID in capitals",
          [
            { ...rest, name: "it", match: { creator: "AAAAAAAA-0000-4000-8000-0000000000AA" }, ttl: "PT1H" },
            rest,
          ],
          { creator: "aaaaaaaa-0000-4000-8000-0000000000aa" },
          { until: "PT1H" },
        ],
        [
          "13: an app ID",
          [{ ...rest, name: "it", match: { creator: app }, ttl: "PT2H" }, rest],
          { creator: app },
          { until: "PT2H" },
        ],
        [
          "15: an exception over what is forbidden ends when it ends",
          [
            {
              name: "vendor until tonight",
              match: { creator: jane },
              ttl: "P2D",
              validUntil: "2026-12-01T15:00Z",
            },
            { name: "prod: never", allow: false, ttl: "PT16H" },
          ],
          { creator: jane },
          { rule: "vendor until tonight", until: "2026-12-01T15:00Z" },
        ],
        [
          "16: a freeze until a day lasts to the end of it",
          [{ name: "freeze", allow: false, validUntil: "2026-12-03" }, rest],
          {},
          forbidden,
          "2026-12-03T23:59Z",
        ],
        [
          "16: and no longer",
          [{ name: "freeze", allow: false, validUntil: "2026-12-03" }, rest],
          {},
          { rule: "rest", until: "PT8H" },
          "2026-12-04T00:00Z",
        ],
        [
          "18: of several rules the first decides",
          [
            { ...rest, name: "one", match: { vm: "**/vm-*" }, ttl: "PT3H" },
            { ...rest, name: "two", match: { vm: "**" }, ttl: "PT1H" },
            rest,
          ],
          {},
          { rule: "one", until: "PT3H" },
        ],
        [
          "19: high, and allowed",
          [{ ...rest, name: "loud", severity: "high" }],
          {},
          { allowed: true, severity: "high" },
        ],
        [
          "21: watched and forbidden",
          [{ name: "watch", mode: "observe", allow: false }],
          {},
          { mode: "observe", allowed: false },
        ],
        ["24: thirty days", [{ name: "long", ttl: "P30D", warnBefore: "P3D" }], {}, { until: "P30D" }],
        [
          "25: a lifetime below the ttl holds",
          [{ name: "short", ttl: "P2D", maxLifetime: "P1D" }],
          {},
          { until: "P1D" },
        ],
        ["25: a lifetime alone holds", [{ name: "short", maxLifetime: "PT4H" }], {}, { until: "PT4H" }],
        [
          "27: names that would do harm are names",
          [{ ...rest, name: "**bold** @everyone\n<script> " }],
          {},
          { rule: "**bold** @everyone\n<script> " },
        ],
        [
          "32: a tag that somebody vouches for",
          [{ ...rest, name: "dev", match: { tags: { env: "dev" } }, trustTags: true, mode: "observe" }, rest],
          { tags: { env: "dev" } },
          { rule: "dev", mode: "observe" },
        ],
      ] satisfies Row[]
    ).map(([what, ...row]): [string, Row] => [what, [what, ...row]]),
  )("%s", (_, row) => {
    const [, rules, link, expected, moment = noon] = row;
    const read = parseCases(
      JSON.stringify([{ link: { vm: vmId("vm-1"), ...link }, at: moment, expect: expected }]),
    );
    if ("problem" in read) throw new Error(read.problem);
    expect(read.cases.flatMap((one) => differencesIn(one, policyOf({ rules }), "UTC"))).toStrictEqual([]);
  });

  it.each([
    [
      "6, 17: a window, a beginning",
      { validFrom: "2026-12-04T18:00Z" },
      "a rule has an end (validUntil), and no beginning",
    ],
    ["17: until", { until: "2026-12-04T18:00Z" }, "did you mean validUntil?"],
    ["8: a subscription by its name", { match: { subscription: "Production" } }, "a GUID, not its name"],
    ["8: a VM by its name alone", { match: { vm: "vm-prod-db-01" } }, "write **/vm-1 for one by its name"],
    ["9: a bastion by its name alone", { match: { bastion: "bas-*" } }, "write **/bas-1 for one by its name"],
    [
      "12: a file that is no UTF-8",
      { match: { tags: { "gr\ufffd\ufffde": "x" } } },
      "save the file as UTF-8",
    ],
    [
      "16: which number is the month",
      { validUntil: "03/12/2026 18:00:00" },
      "does not say which number is the month",
    ],
    ["20: a channel that there is not", { channels: ["slack"] }, 'must be "teams", "mail" or "webhook"'],
  ])("%s is refused, with what to write", (_, changes, says) => {
    const parsed = parsePolicy(JSON.stringify({ rules: [{ ...rest, ...changes }] }));
    expect(parsed).toMatchObject({ problem: expect.stringContaining(says) as string });
    expect(parsed).toMatchObject({
      problem: expect.stringMatching(/rule "rest", line 1, column \d+/) as string,
    });
  });

  it.each([
    ["a trailing comma", '{"rules":[{"name":"a","ttl":"PT1H"},]}', "line 1, column 37: a comma before"],
    ["a comment", '{\n // ours\n "rules":[{"name":"a"}]}', "line 2, column 2: comments are not JSON"],
    ["YAML", "rules:\n- name: a\n", "line 1, column 1: this looks like YAML"],
  ])("29: %s is refused, with its place", (_, text, says) => {
    expect(parsePolicy(text)).toMatchObject({ problem: expect.stringContaining(says) as string });
  });

  it("30: five hundred rules work, and the last one decides where only it matches", () => {
    const rules = Array.from({ length: 500 }, (_, n) => ({
      ...{ name: `rule ${n}`, match: { vm: `**/vm-${n}` }, ttl: "PT1H" },
    }));
    const subject = {
      bastionId: aBastion("bas-hub").id,
      vmId: vmId("vm-499"),
      tags: {},
      attribution: noEventYet,
    };
    expect(judge(subject, policyOf({ rules }), at(noon)).rule).toBe("rule 499");
  });

  it.each([
    [
      "4: a guest by his home domain",
      { match: { creator: "*@vendor.example" } },
      'For guests write "*_vendor.example#EXT#@*"',
    ],
    ["14: an app by its name", { match: { creator: "sp-deploy-pipeline" } }, "for software, the app ID"],
    ["20: no channel, which means all", { channels: [] }, "which means all of them"],
    [
      "23: a warning as long as the link",
      { ttl: "PT1H", warnBefore: "PT8H" },
      "the first alert is the warning",
    ],
  ])("%s is noted, with what to write", (_, changes, says) => {
    const policy = policyOf({ rules: [{ ...rest, name: "it", ...changes }, rest] });
    expect([...notesOn(policy, at(noon)), ...remarksOn(policy)].join("\n")).toContain(says);
  });

  it("28: with a byte order mark and Windows line ends, and 29: comments, commas and YAML with a place", () => {
    const text = '\uFEFF{\r\n  "rules": [\r\n    { "name": "a" }\r\n  ]\r\n}\r\n';
    expect(parsePolicy(text)).toMatchObject({ policy: { rules: [{ name: "a" }] } });
    expect(parsePolicy(text.replace('"a" }', '"a" },'))).toStrictEqual({
      problem: "is not JSON: line 4, column 3: a comma before a closing bracket",
    });
    expect(parsePolicy(text.replace("  ]", "  // no more\r\n]"))).toStrictEqual({
      problem: "is not JSON: line 4, column 3: comments are not JSON",
    });
    expect(parsePolicy("rules:\n  - name: a\n")).toStrictEqual({
      problem:
        "is not JSON: line 1, column 1: this looks like YAML or plain text: a policy is JSON, and begins with {",
    });
  });
});

/** Opens links of jane's a minute after the start, and sweeps as it does all day. */
async function opened(
  policy: object,
  vms: readonly string[] = [vmId("vm-1")],
  mode: "enforce" | "observe" = "enforce",
): Promise<Watchdog> {
  const dog = watchdog(policy, mode);
  await dog.sweep();
  await dog.run(minutes(1));
  for (const vm of vms) dog.azure.create(dog.bastion, vm);
  await dog.event({ at: after(dog.clock.now(), seconds(2)) });
  await dog.run(seconds(30));
  return dog;
}

async function live(dog: Watchdog, length: Milliseconds, every: Milliseconds = minutes(5)): Promise<void> {
  for (const end = after(dog.clock.now(), length); dog.clock.now() < end;) {
    await dog.sweep();
    await dog.run(every);
  }
}

const heard = (dog: Watchdog) => dog.heard().map(({ kind, severity }) => `${kind}, ${severity}`);
const open = (dog: Watchdog) => dog.azure.links.length;

describe("A policy as companies write it, running,", () => {
  it("1: production never: high, gone at once, and nothing said twice", async () => {
    const dog = await opened(
      {
        rules: [
          {
            name: "no links into production",
            match: { vm: "/subscriptions/*/resourceGroups/rg-prod-*/**" },
            allow: false,
            severity: "high",
          },
          rest,
        ],
      },
      [inProd],
    );
    expect(open(dog)).toBe(0);
    await live(dog, hours(2));
    expect(heard(dog).map((words) => words.split(",")[0])).toStrictEqual(["created", "revoked"]);
    expect(heard(dog)[0]).toBe("created, high");
  });

  it("15: an exception over what is forbidden is warned of before its end, and over with it", async () => {
    const start = watchdog().clock.now();
    const dog = await opened({
      rules: [
        {
          name: "vendor until tonight",
          ttl: "P2D",
          warnBefore: "PT30M",
          validUntil: isoInstant(after(start, hours(3))),
        },
        { name: "prod: never", allow: false },
      ],
    });
    await live(dog, hours(2));
    expect(heard(dog)).toStrictEqual(["created, medium"]);
    await live(dog, minutes(50));
    expect([open(dog), heard(dog).at(-1)]).toStrictEqual([1, "expiring, low"]);
    await live(dog, minutes(15));
    expect(open(dog)).toBe(0);
  });

  it("22: a pilot that only watched, and ends, takes nothing down without a notice", async () => {
    const start = watchdog().clock.now();
    const dog = await opened({
      rules: [
        { name: "pilot", mode: "observe", ttl: "PT1H", validUntil: isoInstant(after(start, hours(6))) },
        { name: "rest", ttl: "PT1H", warnBefore: "PT30M" },
      ],
    });
    await live(dog, hours(6) - minutes(1));
    expect(open(dog)).toBe(1);
    await live(dog, minutes(10));
    expect([open(dog), heard(dog).at(-1)]).toStrictEqual([1, "expiring, low"]);
    await live(dog, minutes(40));
    expect(open(dog)).toBe(0);
  });

  it.each<object>([{ ttl: "PT5M" }, { ttl: "PT1H", warnBefore: "PT8H" }])(
    "23: a warning as long as the link, %j, is one card",
    async (changes) => {
      const dog = await opened({ rules: [{ name: "short", ...changes }] });
      await live(dog, minutes(4), minutes(1));
      expect(heard(dog)).toStrictEqual(["created, medium"]);
      await live(dog, hours(1.2));
      expect([open(dog), heard(dog)]).toStrictEqual([0, ["created, medium", "revoked, low"]]);
    },
  );

  it("24: thirty days: warned after twenty-seven, gone after thirty", async () => {
    const dog = await opened({
      rules: [{ name: "long", ttl: "P30D", warnBefore: "P3D", maxLifetime: "P31D" }],
    });
    await live(dog, days(26.9), hours(6));
    const ofLinks = () => heard(dog).filter((alert) => !alert.startsWith("watchdog-trouble"));
    expect(ofLinks()).toStrictEqual(["created, medium"]);
    await live(dog, days(0.5), hours(6));
    expect(ofLinks()).toStrictEqual(["created, medium", "expiring, low"]);
    await live(dog, days(3), hours(6));
    expect(open(dog)).toBe(0);
  });

  it("26: a breaker of one: one goes, five more that are forbidden may, and the words count right", async () => {
    const names = Array.from({ length: 8 }, (_, n) => vmId(`vm-${n}`));
    const dog = await opened({ rules: [{ name: "never", allow: false }], maxRevocationsPerHour: 1 }, names);
    await live(dog, minutes(10));
    const held = dog.heard().find(({ kind }) => kind === "revocations-held");
    expect([open(dog), held?.severity]).toStrictEqual([2, "high"]);
    expect(held && alertSentences(held).join()).not.toContain("1 revocations");
  });

  it("33: a policy shorter than the link's age gives one notice", async () => {
    const dog = await opened({ rules: [rest] });
    await live(dog, hours(3));
    dog.restart({ policy: { rules: [{ name: "an hour", ttl: "PT1H", warnBefore: "PT15M" }] } });
    await live(dog, minutes(10));
    expect([open(dog), heard(dog).at(-1)]).toStrictEqual([1, "expiring, low"]);
    await live(dog, minutes(10));
    expect([open(dog), heard(dog).filter((words) => words.startsWith("expiring"))]).toStrictEqual([
      0,
      ["expiring, low"],
    ]);
  });

  it("34: forbidden, allowed, forbidden again: a notice each time", async () => {
    const dog = await opened({ rules: [rest] });
    const never = { rules: [{ name: "never", allow: false, warnBefore: "PT30M" }] };
    dog.restart({ policy: never });
    await live(dog, minutes(10));
    dog.restart({ policy: { rules: [rest] } });
    await live(dog, hours(1));
    expect(open(dog)).toBe(1);
    dog.restart({ policy: never });
    await live(dog, minutes(25));
    expect(open(dog)).toBe(1);
    await live(dog, minutes(10));
    expect(open(dog)).toBe(0);
  });
});
