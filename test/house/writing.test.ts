import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bannedIn, bansIn } from "./banned-words.ts";
import { textsInGit } from "./files.ts";
import { sourcesUnder, type Source } from "./imports.ts";
import { proseIn, stringsIn, type Text } from "./strings.ts";

const bans = bansIn(readFileSync(new URL("../../docs/writing.md", import.meta.url), "utf8"));
const documents = textsInGit().filter(({ path }) => path.endsWith(".md") && !path.startsWith("test/"));
const programs = sourcesUnder("src", "local");

const textsOf = (source: Source): readonly Text[] =>
  source.path.endsWith(".md") ? proseIn(source) : stringsIn(source);

const found = (source: Source): readonly string[] =>
  textsOf(source).flatMap(({ place, text }) =>
    bannedIn(text, bans).map((phrase) => `${place}: "${phrase}" in "${text.trim()}"`),
  );

describe("What people read", () => {
  it("in the strings of the program and of the local stack is worded as docs/writing.md asks", () => {
    expect(programs.flatMap(textsOf).length).toBeGreaterThan(2_000);
    expect(programs.flatMap(found)).toStrictEqual([]);
  });

  it.each(documents)("in $path is worded as docs/writing.md asks", (document) => {
    expect(found(document)).toStrictEqual([]);
  });
});

describe("The test of wording", () => {
  it("has a phrase for each of these, read from the table", () => {
    expect(bans.map(({ phrase }) => phrase)).toEqual(
      expect.arrayContaining(["is no", "whoever", "told", "take … down", "machine", "unannounced"]),
    );
  });

  it.each(bans.map(({ phrase }) => [phrase, phrase.replace("…", "the old link")]))(
    'finds "%s" in a string, in a template and in a document',
    (phrase, words) => {
      const text = `It ${words} now`;
      const sources = [
        { path: "src/planted.ts", text: `const x = ${JSON.stringify(text)};` },
        { path: "src/planted.ts", text: `const x = say\`\${a} ${words.toUpperCase()}, \${b}\`;` },
        { path: "docs/api.md", text: `- ${text}.` },
      ];
      for (const source of sources) expect(found(source).join()).toContain(`: "${phrase}" in`);
    },
  );

  it.each([
    ["src/planted.ts", 'throw new Error("The link is no longer open");'],
    ["src/planted.ts", 'say("There is no command of this name");'],
    ["src/planted.ts", 'import { machines } from "./machines.ts"; type Kind = "told" | "unannounced";'],
    ["src/planted.ts", 'const kinds = { unannounced: rows["machine"] }; // nobody is told'],
    ["src/planted.ts", 'say("machine-readable", "a virtual machine");'],
    ["docs/api.md", "The kind `unannounced` is [a kind](alerts.md#machine)."],
    ["docs/api.md", "```bash\ntell somebody\n```"],
  ])("leaves alone what programs read, and what is fine: %s %s", (path, text) => {
    expect(found({ path, text })).toStrictEqual([]);
  });

  it.each([
    ["a label of one word", 'label("Machine")', ["src/planted.ts:1"]],
    ["a line of many", "const x = `one\ntwo\nsomebody three`;", ["src/planted.ts:1"]],
    ["what follows a fence", "", ["docs/api.md:4"]],
  ])("finds %s", (_, code, places) => {
    const source =
      code === ""
        ? { path: "docs/api.md", text: "```ts\nnobody\n```\nnobody" }
        : { path: "src/planted.ts", text: code };
    expect(found(source).map((one) => one.split(": ")[0])).toStrictEqual(places);
  });
});
