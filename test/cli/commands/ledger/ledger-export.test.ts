import { execFileSync, spawnSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { hubPartition } from "../../../memory/watchdog.ts";
import { needs } from "../../../needs.ts";
import { bastionWatchdog } from "../../command-line.ts";
import { filledStorage, isOfSpoke, spoke, spokePartition } from "../../filled-storage.ts";

const { file, cli, altered } = filledStorage();

describe("bastion-watchdog ledger export", () => {
  it("writes every fact of every ledger, archive included, into a file that appears whole", async () => {
    const lines = (await readFile(file("all.jsonl"), "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(308);
    expect(lines.filter(isOfSpoke)).toHaveLength(6);
    await expect(stat(file("all.jsonl.part"))).rejects.toThrow("ENOENT");
  });

  it("writes one ledger to standard output, and what it did aside", async () => {
    const { code, out, aside } = await cli("ledger", "export", "--bastion", "bas-spoke");
    expect([code, out.trimEnd().split("\n").length, aside]).toStrictEqual([0, 6, "6 facts exported\n"]);
    expect(out.split("\n")[0]).toContain(`{"partition":"${spokePartition}",`);
  });

  it("writes CSV, from storage or from an earlier export, in which nothing runs as a formula", async () => {
    const direct = await cli("ledger", "export", "--bastion", spoke.id, "--format", "csv");
    const only = await altered("spoke.jsonl", (lines) => lines.filter(isOfSpoke));
    const converted = await bastionWatchdog(["ledger", "export", "--file", only, "--format", "csv"]);
    expect(converted.out).toBe(direct.out);
    expect(direct.out.split("\r\n")).toHaveLength(8);
    expect(direct.out.split("\r\n")[0]).toMatch(/^partition,seq,at,kind,/);
    expect(direct.out).not.toMatch(/(^|,)[=+@]/m);
  });

  it.each([
    [["--bastion", "bas-none"], 'No bastion "bas-none" was ever seen'],
    [["--format", "xml"], "--format is jsonl or csv"],
    [["--file", "/no/such/file"], "/no/such/file: there is no such file"],
    [["extra"], "ledger export takes no arguments"],
  ])("refuses %j and says why", async (words, why) => {
    const { code, aside } = await cli("ledger", "export", ...words);
    expect([code, aside.includes(why)]).toStrictEqual([1, true]);
  });

  it("stops without a complaint when whoever reads has enough", () => {
    const words = ["src/cli/main.ts", "ledger", "export", "--file", file("all.jsonl")]
      .map((word) => `'${word}'`)
      .join(" ");
    const { stdout, stderr } = spawnSync("sh", ["-c", `"${process.execPath}" ${words} | head -n 1`], {
      encoding: "utf8",
    });
    expect(stdout.split("\n")).toHaveLength(2);
    expect(stderr).not.toContain("EPIPE");
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

describe("The verification by hand in docs/ledger.md", () => {
  const snippet = async () => {
    const docs = await readFile(new URL("../../../../docs/ledger.md", import.meta.url), "utf8");
    await writeFile(file("verify.py"), /```python\n([^]*?)```/.exec(docs)?.[1] ?? "");
    return file("verify.py");
  };

  it.runIf(needs("python3", hasPython))("holds an export, and ends in the heads of the anchor", async () => {
    const out = execFileSync("python3", [await snippet(), file("all.jsonl")], { encoding: "utf8" });
    const { heads } = JSON.parse(await readFile(file("anchor.json"), "utf8")) as {
      heads: { partition: string; head: string }[];
    };
    const expected = Object.fromEntries(heads.map(({ partition, head }) => [partition, head]));
    expect(JSON.parse(out)).toMatchObject({
      [hubPartition]: expected[hubPartition],
      [spokePartition]: expected[spokePartition],
    });
  });

  it.runIf(needs("python3", hasPython))(
    "names the line that was altered, and the one before which something is missing",
    async () => {
      const python = (path: string) => spawnSync("python3", [script, path], { encoding: "utf8" });
      const script = await snippet();
      const one = await altered("one.jsonl", (lines) =>
        lines.map((line) => line.replace('"count":4}', '"count":5}')),
      );
      expect(python(one)).toMatchObject({ status: 1, stderr: "line 5: fact 7 was altered\n" });
      const other = await altered("other.jsonl", (lines) => lines.toSpliced(4, 1));
      expect(python(other)).toMatchObject({
        status: 1,
        stderr: "line 5: something is missing before fact 8\n",
      });
    },
  );
});
