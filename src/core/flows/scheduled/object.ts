import pMap from "p-map";
import type { FirstList } from "../../domain/ledger/anchor.ts";
import {
  isUnreadable,
  type ChainHead,
  type ChainPoint,
  type UnreadableHead,
} from "../../domain/ledger/ledger.ts";
import { recordProblem } from "../../domain/ledger/record-problem.ts";
import type { Objection } from "../../domain/ledger/objection.ts";
import type { Partition } from "../../domain/partition.ts";
import type { HostState } from "../../domain/state/watched.ts";
import { firstListsIn, type LineEnd } from "../store/read-anchors.ts";
import { concurrency } from "../store/read-estate.ts";
import { ledgerFrom, type LedgerPorts } from "../store/read-ledger.ts";

/** What the table says where anchors say something of it, too. */
export interface Told {
  readonly heads: readonly (ChainHead | UnreadableHead)[];
  readonly firstLists: readonly FirstList[];
  /** The newest anchor that the watchdog noted. */
  readonly anchored: HostState["anchored"];
}

/**
 * What does not hold among the anchors of a day, and between them and today's ledgers: each fact that they name is looked up, in the table or
 * in the archive, unless it is still the newest. `line` must have been read before `told`.
 */
export async function objectionsTo(
  line: LineEnd,
  told: Told,
  ports: LedgerPorts,
): Promise<readonly Objection[]> {
  return [
    ...line.objections.filter(({ reason }) => reason !== "objected"),
    ...lostAnchors(line, told),
    ...told.heads.flatMap((head): Objection[] =>
      "unreadable" in head ? [{ reason: "unreadable", partition: head.partition, why: head.unreadable }] : [],
    ),
    ...(await againstLedgers(line, told, ports)),
    ...movedLists(line, told),
  ];
}

/** The watchdog noted an anchor that is not there, or is another one. */
function lostAnchors({ newest, hashes }: LineEnd, { anchored }: Told): readonly Objection[] {
  if (!anchored) return [];
  const { number, hash } = anchored;
  if (number > newest) return [{ reason: "anchor-missing", from: newest + 1, to: number }];
  const there = hashes.get(number);
  return there === undefined || there === hash ? [] : [{ reason: "replaced", number }];
}

interface Stated extends ChainPoint {
  readonly partition: Partition;
  /** The first anchor that says so. */
  readonly number: number;
}

async function againstLedgers(
  { anchors }: LineEnd,
  { heads }: Told,
  ports: LedgerPorts,
): Promise<readonly Objection[]> {
  const stated = statedBy(anchors);
  const newest = stated.at(-1);
  if (newest && heads.length === 0) return [{ reason: "table-empty", number: newest.number }];
  const now = new Map(heads.map((head) => [head.partition, head]));
  const found = await pMap(stated, (one) => objectionTo(one, now.get(one.partition), ports), { concurrency });
  const gone = new Set<string>();
  return found.flat().filter((objection) => {
    if (objection.reason !== "ledger-gone") return true;
    const isNew = !gone.has(objection.partition);
    gone.add(objection.partition);
    return isNew;
  });
}

/** Each place once. */
function statedBy(anchors: LineEnd["anchors"]): readonly Stated[] {
  const all = anchors.flatMap(({ number, heads }) => heads.map((head) => ({ ...head, number })));
  const places = new Map<string, Stated>();
  for (const one of all) {
    const place = `${one.partition} ${one.seq} ${one.hash}`;
    if (!places.has(place)) places.set(place, one);
  }
  return [...places.values()];
}

async function objectionTo(
  { partition, seq, hash, number }: Stated,
  now: ChainHead | UnreadableHead | undefined,
  ports: LedgerPorts,
): Promise<readonly Objection[]> {
  if (!now) return [{ reason: "ledger-gone", partition, number }];
  if ("unreadable" in now || (now.seq === seq && now.hash === hash)) return [];
  const isThere = seq <= now.seq && (await hashOf(partition, seq, ports)) === hash;
  return isThere ? [] : [{ reason: "rewritten", partition, seq, number }];
}

/** The hash of the fact of this number; undefined where it is not there, or does not hold what it was hashed with. */
async function hashOf(partition: Partition, seq: number, ports: LedgerPorts): Promise<string | undefined> {
  for await (const record of ledgerFrom(partition, { from: seq, to: seq }, ports))
    return isUnreadable(record) || record.seq !== seq || recordProblem(record, undefined)
      ? undefined
      : record.hash;
  return undefined;
}

function movedLists(line: LineEnd, { firstLists }: Told): readonly Objection[] {
  const now = new Map(firstLists.map(({ subscriptionId, since }) => [subscriptionId, since]));
  return firstListsIn(line)
    .filter(({ subscriptionId, since }) => since < (now.get(subscriptionId) ?? Infinity))
    .map(({ subscriptionId }) => ({ reason: "first-list-moved", subscriptionId }));
}
