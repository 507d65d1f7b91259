import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../../src/core/domain/hash.ts";
import { rowOf } from "../../../../src/azure/table/row-format.ts";
import { at } from "../../../memory/clock.ts";
import { aChain } from "../../../memory/ledgers.ts";
import { hubPartition } from "../../../memory/watchdog.ts";
import { bastionWatchdog } from "../../command-line.ts";
import { filledStorage, isOfSpoke, spokePartition } from "../../filled-storage.ts";

const { file, cli, rows, altered } = filledStorage();

describe("bastion-watchdog ledger verify, from a file,", () => {
  it("holds what was exported, also against the anchor", async () => {
    const { code, out } = await bastionWatchdog([
      "ledger",
      "verify",
      "--file",
      file("all.jsonl"),
      "--anchors",
      file("anchors"),
    ]);
    expect([code, out.split("\n")]).toStrictEqual([
      0,
      [
        `✔ ${hubPartition}: 300 facts hold`,
        `✔ ${spokePartition}: 6 facts hold`,
        "✔ |watchdog: 2 facts hold",
        expect.stringMatching(
          /^Compared with 1 anchor. The newest is anchors\/1.json of 2026-11-21T03:20:00.000Z, SHA-256 [0-9a-f]{64}.$/,
        ),
        "",
      ],
    ]);
  });

  it("holds as well when Windows PowerShell saved it anew", async () => {
    const text = await readFile(file("all.jsonl"), "utf8");
    await writeFile(file("utf16.jsonl"), Buffer.from(`\uFEFF${text.replaceAll("\n", "\r\n")}`, "utf16le"));
    const { code, out } = await bastionWatchdog(["ledger", "verify", "--file", file("utf16.jsonl")]);
    expect([code, out.split("\n")[0]]).toStrictEqual([0, `✔ ${hubPartition}: 300 facts hold`]);
  });

  it.each([
    [
      "altered",
      (lines: readonly string[]) => lines.map((line) => line.replace('"count":4,', '"count":5,')),
      "wrong-hash",
      7,
    ],
    [
      "given a field more",
      (lines: readonly string[]) =>
        lines.map((line) =>
          isOfSpoke(line) && line.includes('"seq":4,')
            ? line.replace('"policyHash":', '"more":1,"policyHash":')
            : line,
        ),
      "wrong-hash",
      4,
    ],
    [
      "dropped",
      (lines: readonly string[]) => lines.filter((line) => !(isOfSpoke(line) && line.includes('"seq":4,'))),
      "wrong-previous",
      5,
    ],
    [
      "repeated",
      (lines: readonly string[]) =>
        lines.flatMap((line) => (isOfSpoke(line) && line.includes('"seq":4,') ? [line, line] : [line])),
      "out-of-order",
      4,
    ],
    [
      "swapped with the last",
      (lines: readonly string[]) => [lines.at(-3) ?? "", ...lines.slice(0, -3), ...lines.slice(-2)],
      "out-of-order",
      1,
    ],
    [
      "cut off at the end, against the anchor",
      (lines: readonly string[]) => lines.filter((line) => !(isOfSpoke(line) && line.includes('"seq":8,'))),
      "truncated",
      7,
    ],
  ])("finds a fact that was %s", async (name, change, reason, seq) => {
    const path = await altered(`${name}.jsonl`, change);
    const { code, out } = await bastionWatchdog([
      "ledger",
      "verify",
      "--file",
      path,
      "--anchors",
      file("anchors"),
      "--json",
    ]);
    expect(code).toBe(2);
    const { verified, ledgers } = JSON.parse(out) as {
      verified: boolean;
      ledgers: { problem?: { reason: string; seq: number } }[];
    };
    expect(verified).toBe(false);
    expect(ledgers.flatMap(({ problem }) => problem ?? [])).toContainEqual(
      expect.objectContaining({ reason, seq }),
    );
  });

  it("says what a file that begins in the middle cannot prove, and exits with 3", async () => {
    const path = await altered("tail.jsonl", (lines) => lines.filter(isOfSpoke).slice(2));
    const { code, out } = await bastionWatchdog(["ledger", "verify", "--file", path]);
    expect(code).toBe(3);
    expect(out).toBe(
      `✔ ${spokePartition}: 4 facts hold; the file begins with fact 4, which is not the first of its chain\n` +
        "There was no anchor to compare with: a ledger that was rewritten as a whole would go unnoticed.\n",
    );
  });

  it("misses a ledger that the anchor names, and exits with 3", async () => {
    const path = await altered("hub.jsonl", (lines) => lines.filter((line) => !isOfSpoke(line)));
    const { code, out } = await bastionWatchdog([
      "ledger",
      "verify",
      "--file",
      path,
      "--anchors",
      file("anchors"),
    ]);
    expect(code).toBe(3);
    expect(out).toContain(
      `? ${spokePartition}: could not be checked: an anchor names it, the file does not hold it`,
    );
  });

  it("names a line that is no fact, goes on, and exits with 2", async () => {
    const path = await altered("cut.jsonl", (lines) => lines.with(0, lines[0]?.slice(0, 50) ?? ""));
    const { code, out } = await bastionWatchdog(["ledger", "verify", "--file", path]);
    expect(code).toBe(2);
    expect(out).toContain(`✖ Line 1 of ${path} is not JSON\n`);
    expect(out).toContain(`✔ ${spokePartition}: 6 facts hold\n`);
  });

  it("looks for the anchor whose hash somebody kept", async () => {
    const told = sha256(await readFile(file("anchors/1.json"), "utf8"));
    const words = ["ledger", "verify", "--file", file("all.jsonl"), "--anchors", file("anchors"), "--told"];
    expect(await bastionWatchdog([...words, told.toUpperCase()])).toMatchObject({ code: 0 });
    const other = await bastionWatchdog([...words, "0".repeat(64)]);
    expect([other.code, other.out.includes("✖ No anchor has the SHA-256 that was kept: 000")]).toStrictEqual([
      2,
      true,
    ]);
  });

  it("refuses a folder that is not there", async () => {
    const words = ["--file", file("all.jsonl"), "--anchors", file("nowhere")];
    const { code, aside } = await bastionWatchdog(["ledger", "verify", ...words]);
    expect([code, aside.includes("nowhere: there is no such file")]).toStrictEqual([1, true]);
  });
});

describe("bastion-watchdog ledger verify, from storage,", () => {
  it("holds everything against all anchors", async () => {
    const { code, out, aside } = await cli("ledger", "verify");
    expect([code, aside]).toStrictEqual([0, ""]);
    expect(out).toContain(`✔ ${hubPartition}: 300 facts hold\n`);
    expect(out).toContain("The newest is anchors/1.json of 2026-11-21T03:20:00.000Z, SHA-256 ");
  });

  it("finds one altered row, says where, and exits with 2; mended, it holds again", async () => {
    const place = { partitionKey: spokePartition, rowKey: "9ledger:000000000004" };
    const before = await rows().getEntity(place.partitionKey, place.rowKey);
    const fact = { ...aChain(6, at("2026-11-20T08:00:00Z"))[2], kind: "link-closed" };
    await rows().updateEntity(rowOf(place, {}, fact), "Replace");
    const { code, out } = await cli("ledger", "verify", "--bastion", "bas-spoke");
    expect([code, out.split("\n")[0]]).toStrictEqual([
      2,
      `✖ ${spokePartition}: Fact 4 does not have the content it was written with`,
    ]);
    await rows().updateEntity({ ...place, v: before["v"], body: before["body"] }, "Replace");
    expect(await cli("ledger", "verify", "--bastion", "bas-spoke")).toMatchObject({ code: 0 });
  });

  it("finds a bastion that was deleted with all its rows, because the anchor names it", async () => {
    const index = await rows().getEntity("|index", spokePartition);
    const host = await rows().getEntity(spokePartition, "0host");
    const facts = aChain(6).map(({ seq }) => `9ledger:${String(seq).padStart(12, "0")}`);
    const kept = await Promise.all(facts.map((key) => rows().getEntity(spokePartition, key)));
    await rows().deleteEntity("|index", spokePartition);
    for (const key of ["0host", ...facts]) await rows().deleteEntity(spokePartition, key);
    const { code, out } = await cli("ledger", "verify");
    expect(code).toBe(2);
    expect(out).toContain(
      `✖ ${spokePartition}: The ledger is empty there, and it is not the one that anchor 1 saw`,
    );
    const columns = (row: Record<string, unknown>) => ({
      v: row["v"],
      body: row["body"],
      ...(row["body1"] === undefined ? {} : { body1: row["body1"] }),
    });
    await rows().createEntity({ partitionKey: "|index", rowKey: spokePartition, ...columns(index) });
    for (const row of [host, ...kept])
      await rows().createEntity({
        partitionKey: spokePartition,
        rowKey: String(row.rowKey),
        ...columns(row),
      });
    expect(await cli("ledger", "verify")).toMatchObject({ code: 0 });
  });

  it("says what is missing when nobody told it where to look", async () => {
    const { code, out, aside } = await bastionWatchdog(["ledger", "verify"]);
    expect([code, out]).toStrictEqual([1, ""]);
    expect(aside).toContain("Set AzureWebJobsStorage__accountName");
  });

  it("repeats no key when the account cannot be reached", async () => {
    const value =
      "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=U0VDUkVU;TableEndpoint=http://127.0.0.1:1/a;BlobEndpoint=http://127.0.0.1:1/a";
    const { code, out, aside } = await bastionWatchdog(["ledger", "verify"], {
      environment: { AzureWebJobsStorage: value },
    });
    expect([code, out]).toStrictEqual([1, ""]);
    expect(aside).not.toContain("U0VDUkVU");
    const broken = await bastionWatchdog(["ledger", "verify"], {
      environment: { AzureWebJobsStorage: "AccountKey=U0VDUkVU;nonsense" },
    });
    expect(broken.code).toBe(1);
    expect(broken.aside).not.toContain("U0VDUkVU");
  });
});
