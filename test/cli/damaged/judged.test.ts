import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cliContext } from "../../../src/cli/wiring/wiring.ts";
import { run } from "../../../src/cli/run.ts";
import { at } from "../../memory/clock.ts";
import { needs } from "../../needs.ts";
import { damagedLedgers, type Damaged } from "./damages.ts";

const script = resolve(import.meta.dirname, "../../../docs/check-ledger.sh");
const tools = "sh, awk and sha256sum";
const hasTools = spawnSync("sh", ["-c", "command -v awk && command -v sha256sum"]).status === 0;
if (!hasTools) console.warn(`SKIPPED: docs/check-ledger.sh, which needs ${tools}`);

const folders = await damagedLedgers();
let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "damaged-ledgers-"));
});
afterAll(() => rm(root, { recursive: true }));

async function written({ ledger, anchors }: Damaged): Promise<readonly [ledger: string, anchors: string]> {
  const folder = await mkdtemp(join(root, "case-"));
  await mkdir(join(folder, "anchors"));
  await writeFile(join(folder, "ledger.jsonl"), ledger);
  for (const [name, text] of anchors) await writeFile(join(folder, "anchors", name), text);
  return [join(folder, "ledger.jsonl"), join(folder, "anchors")];
}

/** A day later than the newest anchor. */
const clock = { now: () => at("2026-11-23T20:00:00Z") };

async function verified(ledger: string, anchors: string): Promise<readonly [code: number, words: string]> {
  let words = "";
  const say = (text: string) => {
    words += text;
  };
  const silent = () => undefined;
  const terminal = {
    print: (text: string) => {
      say(text);
      return Promise.resolve();
    },
    note: say,
    progress: silent,
    bar: silent,
    ask: () => Promise.resolve(undefined),
  };
  const context = { ...cliContext({}), clock };
  const code = await run(["ledger", "verify", "--file", ledger, "--anchors", anchors], terminal, context);
  return [code, words];
}

describe("A damaged ledger", () => {
  it("comes in more than sixty forms, each another one", () => {
    expect(folders.length).toBeGreaterThan(60);
    const forms = folders.map(({ ledger, anchors }) => JSON.stringify([ledger, [...anchors]]));
    expect(new Set(forms).size).toBeGreaterThan(90);
  });

  it.each(folders)("has its verdict where $name", async (damaged) => {
    const [ledger, anchors] = await written(damaged);
    const [code, words] = await verified(ledger, anchors);
    expect([code, words.includes("\n")], words).toStrictEqual([damaged.verdict, true]);
  });

  it.runIf(needs(tools, hasTools)).each(folders)(
    "has the same by docs/check-ledger.sh where $name",
    async (damaged) => {
      const [ledger, anchors] = await written(damaged);
      const { status, stdout, stderr } = spawnSync("sh", [script, ledger, anchors], { encoding: "utf8" });
      expect([status, stderr], stdout).toStrictEqual([damaged.verdict, ""]);
    },
  );
});
