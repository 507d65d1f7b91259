/** A ledger of three chains over a day and a half, with an anchor every hour, as the watchdog writes them: what damage is done to. */
import { ledgerLine } from "../../../src/core/domain/ledger/ledger-line.ts";
import { isUnreadable, type LedgerFact } from "../../../src/core/domain/ledger/ledger.ts";
import { partitionOf, watchdogPartition, type Partition } from "../../../src/core/domain/partition.ts";
import { minutes } from "../../../src/core/domain/time.ts";
import { anchor } from "../../../src/core/flows/scheduled/anchor.ts";
import { plainFact, record } from "../../../src/core/flows/store/record.ts";
import { evidenceWorld, type EvidenceWorld } from "../../memory/evidence-ports.ts";
import { all } from "../../memory/ledgers.ts";
import { aBastion, aLink } from "../../memory/samples.ts";

export const hub = partitionOf(aBastion("bas-hub"));
export const spoke = partitionOf(aBastion("bas-spoke"));

/** It holds; it does not; not everything could be compared. */
export type Verdict = 0 | 2 | 3;

/** An export and the anchors beside it. */
export interface Evidence {
  readonly facts: readonly (readonly [Partition, LedgerFact])[];
  /** Texts by number, from 1 on. */
  readonly anchors: readonly string[];
}

/** So many hours, and so many anchors. */
export const length = 30;

/** Facts of the hub every hour, of the spoke every third; the last two of the hub come after the newest anchor. */
export async function soundEvidence(): Promise<Evidence> {
  const world = evidenceWorld();
  await world.dog.table.rememberBastions([aBastion("bas-hub"), aBastion("bas-spoke")]);
  for (let hour = 0; hour < length; hour += 1) {
    await happens(world, hub, hour);
    if (hour % 3 === 0) await happens(world, spoke, hour);
    world.dog.clock.advance(minutes(30));
    await anchor(world.ports, world.settings);
    world.dog.clock.advance(minutes(30));
  }
  await happens(world, hub, length);
  await happens(world, hub, length + 1);
  const facts = [];
  for (const partition of [hub, spoke, watchdogPartition])
    for (const fact of await all(world.ports.table.readLedger(partition, 0)))
      if (!isUnreadable(fact)) facts.push([partition, fact] as const);
  const anchors = Array.from(
    { length },
    (_, index) => world.evidence.blobs.get(`anchors/${index + 1}.json`) ?? "",
  );
  return { facts, anchors };
}

async function happens({ dog, ports, settings }: EvidenceWorld, partition: Partition, hour: number) {
  const { linkId, life, vmId, createdAt, deadline, rule } = aLink("one");
  const fact = {
    ...plainFact(dog.clock.now(), hour % 2 === 0 ? "look-demanded" : "bastion-unreadable", {
      why: `"é 🔥 ${hour}`,
    }),
    links: [{ linkId, life, vmId, createdAt, deadline, rule }],
  };
  await record({ partition, facts: [fact], alerts: [] }, ports, settings);
}

/** As the export and the API write it. */
export const textOf = ({ facts }: Evidence): string =>
  facts.map(([partition, fact]) => ledgerLine(partition, fact)).join("");
