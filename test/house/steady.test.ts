import { describe, expect, it } from "vitest";
import { sourcesUnder, usesOf, type Source } from "./imports.ts";

/** What a test claims holds on a machine that is slow, busy or in another year; how fast it comes, the bench says. */
const rules = {
  "measures time": /\b(performance\.now|process\.hrtime|process\.cpuUsage)\b/,
  "takes a difference of times": /\bDate\.now\(\)\s*-\s*[a-z]|-\s*Date\.now\(\)/i,
  "waits for a time to pass": /\b(setTimeout|setInterval)\(|timers\/promises|AbortSignal\.timeout\b/,
  "waits with a patience of its own": /\bvi\.waitFor|\bwaitUntil\(|expect\s*\.poll/,
} as const;
const clock = /\bDate\.now\(\)|\bnew Date\(\)/;

/** Named helpers, and what is no test. */
const exceptions: Readonly<Record<string, string>> = {
  "test/eventually.ts": "polls for what comes by itself, with a generous cap",
  "test/azure/patience.ts": "ends waits that are sure to be in vain",
  "test/local/clock/follow.test.ts": "its subject is the clock, to the hour",
  "test/local/clock/say-time.ts": "its subject is the clock, to the hour",
  "test/local/functions-host/timers.test.ts": "its timeouts run in fake time",
  "test/stack/console.test.ts":
    "an answer of the workspace is kept for twenty seconds, and a page is not reloaded fifty times a second",
  "test/stack/storm.test.ts":
    "what it claims is that two hundred links are told within half a minute; and people open links one after the other",
  "test/simulation/soak.ts": "a tool that says how long it ran",
  "test/live/facts.ts": "a tool that asks the real Azure",
  "test/live/recorder.ts": "a tool that asks the real Azure",
  "test/live/trial.ts": "a tool that asks the real Azure",
  "test/live/with-link.ts": "a tool that asks the real Azure",
  "test/house/steady.test.ts": "these rules",
  "test/house/layers.test.ts": "the rules of the core, and what breaks them",
};

/** In texts, too: sources of hosted apps and scripts are texts. Comments are free. */
function unsteady({ path, text }: Source): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const broken = Object.entries(rules).flatMap(([what, pattern]) =>
    pattern.test(code) ? [`${path} ${what}`] : [],
  );
  const isCompared = clock.test(code) && usesOf({ path, text }, /^expect\b/).some((use) => clock.test(use));
  return isCompared ? [...broken, `${path} compares with the clock on the wall`] : broken;
}

const tests = sourcesUnder("test");

describe("The tests", () => {
  it("claim nothing about real time, but for exceptions that are all needed", () => {
    expect(tests.length).toBeGreaterThan(200);
    const found = tests
      .map((source) => ({ ...source, faults: unsteady(source) }))
      .filter(({ faults }) => faults.length > 0);
    expect(found.filter(({ path }) => !(path in exceptions)).flatMap(({ faults }) => faults)).toStrictEqual(
      [],
    );
    expect(found.map(({ path }) => path).toSorted()).toStrictEqual(Object.keys(exceptions).toSorted());
  });

  it.each([
    ["measures time", "const begin = performance.now();"],
    ["measures time", "const { user } = process.cpuUsage();"],
    ["takes a difference of times", "const seconds = (Date.now() - startedAt) / 1_000;"],
    ["takes a difference of times", "const left = until - Date.now();"],
    ["waits for a time to pass", "await new Promise((resolve) => setTimeout(resolve, 300));"],
    ["waits for a time to pass", 'const app = "await new Promise((resolve) => setTimeout(resolve, 300));";'],
    ["waits for a time to pass", 'import { setTimeout as delay } from "node:timers/promises";'],
    ["waits for a time to pass", "const signal = AbortSignal.timeout(100);"],
    ["waits with a patience of its own", "await vi.waitFor(check);"],
    ["waits with a patience of its own", "await expect\n  .poll(read).toHaveLength(1);"],
    ["compares with the clock on the wall", "expect(seenAt).toBeGreaterThan(Date.now());"],
    ["compares with the clock on the wall", "expect(new Date().getUTCHours()).toBe(8);"],
  ])("are found when one %s: %s", (what, text) => {
    expect(unsteady({ path: "planted.test.ts", text })).toStrictEqual([`planted.test.ts ${what}`]);
  });

  it.each([
    "// setTimeout(resolve, 300)",
    "const hourAgo = instant(Date.now() - 3_600_000);",
    "await eventually(check);",
  ])("are free to say %s", (text) => {
    expect(unsteady({ path: "planted.test.ts", text })).toStrictEqual([]);
  });
});
