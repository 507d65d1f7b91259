import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { pathsInGit, textsInGit } from "./files.ts";
import type { Source } from "./imports.ts";

const paths = new Set(pathsInGit());
const texts = textsInGit();
const textOf = new Map(texts.map(({ path, text }) => [path, text]));

/** A file, or a folder with files in it. */
const exists = (path: string): boolean =>
  paths.has(path) || [...paths].some((other) => other.startsWith(`${path.replace(/\/$/, "")}/`));

/** Somewhere in the repository there is a file whose path ends like this. */
const isEndOfPath = (name: string): boolean =>
  paths.has(name) || [...paths].some((path) => path.endsWith(`/${name}`));

const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([whole, part]) => part ?? whole);

/** A paragraph is cited of a public standard, or of a document that nobody who has a clone can read. */
const paragraph = /(?<!RFC \d+,? |CloudEvents [\d.]+,? )§\S*/g;
/** What lies beside the repository; tests that compare with it when it is there name it. */
const beside = /\.\.\/shared\/\S*|\bfacts\/[\w.-]+/g;

/** Documents that a file cites and that are not in the repository. */
function foreignDocuments({ path, text }: Source): readonly string[] {
  const mayCompare = path.startsWith("test/") && /\bneedsShared\b/.test(text);
  const named = matches(text, /[\w./-]*\w\.md\b/g).map((name) => name.replace(/^(\.{1,2}\/)+/, ""));
  const cited = [
    ...matches(text, paragraph),
    ...(mayCompare ? [] : matches(text, beside)),
    ...named.filter((name) => !isEndOfPath(name)),
  ];
  return cited.map((name) => `${path} cites ${name}`);
}

/** Built, or made by whoever runs it: nothing that a clone holds. */
const made = /^(dist|\.local|coverage|node_modules)\/|^bench\/results\.json$/;
const tops = new Set([...paths].map((path) => path.split("/")[0]));

/** Files that a document links to or names, and names it links to, which are not there. */
function lostIn({ path, text }: Source): readonly string[] {
  const links = [...text.matchAll(/(?<!!)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(
    ([, words = "", target = ""]) => ({
      words,
      target: posix.join(posix.dirname(path), target),
    }),
  );
  const code = matches(text, /`([^`\s]+)`/g);
  const fromRoot = code.filter(
    (name) => /^[\w.-]+(\/[\w.-]+)+\/?$/.test(name) && tops.has(name.split("/")[0] ?? "") && !made.test(name),
  );
  const byName = code.filter(
    (name) => /^[\w./-]+\.(ts|md|bicep|kql|sh)$/.test(name) && !/^\.{1,2}\//.test(name) && !made.test(name),
  );
  const words = links.flatMap(({ words, target }) =>
    matches(words, /`(\w+)`/g).flatMap((name) => (hasWord(target, name) ? [] : [`${name} in ${target}`])),
  );
  const lost = [
    ...links.map(({ target }) => target).filter((target) => !exists(target)),
    ...fromRoot.filter((name) => !exists(name)),
    ...byName.filter((name) => !isEndOfPath(name)),
  ];
  return [...new Set([...lost, ...words])].map((name) => `${path} names ${name}`);
}

const hasWord = (path: string, word: string): boolean => {
  const text = textOf.get(path);
  return text === undefined || new RegExp(`\\b${word}\\b`).test(text);
};

describe("What is not in the repository", () => {
  it("is cited by no file of the program, its tests and its infrastructure", () => {
    const own = texts.filter(
      ({ path }) => /^(src|local|test|infra|bench)\//.test(path) && path !== "test/house/documents.test.ts",
    );
    expect(own.length).toBeGreaterThan(500);
    expect(own.flatMap(foreignDocuments)).toStrictEqual([]);
  });

  it.each([
    ["src/planted.ts", "/** As DESIGN §5 has it. */", ["§5"]],
    ["src/planted.ts", "// twelve seconds (facts/azure.md)", ["facts/azure.md", "facts/azure.md"]],
    ["infra/planted.bicep", "// see NOTES.md", ["NOTES.md"]],
    [
      "test/planted.test.ts",
      'readFile("../shared/spec/bastionHost.json")',
      ['../shared/spec/bastionHost.json")'],
    ],
    ["test/planted.test.ts", 'it.runIf(needsShared("spec/"))("is as in ../shared/spec", () => {});', []],
    ["src/planted.ts", "/** RFC 9110 §12.5.1; docs/architecture.md has the order. */", []],
  ])("would be found in %s: %s", (path, text, found) => {
    expect(foreignDocuments({ path, text })).toStrictEqual(found.map((name) => `${path} cites ${name}`));
  });
});

describe("The documents", () => {
  const documents = texts.filter(({ path }) => path.endsWith(".md") && path !== "CHANGELOG.md");

  it.each(documents)("name and link to what exists: $path", (document) => {
    expect(lostIn(document)).toStrictEqual([]);
  });

  it.each([
    [
      "[`wire`](../src/wiring.ts), [adr](adr), `src/main.ts`, `wiring.ts`, `dist/app/main.js`, [x](https://example.com/y.ts)",
      [],
    ],
    ["[there](../src/gone.ts)", ["src/gone.ts"]],
    ["`src/gone.ts`", ["src/gone.ts"]],
    ["`gone.ts`", ["gone.ts"]],
    ["[`unwired`](../src/wiring.ts)", ["unwired in src/wiring.ts"]],
  ])("would not pass with %s", (text, lost) => {
    expect(lostIn({ path: "docs/planted.md", text })).toStrictEqual(
      lost.map((name) => `docs/planted.md names ${name}`),
    );
  });
});
