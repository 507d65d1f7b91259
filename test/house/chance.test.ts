import { describe, expect, it } from "vitest";
import { importsOf, sourcesUnder, usesOf, type Source } from "./imports.ts";

/** A run depends on the commit alone: what decides its course is drawn from a seed that is fixed and printed. These values decide nothing. */
const chanceAllowed: Readonly<Record<string, string>> = {
  "local/functions-host/app-thread.ts": "the id of an invocation",
  "local/functions-host/host.ts": "a key that nobody may guess",
  "local/functions-host/queue-messages.ts": "the id of a message that nobody sent",
  "local/functions-host/sign-in.ts": "a key that nobody may guess",
  "local/build/package-app.ts": "a folder's name",
  "local/simulated-azure/main.ts": "the seed itself, which is printed",
  "local/simulated-azure/events/webhook-handshake.ts": "a code that the other side has to repeat",
  "local/stack/stack.ts": "a key that nobody may guess",
  "test/simulation/soak.ts": "the seed itself, which is printed",
};

const chance = String.raw`Math\.random|random(UUID|Bytes|Int|FillSync)\(|crypto\.(random|getRandomValues)`;

/** Only a file that has the words is read as code. */
const placesOf = (pattern: string, sources: readonly Source[]): readonly string[] =>
  sources
    .filter(
      (source) =>
        new RegExp(pattern).test(source.text) && usesOf(source, new RegExp(`^(${pattern})`)).length > 0,
    )
    .map(({ path }) => path);

const tests = sourcesUnder("test");
const sources = [...tests, ...sourcesUnder("local")];

describe("What a run depends on", () => {
  it("is no chance without a seed, but in places where it decides nothing", () => {
    expect(placesOf(chance, sources).toSorted()).toStrictEqual(Object.keys(chanceAllowed).toSorted());
  });

  it("is for properties the one seed of test/fast-check.ts", () => {
    const naming = tests.filter(({ text }) => text.includes("fast-check"));
    const importing = naming
      .filter((source) => importsOf(source).includes("fast-check"))
      .map(({ path }) => path);
    expect(importing).toStrictEqual(["test/fast-check.ts"]);
  });

  it.each([
    "Math.random()",
    "const draw = Math.random;",
    "randomUUID()",
    "crypto.randomUUID()",
    "randomInt(7)",
    "crypto.getRandomValues(x)",
  ])("is seen in %s", (text) => {
    expect(placesOf(chance, [{ path: "test/x.ts", text }])).toStrictEqual(["test/x.ts"]);
  });
});
