import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { ledgerLine } from "../../../src/core/domain/ledger/ledger-line.ts";
import { hours, minutes } from "../../../src/core/domain/time.ts";
import { all } from "../../memory/ledgers.ts";
import { aLink, vmId } from "../../memory/samples.ts";
import { hubPartition, watchdog } from "../../memory/watchdog.ts";
import { bastionWatchdog } from "../command-line.ts";
import { filledStorage } from "../filled-storage.ts";

const { file, cli } = filledStorage();
const one = aLink("one").linkId;

/** A link from Jane's call to the end of its eight hours, and another one beside it, as the real flows write them down. */
async function aWholeLife() {
  const dog = watchdog();
  await dog.sweep();
  await dog.run(minutes(1));
  const linkId = dog.azure.create(dog.bastion, vmId("vm-staging-01"));
  const other = dog.azure.create(dog.bastion, vmId("vm-other"));
  await dog.event({});
  await dog.run(hours(9));
  const lines = (await all(dog.table.readLedger(hubPartition, 0))).map((record) =>
    ledgerLine(hubPartition, record),
  );
  await writeFile(file("life.jsonl"), lines.join(""));
  return { linkId, other };
}

describe("bastion-watchdog trace", { timeout: 60_000 }, () => {
  it("tells a link's whole life in order: what, who, by which rule", async () => {
    const { linkId } = await aWholeLife();
    const { code, out, aside } = await bastionWatchdog(["trace", linkId, "--file", file("life.jsonl")]);
    expect([code, aside]).toStrictEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines[0]).toBe(`Link ${linkId} to vm-staging-01 on bas-hub`);
    const told = lines.slice(3, -1).map((line) => line.split(/ {2,}/));
    expect(told.map(([, what]) => what)).toStrictEqual([
      "First seen in Azure's list",
      "Reported to the channels",
      "Warned that it expires soon",
      "Azure was asked to delete it",
      "Gone from Azure's list",
    ]);
    expect(told.map(([when]) => when)).toStrictEqual(told.map(([when]) => when).toSorted());
    expect(out).toContain("created by jane@contoso.example");
    expect(out).toContain("rule: default");
    expect(out).toContain("how: revoked by the watchdog");
  });

  it("answers JSON, with every fact whole", async () => {
    const { linkId } = await aWholeLife();
    const { code, out } = await bastionWatchdog(["trace", linkId, "--file", file("life.jsonl"), "--json"]);
    const [trace] = JSON.parse(out) as { facts: { seq: number; at: string; kind: string; hash: string }[] }[];
    expect([code, trace]).toMatchObject([
      0,
      { linkId, vmId: vmId("vm-staging-01"), open: false, partition: hubPartition },
    ]);
    expect(trace?.facts.map(({ kind }) => kind)).toStrictEqual([
      "link-seen",
      "link-announced",
      "link-warned",
      "revoke-requested",
      "link-closed",
    ]);
    expect(trace?.facts.every(({ hash }) => /^[\da-f]{64}$/.test(hash))).toBe(true);
  });

  it("reads storage, archive included, and says until when the link is open", async () => {
    const { code, out } = await cli("trace", one, "--bastion", "bas-spoke");
    expect(code).toBe(0);
    expect(out.match(/First seen in Azure's list/g)).toHaveLength(3);
    expect(out).toContain("As far as the ledger knows it is open, until 2026-11-21 16:00:00 UTC.");
    const everywhere = await cli("trace", one, "--json");
    const traces = JSON.parse(everywhere.out) as { facts: unknown[] }[];
    expect(traces.map(({ facts }) => facts.length)).toStrictEqual([300, 6]);
  });

  it.each([
    [["a".repeat(26)], "No ledger that was searched has anything about aaaaaaaaaaaaaaaaaaaaaaaaaa"],
    [[one, "--bastion", "bas-none"], 'No bastion "bas-none" was ever seen'],
    [
      ["https://bst.bastion.azure.com/api/shareable-url/x"],
      "Invalid link ID. Copy it from `bastion-watchdog scan`",
    ],
    [[], "trace takes <link-id>"],
    [[one, "--settings", "/no/such/file"], "/no/such/file: there is no such file"],
  ])("refuses %j and says why", async (words, why) => {
    const { code, out, aside } = await cli("trace", ...words);
    expect([code, out, aside.includes(why)]).toStrictEqual([1, "", true]);
    expect(aside).not.toContain("shareable-url");
  });

  it("takes the app's settings from a file, and the environment wins over it", async () => {
    const settings = (storage: string) =>
      writeFile(file("local.settings.json"), JSON.stringify({ Values: { AzureWebJobsStorage: storage } }));
    await settings("nonsense");
    expect(
      await cli("trace", one, "--bastion", "bas-spoke", "--settings", file("local.settings.json")),
    ).toMatchObject({ code: 0 });
    const alone = await bastionWatchdog(["trace", one, "--settings", file("local.settings.json")]);
    expect(alone).toMatchObject({ code: 1, out: "" });
    expect(alone.aside).not.toContain("Set AzureWebJobsStorage");
    await writeFile(file("other.json"), "[]");
    const wrong = await bastionWatchdog(["trace", one, "--settings", file("other.json")]);
    expect(wrong.aside).toContain("is not a valid local.settings.json");
  });
});
