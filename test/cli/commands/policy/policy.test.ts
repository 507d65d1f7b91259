import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { packageCli } from "../../../../local/build/package-cli.ts";
import { vmId } from "../../../memory/samples.ts";
import { bastionWatchdog, scratch, source } from "../../command-line.ts";

const file = scratch();
const policy = {
  rules: [
    { name: "no links into production", match: { tags: { environment: "prod" } }, allow: false },
    {
      name: "vendor",
      match: { creator: "jane@*", bastion: "**/bas-hub" },
      ttl: "P2D",
      warnBefore: "PT1H",
      mode: "observe",
    },
    { name: "ended", ttl: "PT1H", validUntil: "2020-01-01" },
    { name: "everything else", ttl: "PT8H" },
    { name: "never", ttl: "PT1M" },
  ],
};
const hub = vmId("x").replace(
  "Microsoft.Compute/virtualMachines/x",
  "Microsoft.Network/bastionHosts/bas-hub",
);
const vm = vmId("vm-1");
const at = ["--at", "2026-12-04T18:00Z"];

beforeAll(async () => {
  await writeFile(file("policy.json"), JSON.stringify(policy));
  await writeFile(file("bad.json"), '{"rules":[{"name":"a","ttl":"SECRET"},{"nam":"b"}]}');
});

describe("bastion-watchdog policy check", () => {
  it("says what a policy is, and what in it has no effect", async () => {
    const { code, out, aside } = await bastionWatchdog(["policy", "check", file("policy.json")]);
    expect([code, aside]).toStrictEqual([0, ""]);
    expect(out).toMatch(
      /policy.json is a policy of 5 rules; links from before the watchdog live 7 d; at most 20 revocations an hour; hash [0-9a-f]{12}\n/,
    );
    expect(out.split("\n").slice(1)).toStrictEqual([
      'note: "ended" ended on 2020-01-02 00:00:00 UTC: it no longer matches anything',
      'note: "never" is never reached: "everything else" before it matches every link',
      'note: "never" lets links live 1 min, and a bastion is checked every 5 min only: without an event a link is found later',
      "",
    ]);
  });

  it("names rules that are shadowed, those that can have no effect, and those that rest on a creator", async () => {
    const rules = [
      { name: "on-call may", match: { creator: "oncall*@*" }, ttl: "PT2H" },
      { name: "loose", match: { tags: { env: "dev" } }, ttl: "P9D" },
      { name: "never omar", match: { creator: "omar@contoso.example" }, allow: false },
      { name: "production", match: { resourceGroup: "rg-prod*" }, ttl: "PT1H" },
      { name: "database", match: { resourceGroup: "rg-prod-db", vm: "**/vm-*" }, ttl: "PT30M" },
      { name: "nobody else", allow: false },
    ];
    await writeFile(file("notes.json"), JSON.stringify({ rules }));
    const { out } = await bastionWatchdog(["policy", "check", file("notes.json")]);
    expect(out.split("\n").slice(1)).toStrictEqual([
      'note: "database" is never reached: "production" before it matches every link that it could match',
      'note: "loose" can never have an effect: it may only be stricter than the rules after it, and is not stricter in any field',
      'remark: "never omar" depends on the creator: "on-call may" before it allows some. Until the creator of a link is known, the link is high severity at once and due after one warnBefore',
      'remark: "nobody else" depends on the creator: "on-call may" before it allows some. Until the creator of a link is known, the link is high severity at once and due after one warnBefore',
      'remark: "never omar" depends on the creator. A link that several people may have created, one of them matching, is high severity at once and due after one warnBefore',
      "",
    ]);
    const test = await bastionWatchdog(["policy", "test", file("notes.json"), vm, ...at]);
    expect(test.out).toContain(
      'Such a link is forbidden by "nobody else", unless its creator turns out to be one that "on-call may" allows: it is due at 2026-12-04 20:00:00 UTC, or as soon as the creator is known.',
    );
  });

  it("finds every problem of a policy that is none, repeats no value, and exits with 2", async () => {
    const { code, out } = await bastionWatchdog(["policy", "check", file("bad.json")]);
    expect(code).toBe(2);
    expect(out.match(/✖/g)).toHaveLength(3);
    expect(out).toContain("ttl is not an ISO 8601 duration like PT8H");
    expect(out).not.toContain("SECRET");
  });

  it("answers JSON", async () => {
    const good = await bastionWatchdog(["policy", "check", file("policy.json"), "--json"]);
    expect(JSON.parse(good.out)).toMatchObject({
      valid: true,
      rules: 5,
      notes: [{}, {}, {}].map(() => expect.any(String) as unknown),
    });
    const bad = await bastionWatchdog(["policy", "check", "--json", file("bad.json")]);
    expect([bad.code, JSON.parse(bad.out)]).toMatchObject([2, { valid: false }]);
  });

  it("reads standard input, byte-order mark or not, and gives it the hash that the app gives it", async () => {
    const { code, out } = await bastionWatchdog(["policy", "check", "-", "--json"], {
      input: '\uFEFF{"rules":[{"name":"a"}]}\r\n',
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      hash: "df40296bf01de8b7f01053080ad15addfb3d0ea18559e262f536397c2d47d01a",
      notes: [],
    });
  });

  it.each(["utf8", "utf16le"] as const)("reads a file in %s behind a byte order mark", async (encoding) => {
    await writeFile(file("marked.json"), Buffer.from('\uFEFF{"rules":[{"name":"a"}]}\r\n', encoding));
    const { code, out } = await bastionWatchdog(["policy", "check", file("marked.json"), "--json"]);
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { hash: "df40296bf01de8b7f01053080ad15addfb3d0ea18559e262f536397c2d47d01a" },
    ]);
  });

  it.each([
    [["policy", "check"], "policy check takes <file>"],
    [["policy", "check", "a", "b"], "policy check takes <file>"],
    [["policy", "check", "/no/such/file"], "/no/such/file: there is no such file"],
    [["policy", "check", "/"], "/: this is a folder"],
    [["policy", "check", "x", "--jsn"], "Unknown option '--jsn'"],
    [["policy", "chek"], 'There is no command "policy chek"'],
    [["nonsense"], 'There is no command "nonsense"'],
    [[], "Give a command"],
  ])("after %j exits with 1 and says why in one place", async (words, why) => {
    const { code, out, aside } = await bastionWatchdog(words);
    expect([code, out]).toStrictEqual([1, ""]);
    expect(aside).toContain(`bastion-watchdog: ${why}`);
    expect(aside).not.toMatch(/\n\s+at /);
  });
});

describe("bastion-watchdog policy check, before a policy is deployed,", () => {
  const check = async (given: object | string, ...words: string[]) => {
    await writeFile(file("given.json"), typeof given === "string" ? given : JSON.stringify(given));
    const { code, out, aside } = await bastionWatchdog(["policy", "check", file("given.json"), ...words]);
    return { code, aside, lines: out.split("\n").slice(1, -1) };
  };
  const rest = { name: "rest", ttl: "PT8H" };

  it("says each end in UTC and where the people are, and that a day is over at its end there", async () => {
    const rules = [
      { ...rest, name: "vendor", match: { vm: "**/vm-2" }, validUntil: "2099-12-04T18:00-05:00" },
      { ...rest, name: "friday", match: { vm: "**/vm-1" }, validUntil: "2099-07-03" },
      rest,
    ];
    await writeFile(
      file("settings.json"),
      JSON.stringify({ Values: { WATCHDOG_TIME_ZONE: "Europe/Berlin" } }),
    );
    expect((await check({ rules }, "--settings", file("settings.json"))).lines).toStrictEqual([
      '"vendor" ends at 2099-12-04 23:00:00 UTC, 2099-12-05 00:00:00 +01:00 Europe/Berlin',
      '"friday" ends at 2099-07-03 22:00:00 UTC, 2099-07-04 00:00:00 +02:00 Europe/Berlin',
    ]);
    expect((await check({ rules })).lines[1]).toBe('"friday" ends at 2099-07-04 00:00:00 UTC');
  });

  it("names the channel that is not configured, and those that are", async () => {
    const values = { WATCHDOG_TEAMS_WEBHOOK_URL: "https://flow.example" };
    await writeFile(file("settings.json"), JSON.stringify({ Values: values }));
    const given = { rules: [{ ...rest, channels: ["teams"], fallback: ["mail"] }] };
    const { code, lines } = await check(given, "--settings", file("settings.json"));
    expect([code, lines]).toStrictEqual([
      2,
      ['✖ WATCHDOG_POLICY: rule 1, "rest", names mail, which is not configured; configured: teams'],
    ]);
  });

  it.each([
    [{ ttl: "PT0.0001S" }, "lets links live 0 s, and a bastion is checked every 5 min only"],
    [{ trustTags: true }, "has trustTags and asks for no tags"],
    [{ fallback: ["mail"] }, "has fallback without channels: its alerts go to every channel at once"],
    [{ channels: [] }, "names no channel in channels, which means all of them: leave it out"],
    [{ allow: false, ttl: "PT1H", maxLifetime: "P1D" }, "forbids: its ttl and maxLifetime has no effect"],
    [{ ttl: "P2D", maxLifetime: "P1D" }, "says ttl 2 d, and maxLifetime 1 d: the shorter holds"],
    [{ ttl: "PT1H", warnBefore: "PT8H" }, "warns 8 h before the end of links that live 1 h"],
    [
      { match: { creator: "sp-deploy-pipeline" } },
      "matches its creator by display name, which Entra does not verify",
    ],
    [
      { match: { vm: "**/virtualMachine/vm-1" } },
      "never matches: its vm fits the ID of no VM in Azure. Write **/vm-1",
    ],
    [
      { match: { bastion: "/subscriptions/*/resourceGroups/*/providers/Microsoft.Network/bastions/*" } },
      "never matches: its bastion fits the ID of no bastion in Azure",
    ],
    [{ validUntil: "0001-01-01" }, "ended on 0001-01-02 00:00:00 UTC: it no longer matches anything"],
  ])("notes of %j that it %s, and fails with --strict", async (changes, note) => {
    const given = {
      rules: [
        { name: "it", ...changes },
        { name: "rest", ttl: "PT9H" },
      ],
    };
    expect(await check(given)).toMatchObject({
      code: 0,
      lines: expect.arrayContaining([expect.stringContaining(`note: "it" ${note}`)]) as string[],
    });
    expect((await check(given, "--strict")).code).toBe(2);
  });

  it("says how guests of a domain are written, which --strict lets pass", async () => {
    const given = {
      rules: [{ ...rest, name: "vendor", match: { creator: "*@vendor.example" }, ttl: "P2D" }, rest],
    };
    expect(await check(given, "--strict")).toMatchObject({
      code: 0,
      lines: [
        'remark: "vendor" is for members of the tenant: a guest of vendor.example only makes it stricter. For guests write "*_vendor.example#EXT#@*"',
      ],
    });
  });

  it("says which open links of a scan would get another rule, deadline or verdict", async () => {
    const link = (name: string, createdBy: string, changes: object = {}) => ({
      ...{
        linkId: `${"a".repeat(25)}${name === "vm-2" ? "c" : "b"}`,
        bastionId: hub,
        vmId: vmId(name),
        createdAt: "2026-12-04T12:00:00.000Z",
        createdBy,
      },
      ...{
        deadline: "2026-12-04T20:00:00.000Z",
        rule: "rest",
        tightenedBy: [],
        verdict: "within policy",
        status: "open",
        ...{ live: true, asOf: "2026-12-04T13:00:00.000Z" },
        ...changes,
      },
    });
    const scan = {
      ...{ scannedAt: "2026-12-04T13:00:00.000Z", asOf: "2026-12-04T13:00:00.000Z", complete: false },
      ...{ problems: [], bastions: [] },
      links: [
        link("vm-1", "unknown"),
        link("vm-prod", "jane@contoso.example"),
        link("vm-2", "jane@contoso.example"),
      ],
    };
    await writeFile(file("scan.json"), JSON.stringify(scan));
    const same = await check({ rules: [rest] }, "--against", file("scan.json"));
    expect([same.code, same.lines]).toStrictEqual([
      0,
      ["0 of 3 open links would change:", "  The scan is incomplete: there may be more links."],
    ]);
    const rules = [
      { name: "production", match: { vm: "**/vm-prod" }, allow: false },
      { name: "jane", match: { creator: "jane@*" }, ttl: "P1D", validUntil: "2026-12-04T21:00Z" },
      rest,
    ];
    const { code, lines } = await check({ rules }, "--against", file("scan.json"));
    expect(code).toBe(2);
    const [prod, second] = [`(${"a".repeat(25)}b)`, `(${"a".repeat(25)}c)`];
    expect(lines.filter((line) => /^ |open links/.test(line))).toStrictEqual([
      "2 of 3 open links would change:",
      `  vm-prod on bas-hub ${prod}: verdict allowed → forbidden`,
      `  vm-prod on bas-hub ${prod}: rule rest → production`,
      `  vm-prod on bas-hub ${prod}: deadline 2026-12-04 20:00:00 UTC → 2026-12-04 13:00:00 UTC`,
      `  vm-2 on bas-hub ${second}: rule rest → jane`,
      `  vm-2 on bas-hub ${second}: deadline 2026-12-04 20:00:00 UTC → 2026-12-04 21:00:00 UTC`,
      "  The scan is incomplete: there may be more links.",
    ]);
    expect((await check({ rules }, "--against", file("given.json"))).aside).toContain("is not a scan");
  });

  it("says of a policy that no setting holds how long it is", async () => {
    const given = {
      rules: Array.from({ length: 1_200 }, (_, n) => ({
        name: `rule ${n} of a thousand`,
        match: { vm: `**/vm-${n}` },
        ttl: "PT8H",
        warnBefore: "PT1H",
        severity: "high",
        mode: "enforce",
      })),
    };
    const { code, out } = await bastionWatchdog(["policy", "check", "-"], { input: JSON.stringify(given) });
    expect(code).toBe(2);
    expect(out).toMatch(
      /^- is not a valid policy:\nis 1\d{5} bytes long, and at most 131055 fit into a setting \(128 KiB with its name\)\n$/,
    );
  });
});

describe("bastion-watchdog policy test", () => {
  it("tries many links at once, and says what of each is not as expected", async () => {
    const at = "2026-12-04T17:00Z";
    const cases = [
      {
        link: { vm, creator: "jane@contoso.example", bastion: hub },
        at,
        expect: { rule: "vendor", until: "P2D", mode: "observe" },
      },
      {
        name: "production",
        link: { vm, tags: { ENVIRONMENT: "prod" } },
        at,
        expect: { allowed: false, severity: "high", until: at },
      },
      {
        name: "as if",
        link: { vm, creator: ["jane@contoso.example", "omar@contoso.example"] },
        at,
        expect: { rule: "vendor", until: "2026-12-04" },
      },
      {
        link: { vm, tags: "unknown" },
        at,
        expect: { rule: "everything else", until: "2026-12-05T01:00Z", severity: "medium", allowed: true },
      },
    ];
    await writeFile(file("cases.json"), JSON.stringify(cases));
    const ran = await bastionWatchdog(["policy", "test", file("policy.json"), "--cases", file("cases.json")]);
    expect(ran).toStrictEqual({
      code: 2,
      aside: "",
      out:
        '✖ case 3, "as if": rule is everything else, expected vendor; until is 2026-12-05T01:00:00.000Z, expected 2026-12-05T00:00:00.000Z\n' +
        "3 of 4 cases hold\n",
    });
    await writeFile(file("cases.json"), JSON.stringify(cases.filter(({ name }) => name !== "as if")));
    expect(
      await bastionWatchdog(["policy", "test", file("policy.json"), "--cases", file("cases.json")]),
    ).toMatchObject({
      code: 0,
      out: "3 of 3 cases hold\n",
    });
    await writeFile(
      file("cases.json"),
      '[{"link":{"vm":"vm-1","creater":"x"},"at":"2026-12-04","expect":{}}]',
    );
    const wrong = await bastionWatchdog([
      "policy",
      "test",
      file("policy.json"),
      "--cases",
      file("cases.json"),
    ]);
    expect(wrong.code).toBe(1);
    for (const words of [
      '"creater" is not a field of link: did you mean creator?',
      "vm is not the ARM ID of a VM",
      "at needs a time",
    ])
      expect(wrong.aside).toContain(words);
  });

  it("says which rule decides and why no earlier one does", async () => {
    const { code, out } = await bastionWatchdog([
      "policy",
      "test",
      file("policy.json"),
      vm,
      "--tag",
      "environment=dev",
      ...at,
    ]);
    expect(code).toBe(0);
    expect(out.split("\n")).toStrictEqual([
      '· no links into production: does not match, tag environment "dev" does not match "prod"',
      '· vendor: does not match, bastion "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/any/providers/Microsoft.Network/bastionHosts/any" does not match "**/bas-hub"; creator is not known and would have to match "jane@*"',
      "· ended: does not match, it was valid until 2020-01-02 00:00:00 UTC",
      "✔ everything else: decides, it matches every link",
      "",
      "A link created at 2026-12-04 18:00:00 UTC may live 8 h, until 2026-12-05 02:00:00 UTC; a warning comes 2 h before.",
      "The VM may be open 10 d in all. The deadline is enforced.",
      "",
    ]);
  });

  it("knows a creator, a bastion and tags", async () => {
    const vendor = await bastionWatchdog([
      "policy",
      "test",
      file("policy.json"),
      vm,
      "--creator",
      "jane@contoso.example",
      "--bastion",
      hub,
      ...at,
    ]);
    expect(vendor.out).toContain("may live 2 d, until 2026-12-06 18:00:00 UTC; a warning comes 1 h before.");
    expect(vendor.out).toContain("Nothing is revoked: the rule only observes.");
    const tagged = await bastionWatchdog([
      "policy",
      "test",
      file("policy.json"),
      vm,
      "--tag",
      "owner=me",
      "--tag",
      "Environment=PROD",
      ...at,
    ]);
    expect(tagged.out).toContain("Such a link is forbidden: it is due as soon as it has been reported.");
  });

  it("answers JSON", async () => {
    const { out } = await bastionWatchdog(["policy", "test", file("policy.json"), vm, "--json", ...at]);
    expect(JSON.parse(out)).toMatchObject({
      verdict: { rule: "everything else", allowed: true, ttlInMs: 28_800_000, mode: "enforce" },
      createdAt: "2026-12-04T18:00:00.000Z",
      deadline: "2026-12-05T02:00:00.000Z",
      rules: [
        { outcome: "does not match" },
        {},
        {},
        { rule: "everything else", outcome: "decides" },
        { outcome: "not reached" },
      ],
    });
  });

  it.each([
    [["vm-1"], "<vm-id> is not the ARM ID"],
    [[vm, "--bastion", "bas-hub"], "--bastion is not the ARM ID"],
    [[vm, "--tag", "prod"], "--tag takes name=value"],
    [[vm, "--at", "Friday"], "--at takes a date"],
  ])("refuses %j and says why", async (words, why) => {
    const { code, aside } = await bastionWatchdog(["policy", "test", file("policy.json"), ...words]);
    expect([code, aside.includes(why)]).toStrictEqual([1, true]);
  });

  it("refuses a policy that is none", async () => {
    expect(await bastionWatchdog(["policy", "test", file("bad.json"), vm])).toMatchObject({
      code: 1,
      out: "",
    });
  });

  it("lets no name in a policy move the cursor", async () => {
    await writeFile(file("evil.json"), JSON.stringify({ rules: [{ name: "a\u001B[2J\nok", ttl: "PT1H" }] }));
    const { out } = await bastionWatchdog(["policy", "test", file("evil.json"), vm, ...at]);
    expect(out).toContain("✔ a\uFFFD[2J ok: decides");
    expect(out).not.toContain("\u001B");
  });
});

describe("The command", { timeout: 60_000 }, () => {
  it("begins with a shebang, needs nothing beside it, and says the same from source", async () => {
    const entry = await packageCli(file("dist"));
    expect((await readFile(entry, "utf8")).startsWith("#!/usr/bin/env node\n")).toBe(true);
    for (const words of [["policy", "check", file("policy.json")], ["ledger", "verify"], ["--help"]]) {
      expect(await bastionWatchdog(words, { entry })).toStrictEqual(
        await bastionWatchdog(words, { entry: source }),
      );
    }
  });
});
