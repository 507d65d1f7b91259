import { spawnSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { bastionWatchdog } from "../../command-line.ts";
import { filledStorage, isOfSpoke, spoke, spokePartition } from "../../filled-storage.ts";

const { file, cli, altered, dropArchive } = filledStorage();

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
    expect(out.split("\n")[0]).toMatch(
      new RegExp(
        `"seq":1,"partition":"${spokePartition.replaceAll("|", "[|]")}","prevHash":"","hash":"[0-9a-f]{64}"}$`,
      ),
    );
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

  it("says what is missing, and exits with 2, once a part of the archive is lost", async () => {
    const lost = await dropArchive();
    const { code, out, aside } = await cli("ledger", "export", "--bastion", "bas-hub");
    expect([code, out.trimEnd().split("\n").length]).toStrictEqual([2, 300 - lost]);
    expect(aside).toContain("The export is incomplete. |subscriptions|");
    expect(aside).toContain("is not the first of its chain: everything before it is missing");
  });

  it("says which lines of an earlier export it left out, and exits with 2", async () => {
    const cut = await altered("cut.jsonl", (lines) => lines.with(0, lines[0]?.slice(0, 50) ?? ""));
    const { code, aside } = await bastionWatchdog(["ledger", "export", "--file", cut]);
    expect([code, aside.includes(`Line 1 of ${cut} is not JSON`)]).toStrictEqual([2, true]);
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
