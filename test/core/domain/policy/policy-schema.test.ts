import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { fc } from "../../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { policySchemaFile } from "../../../../local/generate/policy-schema.ts";
import { defaultPolicyJson, parsePolicy } from "../../../../src/core/domain/policy/parse-policy.ts";

const file = new URL("../../../../infra/policy.schema.json", import.meta.url);
const published: unknown = JSON.parse(readFileSync(file, "utf8"));
const ajv = new Ajv2020({ strict: true, allErrors: true });
// What an editor shows for a text that does not fit the pattern.
for (const keyword of ["errorMessage", "patternErrorMessage"])
  ajv.addKeyword({ keyword, schemaType: "string" });
const isPublished = ajv.compile(published as object);
const isParsed = (policy: unknown): boolean => "policy" in parsePolicy(JSON.stringify(policy));

const rule = (changes: object) => ({ rules: [{ name: "r", ...changes }] });

describe("infra/policy.schema.json", () => {
  it("is what `node local/generate/policy-schema.ts` makes today", async () => {
    expect(readFileSync(file, "utf8")).toBe(await policySchemaFile());
  });

  it("says what it is, and describes every field", () => {
    expect(published).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Policy of bastion-watchdog",
    });
    const { properties } = published as {
      properties: Record<string, { description?: string }> & { rules: { items: { properties: object } } };
    };
    const fields = [
      ...Object.entries(properties),
      ...Object.entries(properties.rules.items.properties as Record<string, object>),
    ];
    expect(fields.filter(([, field]) => !("description" in field)).map(([name]) => name)).toStrictEqual([]);
  });

  it.each([
    ["the default policy", JSON.parse(defaultPolicyJson) as unknown],
    ["its own example", (published as { examples: unknown[] }).examples[0]],
    ["a policy that names its schema", { $schema: "./policy.schema.json", rules: [{ name: "a" }] }],
    [
      "a rule with everything",
      rule({
        match: {
          subscription: "*",
          resourceGroup: "rg-*",
          bastion: "**",
          vm: "**/vm",
          creator: "j*",
          tags: { a: "b" },
        },
        ...{
          allow: true,
          ttl: "PT8H",
          warnBefore: "PT1H30M",
          maxLifetime: "P1W",
          mode: "observe",
          severity: "low",
        },
        ...{
          channels: ["teams"],
          fallback: ["mail"],
          endSessions: true,
          validUntil: "2026-12-04T18:00Z",
          trustTags: false,
        },
      }),
    ],
    ["durations of every unit", rule({ ttl: "P1W2DT3H4M5S" })],
    ["half an hour as a fraction", rule({ ttl: "PT0.5H" })],
    ["a hundred years and a day", rule({ ttl: "P36501D" })],
    ["a date alone", rule({ validUntil: "2026-12-04" })],
    ["a leap day", rule({ validUntil: "2028-02-29" })],
    ["seconds and an offset", rule({ validUntil: "2026-12-04T18:00:00.5+05:30" })],
    ["a name of a hundred characters that take two units each", { rules: [{ name: "😀".repeat(100) }] }],
    [
      "an instance of a scale set",
      rule({ match: { vm: "/subscriptions/*/resourceGroups/*/providers/*/*/set/*/3" } }),
    ],
    ["a grace and a breaker", { ...rule({}), preexistingGrace: "P1D", maxRevocationsPerHour: 1 }],
  ])("takes %s, as the program does", (_, policy) => {
    expect([isPublished(policy), isParsed(policy)]).toStrictEqual([true, true]);
  });

  it.each<readonly [string, unknown]>([
    ["nothing", null],
    ["a list", []],
    ["no rules", {}],
    ["an empty list of rules", { rules: [] }],
    ["an unknown field", { ...rule({}), grace: "P1D" }],
    ["a misspelt field of a rule", rule({ tll: "PT1H" })],
    ["a misspelt match", rule({ match: { vmName: "x" } })],
    ["a rule without a name", { rules: [{ ttl: "PT1H" }] }],
    ["a name of 101 characters", { rules: [{ name: "n".repeat(101) }] }],
    ["8h for a duration", rule({ ttl: "8h" })],
    ["hours without their T", rule({ ttl: "P1D12H" })],
    ["a duration with something behind it", rule({ ttl: "PT8H or so" })],
    ["a duration of nothing", rule({ ttl: "PT" })],
    ["a duration of zero", rule({ ttl: "PT0S" })],
    ["a month", rule({ ttl: "P1M" })],
    ["a negative duration", rule({ ttl: "-PT8H" })],
    ["a number for a duration", rule({ ttl: 8 })],
    ["a text for a date", rule({ validUntil: "Friday" })],
    ["an unknown mode", rule({ mode: "report" })],
    ["an unknown severity", rule({ severity: "loud" })],
    ["an empty glob", rule({ match: { vm: "" } })],
    ["a glob of 513 characters", rule({ match: { vm: "*".repeat(513) } })],
    ["an empty channel", rule({ channels: [""] })],
    ["a channel that there is not", rule({ channels: ["slack"] })],
    ["a channel spelled otherwise", rule({ fallback: ["Teams"] })],
    ["tags that name none", rule({ match: { tags: {} } })],
    ["a pattern for the name of a tag", rule({ match: { tags: { "env*": "prod" } } })],
    ["blanks around the value of a tag", rule({ match: { tags: { env: "prod " } } })],
    ["what could not be read as UTF-8", rule({ match: { creator: "gr\ufffd\ufffde" } })],
    ["a name with such a character", { rules: [{ name: "gr\ufffd\ufffde" }] }],
    ...[
      { vm: "vm-prod-db-01" },
      { vm: ".*/rg-prod-.*" },
      { vm: "!**/vm-1" },
      { vm: "/subscriptions/*/resourceGroups/rg-prod" },
      { vm: "?subscriptions/**" },
      { bastion: "bas-*" },
      { bastion: "/subscriptions/*/resourceGroups/*/providers/*/*/set/*/3" },
      { subscription: "Production" },
      { subscription: "11111111-0000-4000-8000" },
      { resourceGroup: "/subscriptions/1/resourceGroups/rg-prod" },
      ...["rg-{prod,dr}-*", "rg-[pd]*", "!rg-dev-*", "rg-a,rg-b", "rg-a|rg-b", "^rg-prod$", "rg prod"].map(
        (resourceGroup) => ({ resourceGroup }),
      ),
    ].map((match) => [`${JSON.stringify(match)}, which no Azure ID can be`, rule({ match })] as const),
    ["silence, which alerts replace", { ...rule({}), silence: ["links-read"] }],
    ["an alert kind that there is not", { ...rule({}), alerts: { "link-read": "off" } }],
    ["a place that there is not", { ...rule({}), alerts: { "links-read": "none" } }],
    ["openings that are off", { ...rule({}), alerts: { created: "off" } }],
    ["a warning that waits for the digest", { ...rule({}), alerts: { expiring: "digest" } }],
    ["failures that wait for the digest", { ...rule({}), alerts: { "revoke-failed": "digest" } }],
    ["a breaker of zero", { ...rule({}), maxRevocationsPerHour: 0 }],
    ["a breaker of a half", { ...rule({}), maxRevocationsPerHour: 0.5 }],
    ["a text for allow", rule({ allow: "no" })],
  ])("refuses %s, as the program does", (_, policy) => {
    expect([isPublished(policy), isParsed(policy)]).toStrictEqual([false, false]);
  });

  /** Found by 264 variants, tried on both: where they once differed. */
  const [date, clock] = ["2026-12-04", "2026-12-04T18:00"];
  it.each([
    ...[
      " nonsense",
      " Europe/Berlin",
      "Z and more",
      "+25:00",
      ":60Z",
      ":00:00Z",
      " Z",
      "+01",
      "z",
      ".5Z",
      "[UTC]",
    ].map((tail) => clock + tail),
    ...["2026-02-30", "2026-13-01", "2026-00-10", "2027-02-29"],
    ...["13/12/2026 18:00:00", "12/04/2026 6:00:00 PM", "12/4/2026 nonsense", "12/04/2026 18:00:00"],
    ...[`${date}Z`, `${date}+01:00`, `${date} Z`, `${date}T25:00Z`, `${date}T18:60Z`, `${date}T24:00Z`],
    ...["04.12.2026", "2026-12-4", clock, `${date} 18:00Z`, "Fri, 4 Dec 2026 18:00:00 GMT"],
  ])("refuses %j for the end of a rule, as the program does", (validUntil) => {
    expect([isPublished(rule({ validUntil })), isParsed(rule({ validUntil }))]).toStrictEqual([false, false]);
  });

  it.each([
    ["P36501D", true],
    ["P99999D", true],
    ["P100000D", false],
    ["P9999W", true],
    ["P10000W", false],
    ["PT9999999H", false],
    [`PT0.${"0".repeat(9)}1S`, false],
    ["P1W1D", true],
    ["P0Y0M1D", false],
    ["PT8H ", false],
  ])("says of %j for a length what the program says: %s", (ttl, isTaken) => {
    expect([isPublished(rule({ ttl })), isParsed(rule({ ttl }))]).toStrictEqual([isTaken, isTaken]);
  });

  describe("agrees with the program on", () => {
    const agree = (policies: fc.Arbitrary<unknown>, most = 1_500) => {
      let taken = 0;
      fc.assert(
        fc.property(policies, (policy) => {
          const isTaken = isPublished(policy);
          taken += isTaken ? 1 : 0;
          expect(isParsed(policy)).toBe(isTaken);
        }),
        { numRuns: most },
      );
      // Else it would say nothing of what they take.
      expect(taken).toBeGreaterThan(most / 100);
    };
    const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(""));
    const maybe = (text: fc.Arbitrary<string>) => fc.oneof(text, fc.constant(""));
    const digits = (least: number, most: number) => fc.stringMatching(new RegExp(`^\\d{${least},${most}}$`));
    const one = (field: string) => (value: unknown) => rule({ [field]: value });

    it("lengths", () => {
      const part = (unit: string) =>
        maybe(joined(digits(1, 10), maybe(fc.constantFrom(".5", ",25", ".")), fc.constant(unit)));
      const text = joined(
        fc.constantFrom("P", "P", "P", "", "-P", "p"),
        part("W"),
        part("D"),
        maybe(fc.constant("T")),
        part("H"),
        part("M"),
        part("S"),
      );
      agree(fc.oneof(text, fc.stringMatching(/^P[T0-9WDHMSY.,+-]{1,12}$/)).map(one("ttl")));
    });

    it("ends", () => {
      const two = (most: number) =>
        fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, "0"));
      const day = joined(
        fc.constantFrom("2026-", "2028-", "2000-", "1900-", "0001-", "26-"),
        two(13),
        fc.constant("-"),
        two(32),
      );
      const time = joined(
        fc.constantFrom("T", "T", "T", " ", "t"),
        two(25),
        fc.constant(":"),
        two(61),
        maybe(joined(fc.constant(":"), two(61), maybe(fc.constantFrom(".5", ",5", ".")))),
      );
      const zone = maybe(
        fc.oneof(
          fc.constantFrom("Z", "Z", "z", " Z", "UTC", "+01", "+0100"),
          joined(fc.constantFrom("+", "-"), two(15), fc.constant(":"), two(61)),
        ),
      );
      agree(joined(day, maybe(time), zone).map(one("validUntil")), 5_000);
    });

    it("patterns", () => {
      const piece = fc.constantFrom(
        ...[
          "/subscriptions/",
          "/SUBSCRIPTIONS/",
          "*",
          "**",
          "**/",
          "?",
          "/",
          "/*",
          "a",
          "rg-prod",
          "é",
          "😀",
          " ",
          "{",
          "|",
          ".",
          "(",
          "_",
          "@",
          "\u212a",
          "\ufffd",
          "\n",
        ],
        ...[
          "11111111-0000-4000-8000-000000000001",
          "11111111",
          "-",
          "f",
          "/resourceGroups/",
          "/providers/Microsoft.Compute/virtualMachines/",
        ],
      );
      const text = fc.array(piece, { maxLength: 9 }).map((parts) => parts.join(""));
      const field = fc.constantFrom("subscription", "resourceGroup", "bastion", "vm", "creator");
      agree(
        fc.tuple(field, text).map(([name, value]) => rule({ match: { [name]: value } })),
        5_000,
      );
      agree(fc.tuple(text, text).map(([name, value]) => rule({ match: { tags: { [name]: value } } })));
    });

    it("anything else", () => {
      const anything = fc.oneof(
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom(
          true,
          false,
          1,
          0.5,
          0,
          null,
          "high",
          "observe",
          "P1D",
          [],
          ["teams"],
          ["teams", "pager"],
          {},
          { vm: "**" },
          "😀".repeat(100),
          "x".repeat(101),
        ),
      );
      const fields = [
        "name",
        "match",
        "allow",
        "ttl",
        "warnBefore",
        "maxLifetime",
        "mode",
        "severity",
        "channels",
      ];
      const more = ["fallback", "endSessions", "validUntil", "trustTags", "alow", "__proto__", "constructor"];
      const top = fc.constantFrom(
        "rules",
        "preexistingGrace",
        "maxRevocationsPerHour",
        "silence",
        "alerts",
        "$schema",
        "grace",
      );
      const changed = fc
        .tuple(fc.constantFrom(...fields, ...more), anything)
        .map(([name, value]) => rule({ [name]: value }));
      const above = fc.tuple(top, anything).map(([name, value]) => ({ ...rule({}), [name]: value }));
      agree(fc.oneof(changed, above), 3_000);
    });
  });

  it("tells an editor what stands without a field, what can stand there, and what is wrong", () => {
    const { properties } = published as {
      properties: { rules: { items: { properties: Record<string, object> } } };
    };
    const fields = properties.rules.items.properties;
    expect(fields["ttl"]).toMatchObject({
      default: "PT8H",
      patternErrorMessage: expect.stringContaining("like PT8H (hours)") as string,
    });
    expect(fields["mode"]).toMatchObject({ default: "enforce", enum: ["enforce", "observe"] });
    expect(fields["channels"]).toMatchObject({ items: { enum: ["teams", "mail", "webhook"] } });
    expect(fields["match"]).toMatchObject({
      properties: {
        vm: {
          patternErrorMessage: expect.stringContaining("write **/vm-1") as string,
          examples: expect.any(Array) as [],
        },
      },
    });
  });
});
