import type { LedgerTable } from "../../src/core/ports.ts";
import { type BastionId, parseBastionId } from "../../src/core/domain/arm-id.ts";
import { chain, type Fact, type LedgerFact } from "../../src/core/domain/ledger/ledger.ts";
import { after, minutes } from "../../src/core/domain/time.ts";
import { newHost } from "../../src/core/domain/state/watched.ts";
import {
  partitionOf,
  watchdogPartition,
  type Partition,
  type Version,
} from "../../src/core/domain/partition.ts";
import { at } from "./clock.ts";
import { aLink, jane } from "./samples.ts";

const { linkId, life, vmId, createdAt, deadline, rule } = aLink("one");

/** Facts as a reconcile makes them, a minute apart from `start`; every third number went to an alert. */
export function aChain(count: number, start = at("2026-11-21T08:00:00Z")): readonly LedgerFact[] {
  const facts: LedgerFact[] = [];
  for (let index = 0; index < count; index += 1) {
    const fact: Fact = {
      at: after(start, minutes(index)),
      kind: index % 2 === 0 ? "link-seen" : "link-announced",
      links: [{ linkId, life, vmId, createdAt, deadline, rule }],
      actor: index % 2 === 0 ? undefined : jane,
      data: { note: `=fact "${index}", é 🔥`, count: index, absent: undefined },
    };
    const seq = 1 + index + Math.floor(index / 2);
    facts.push(chain(fact, { seq, policyHash: "p".repeat(64), prevHash: facts.at(-1)?.hash ?? "" }));
  }
  return facts;
}

/** Commits facts into a bastion's ledger, or the watchdog's own, as the flows do: the bastion is in the index, and the host row knows the end. */
export async function fill(
  table: LedgerTable,
  bastion: BastionId | "watchdog",
  facts: readonly LedgerFact[],
): Promise<Partition> {
  const partition = bastion === "watchdog" ? watchdogPartition : partitionOf(bastion);
  const id = bastion === "watchdog" ? "" : bastion.id;
  if (bastion !== "watchdog") await table.rememberBastions([bastion]);
  let version: Version | undefined;
  for (const part of facts.length === 0 ? [[]] : ninetyEach(facts)) {
    const { seq, hash } = part.at(-1) ?? { seq: -1, hash: "" };
    const host = { ...newHost(id), seq: seq + 1, headSeq: Math.max(seq, 0), chainHead: hash };
    const committed = await table.commit(partition, {
      expected: version,
      host,
      put: [],
      close: [],
      spent: [],
      facts: part,
      outbox: [],
    });
    if (committed === "conflict") throw new Error("Filling the ledger met a conflict");
    version = committed.version;
  }
  return partition;
}

const ninetyEach = (facts: readonly LedgerFact[]): readonly (readonly LedgerFact[])[] =>
  Array.from({ length: Math.ceil(facts.length / 90) }, (_, index) =>
    facts.slice(index * 90, (index + 1) * 90),
  );

/** All that an iterable gives. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const kept: Item[] = [];
  for await (const item of items) kept.push(item);
  return kept;
}

export const bastionOf = (id: string): BastionId => {
  const bastion = parseBastionId(id);
  if (!bastion) throw new Error(`"${id}" is no bastion`);
  return bastion;
};
