import { execFile } from "node:child_process";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { ContainerClient, ContainerSASPermissions } from "@azure/storage-blob";
import pMap from "p-map";
import { evidence, evidenceContainer } from "../src/azure/storage/evidence.ts";
import { tableClient } from "../src/azure/storage/storage-clients.ts";
import { watchTable } from "../src/azure/table/watch-table.ts";
import { anchorHash, anchorJson, anchorName } from "../src/core/domain/ledger/anchor.ts";
import { chain, type LedgerFact } from "../src/core/domain/ledger/ledger.ts";
import { newHost } from "../src/core/domain/state/watched.ts";
import { watchdogPartition, type Version } from "../src/core/domain/partition.ts";
import { after, days, hours, instant, minutes, type Instant } from "../src/core/domain/time.ts";
import { readAtOnce } from "../src/core/flows/store/read-anchors.ts";
import type { Evidence, LedgerTable } from "../src/core/ports.ts";
import { atMost, type Figure } from "./figures.ts";
import { openGround } from "./rig/ground.ts";
import type { Size } from "./size.ts";

const start = instant(Date.now() - days(400) - hours(2));

/** How long `ledger verify` takes over a ledger of 10,000 facts and the anchors of 400 days, one an hour. */
export async function ledgerVerify({ ledger: { facts, anchors } }: Size): Promise<readonly Figure[]> {
  const ground = await openGround();
  try {
    const access = { kind: "connection-string", value: ground.storage } as const;
    const chained = await fillTable(watchTable(tableClient(access, "watchdog")), facts);
    await fillAnchors(evidence(access), chained, anchors);
    const begun = performance.now();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, "../src/cli/main.ts"), "ledger", "verify"],
      { env: { PATH: process.env["PATH"] ?? "", AzureWebJobsStorage: ground.storage } },
    );
    const seconds = (performance.now() - begun) / 1_000;
    if (!stdout.includes(`${facts} facts hold`) || !/Compared with \d{2,} anchors/.test(stdout))
      throw new Error(`verify says something else: ${stdout}`);
    return [
      atMost(60, {
        name: `ledger verify: ${facts} facts and the ${anchors} anchors of 400 days`,
        value: seconds,
        floor: await bareReads(ground.storage, anchors),
        unit: "s",
      }),
    ];
  } finally {
    await ground.close();
  }
}

/** Seconds that the same anchors take with nothing but `node:http`, as many at once: what storage itself takes. */
async function bareReads(storage: string, anchors: number): Promise<number> {
  const container = new ContainerClient(storage, evidenceContainer);
  const expiresOn = new Date(Date.now() + hours(1));
  const permissions = ContainerSASPermissions.from({ read: true });
  const { origin, pathname, search } = new URL(await container.generateSasUrl({ permissions, expiresOn }));
  const agent = new Agent({ keepAlive: true });
  const read = async (number: number) => {
    const request = get(`${origin}${pathname}/${anchorName(number)}${search}`, { agent });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const body = Buffer.concat(await response.toArray()).toString();
    if (response.statusCode !== 200) throw new Error(`A bare read: ${response.statusCode ?? 0} ${body}`);
  };
  const begun = performance.now();
  await pMap(
    Array.from({ length: anchors }, (_, index) => index + 1),
    read,
    { concurrency: readAtOnce },
  );
  agent.destroy();
  return (performance.now() - begun) / 1_000;
}

/** One fact in each of equal parts of the time that the anchors cover. */
async function fillTable(table: LedgerTable, count: number): Promise<readonly LedgerFact[]> {
  const all: LedgerFact[] = [];
  let version: Version | undefined;
  const every = Math.floor(days(400) / count);
  for (let seq = 1; seq <= count; seq += 1) {
    const fact = {
      at: after(start, seq * every),
      kind: "look-demanded",
      links: [],
      actor: undefined,
      data: { why: `fact ${seq}` },
    } as const;
    all.push(chain(fact, { seq, policyHash: "p".repeat(64), prevHash: all.at(-1)?.hash ?? "" }));
    if (seq % 90 !== 0 && seq !== count) continue;
    const facts = all.slice(Math.floor((seq - 1) / 90) * 90);
    const host = { ...newHost(""), seq, headSeq: seq, chainHead: all.at(-1)?.hash ?? "" };
    const committed = await table.commit(watchdogPartition, {
      expected: version,
      host,
      put: [],
      close: [],
      spent: [],
      facts,
      outbox: [],
    });
    if (committed === "conflict") throw new Error("Filling met a conflict");
    version = committed.version;
  }
  return all;
}

async function fillAnchors(blobs: Evidence, facts: readonly LedgerFact[], count: number): Promise<void> {
  let previous = "";
  const texts: (readonly [string, string])[] = [];
  for (let number = 1; number <= count; number += 1) {
    const at = after(start, hours(number) + minutes(7));
    const text = anchorJson({
      number,
      at,
      previous,
      all: number % 24 === 1,
      heads: headAt(facts, at),
      firstLists: [],
      objections: [],
    });
    texts.push([anchorName(number), text]);
    previous = anchorHash(text);
  }
  for (let from = 0; from < texts.length; from += 16)
    await Promise.all(texts.slice(from, from + 16).map(([name, text]) => blobs.create(name, text)));
}

function headAt(facts: readonly LedgerFact[], moment: Instant) {
  const every = (facts[1]?.at ?? 0) - (facts[0]?.at ?? 0);
  const index = Math.min(facts.length, Math.floor((moment - start) / every)) - 1;
  const head = facts[index];
  return head ? [{ partition: watchdogPartition, seq: head.seq, hash: head.hash }] : [];
}
