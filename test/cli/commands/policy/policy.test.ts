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
      'note: "ended" ended on 2020-01-01 00:00:00 UTC: it matches nothing any more',
      'note: "never" is never reached: "everything else" before it matches every link',
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
      'note: "never omar" rests on the creator: "on-call may" before it allows some. Until the creator of a link is known, the link is high severity at once and due after one warnBefore',
      'note: "nobody else" rests on the creator: "on-call may" before it allows some. Until the creator of a link is known, the link is high severity at once and due after one warnBefore',
      'note: "never omar" rests on the creator: a link that several people may have made, one of them matching, is high severity at once and due after one warnBefore',
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
    expect(out).toContain("is no ISO 8601 duration above zero");
    expect(out).not.toContain("SECRET");
  });

  it("answers JSON", async () => {
    const good = await bastionWatchdog(["policy", "check", file("policy.json"), "--json"]);
    expect(JSON.parse(good.out)).toMatchObject({
      valid: true,
      rules: 5,
      notes: [{}, {}].map(() => expect.any(String) as unknown),
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

describe("bastion-watchdog policy test", () => {
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
      "· ended: does not match, it was valid until 2020-01-01 00:00:00 UTC",
      "✔ everything else: decides, it matches every link",
      "",
      "A link created at 2026-12-04 18:00:00 UTC may live 8 h, until 2026-12-05 02:00:00 UTC; a warning comes 2 h before.",
      "The VM may be open 10 d in all. The end is enforced.",
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
    expect(tagged.out).toContain("Such a link is forbidden: it is due as soon as it was announced.");
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
    [["vm-1"], "<vm-id> is no ARM id"],
    [[vm, "--bastion", "bas-hub"], "--bastion is no ARM id"],
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
