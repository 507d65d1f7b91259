import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { textsInGit } from "./files.ts";
import { sourcesUnder, usesOf, type Source } from "./imports.ts";

const root = new URL("../../", import.meta.url);

/** A folder of one machine: somebody's home, or where this was written. Put together here so that this file passes itself. */
const machinePath = new RegExp(
  ["/" + "work/", "/" + "root/", "/" + "home/\\w+/", "/" + "Users/\\w+/", "[A-Z]:\\\\" + "Users\\\\"]
    .map((folder) => `(?<![\\w.}])${folder}`)
    .join("|"),
);
const realLink = new RegExp(
  "bst-[0-9a-f-]{36}\\.bastion\\." + "azure\\.com/api/shareable-url/(?!0{8})[0-9a-f]{8}-",
);
const accountKey = new RegExp(
  "Account" + "Key=(?!Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq)[A-Za-z0-9+/]{80,}==",
);

const withPattern = (pattern: RegExp, sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ text }) => pattern.test(text))
    .map(
      ({ path }) =>
        `${path}: ${pattern.exec(sources.find((source) => source.path === path)?.text ?? "")?.[0] ?? ""}`,
    );

describe("The repository", () => {
  it.each([
    ["path of one machine", machinePath],
    ["link of a real bastion", realLink],
    ["key of a real storage account", accountKey],
  ])("holds no %s", (_, pattern) => {
    const all = textsInGit();
    expect(all.length).toBeGreaterThan(100);
    expect(withPattern(pattern, all)).toStrictEqual([]);
  });

  it("locks packages without the host they came from, or with npm's own", () => {
    const lock = readFileSync(new URL("package-lock.json", root), "utf8");
    const hosts = new Set([...lock.matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)].map(([, host]) => host));
    hosts.delete("https://registry.npmjs.org");
    expect([...hosts]).toStrictEqual([]);
    expect(lock).not.toMatch(/https?:\/\/[^"/]*:[^"/]*@/);
  });
});

const leftOut = /^(it|test|describe)(\.\w+)*\.(only|skip|todo)$/;
/** A condition that does not come from `test/needs.ts`, which lets none pass in CI. */
const ownCondition =
  /^((it|test|describe)(\.\w+)*\.(skipIf|runIf)|(\w+\.)*skip)\((?!!?needs(Shared|Bicep|Shellcheck)?\()/;
/** What either begins with, as it stands in a file: only such files are worth being parsed. */
const words = /\.(only|skip|todo|skipIf|runIf)\b|\bskip\(/;

describe("The tests", () => {
  it("are all run: none is singled out, and none left out but by a condition that says why", () => {
    const suspects = sourcesUnder("test").filter(({ text }) => words.test(text));
    expect(suspects.length).toBeGreaterThan(0);
    const uses = suspects.flatMap((source) =>
      [...usesOf(source, leftOut), ...usesOf(source, ownCondition)].map((text) => `${source.path}: ${text}`),
    );
    expect(uses).toStrictEqual([]);
  });

  it.each(["it.only", "describe.skip", "it.concurrent.only", "test.todo"])(
    "would not pass with %s",
    (name) => {
      expect(
        usesOf({ path: "test/planted.test.ts", text: `${name}("planted", () => {});` }, leftOut),
      ).toStrictEqual([name]);
    },
  );

  it.each(["it.skipIf(isAbsent)", "describe.runIf(isHere)", "skip(browser === undefined)", "context.skip()"])(
    "nor with %s",
    (code) => {
      expect(usesOf({ path: "test/planted.test.ts", text: `${code};` }, ownCondition)).toStrictEqual([code]);
    },
  );

  it.each([
    'it.runIf(needs("x", isHere))',
    'skip(!needs("x", isHere), "why")',
    'it.each([1])("only", () => {})',
  ])("pass with %s", (code) => {
    const source = { path: "test/planted.test.ts", text: `${code};` };
    expect([...usesOf(source, leftOut), ...usesOf(source, ownCondition)]).toStrictEqual([]);
  });

  it("state facts: no title says what should be", () => {
    const titled = /\b(?:it|describe|test)(?:\.\w+(?:\([^)]*\))?)*\(\s*["'`][^"'`]*\bshould\b/;
    expect(
      sourcesUnder("test").filter(({ path, text }) => titled.test(text) && !path.endsWith("secrets.test.ts")),
    ).toStrictEqual([]);
  });
});
