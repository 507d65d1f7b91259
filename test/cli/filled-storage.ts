import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { TableClient } from "@azure/data-tables";
import { ContainerClient } from "@azure/storage-blob";
import { beforeAll } from "vitest";
import { evidence } from "../../src/azure/storage/evidence.ts";
import { tableClient } from "../../src/azure/storage/storage-clients.ts";
import { watchTable } from "../../src/azure/table/watch-table.ts";
import { archiveFolder } from "../../src/core/domain/ledger/archive.ts";
import { partitionOf } from "../../src/core/domain/partition.ts";
import { anchor } from "../../src/core/flows/scheduled/anchor.ts";
import { archive } from "../../src/core/flows/scheduled/archive.ts";
import type { Evidence, EvidencePorts, LedgerTable } from "../../src/core/ports.ts";
import { azurite } from "../azurite.ts";
import { at } from "../memory/clock.ts";
import { aChain, fill } from "../memory/ledgers.ts";
import { aBastion } from "../memory/samples.ts";
import { watchdog } from "../memory/watchdog.ts";
import { bastionWatchdog, scratch, type Ran } from "./command-line.ts";

const hub = aBastion("bas-hub");
export const spoke = aBastion("bas-spoke");
export const spokePartition = partitionOf(spoke);

/** Whether a line of an export is of the smaller ledger. */
export const isOfSpoke = (line: string): boolean => line.includes(`"partition":"${spokePartition}"`);

export interface FilledStorage {
  readonly file: (name: string) => string;
  /** The command with the settings that lead to this storage. */
  readonly cli: (...words: string[]) => Promise<Ran>;
  readonly rows: () => TableClient;
  /** Loses the first part of the archive for good. Answers how many facts it held. */
  readonly dropArchive: () => Promise<number>;
  /** The whole export with some of its lines changed, as a file. */
  readonly altered: (
    name: string,
    change: (lines: readonly string[]) => readonly string[],
  ) => Promise<string>;
}

/** A storage account as after fourteen months: half of a ledger is archived, an anchor was written since, all was exported to `all.jsonl`. */
export function filledStorage(): FilledStorage {
  const storage = azurite();
  const file = scratch();
  const rows = () => tableClient(storage(), "watchdog");
  const cli = (...words: string[]) => {
    const access = storage();
    return bastionWatchdog(words, {
      environment: { AzureWebJobsStorage: access.kind === "connection-string" ? access.value : "" },
    });
  };
  beforeAll(async () => {
    const blobs = evidence(storage());
    await fillAccount(watchTable(rows()), blobs);
    await cli("ledger", "export", "--out", file("all.jsonl"));
    await mkdir(file("anchors"));
    await writeFile(file("anchors/1.json"), (await blobs.read("anchors/1.json")) ?? "");
  }, 60_000);
  const altered: FilledStorage["altered"] = async (name, change) => {
    const lines = (await readFile(file("all.jsonl"), "utf8")).trimEnd().split("\n");
    await writeFile(file(name), `${change(lines).join("\n")}\n`);
    return file(name);
  };
  const dropArchive = async () => {
    const access = storage();
    const blobs = new ContainerClient(access.kind === "connection-string" ? access.value : "", "evidence");
    const folder = archiveFolder(partitionOf(hub));
    const [name = ""] = await evidence(access).list(folder);
    await blobs.deleteBlob(name);
    const [, from, to] = /(\d+)-(\d+)\.jsonl$/.exec(name) ?? [];
    return aChain(300).filter(({ seq }) => seq >= Number(from) && seq <= Number(to)).length;
  };
  return { file, cli, rows, altered, dropArchive };
}

async function fillAccount(table: LedgerTable, blobs: Evidence): Promise<void> {
  const dog = watchdog();
  const ports: EvidencePorts = { ...dog.ports, table, evidence: blobs };
  await fill(table, hub, aChain(300, at("2025-10-20T00:00:00Z")));
  await fill(table, spoke, aChain(6, at("2026-11-20T08:00:00Z")));
  dog.clock.set(at("2026-11-21T03:20:00Z"));
  await archive(ports, dog.settings);
  await anchor(ports, dog.settings);
}
