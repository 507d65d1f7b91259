import { isSameId, parseBastionId } from "../../domain/arm-id.ts";
import { archiveFolder, segmentRecords, segmentsIn } from "../../domain/ledger/archive.ts";
import { chainStart, isUnreadable, type ChainPoint, type LedgerRecord } from "../../domain/ledger/ledger.ts";
import {
  beginCheck,
  checkSoFar,
  endCheck,
  takeRecord,
  withinHost,
  type Verification,
  type Witness,
} from "../../domain/ledger/verify-ledger.ts";
import { partitionOf, watchdogPartition, type Partition } from "../../domain/partition.ts";
import type { EvidencePorts } from "../../ports.ts";

/** Where a ledger lies: its newest facts in the table, what was moved out of it in immutable blobs. */
export type LedgerPorts = Pick<EvidencePorts, "table" | "evidence">;

/** A ledger by the name people give it: a bastion's ARM id or name, or `watchdog` for what belongs to no bastion. */
export type FoundLedger =
  | { readonly kind: "found"; readonly partition: Partition; readonly bastionId: string | undefined }
  | { readonly kind: "unknown" }
  | { readonly kind: "ambiguous"; readonly bastionIds: readonly string[] };

/** An id finds its bastion only; a name finds it if no other bastion has the same. */
export async function findLedger(name: string, { table }: Pick<LedgerPorts, "table">): Promise<FoundLedger> {
  if (name.toLowerCase() === "watchdog")
    return { kind: "found", partition: watchdogPartition, bastionId: undefined };
  const known = await table.knownBastions();
  const wanted = parseBastionId(name);
  const matching = known.filter((bastion) =>
    wanted ? isSameId(bastion.id, wanted.id) : isSameId(bastion.name, name),
  );
  const [first, second] = matching;
  if (!first) return { kind: "unknown" };
  if (second) return { kind: "ambiguous", bastionIds: matching.map(({ id }) => id) };
  return { kind: "found", partition: partitionOf(first), bastionId: first.id };
}

/** The partition of every bastion ever seen and the watchdog's own, sorted. */
export async function everyLedger({ table }: Pick<LedgerPorts, "table">): Promise<readonly Partition[]> {
  return [...(await table.knownBastions()).map(partitionOf), watchdogPartition].sort();
}

/** Facts from a number on, or in a range with both ends, first from the archive and then from the table, without a seam. */
export async function* ledgerFrom(
  partition: Partition,
  range: number | { readonly from: number; readonly to: number },
  { table, evidence }: LedgerPorts,
): AsyncGenerator<LedgerRecord> {
  const { from, to } = typeof range === "number" ? { from: range, to: undefined } : range;
  const archived = await table.archivedTo(partition);
  let next = from;
  if (archived && from <= archived.seq) {
    const last = Math.min(archived.seq, to ?? archived.seq);
    for await (const record of archivedFrom(partition, { from, to: last }, evidence)) {
      yield record;
      next = record.seq + 1;
    }
    next = Math.max(next, archived.seq + 1);
  }
  if (next <= (to ?? next)) yield* table.readLedger(partition, next, to);
}

/** Segments never overlap; should two of them, what was told already is not told again. */
async function* archivedFrom(
  partition: Partition,
  { from, to }: { readonly from: number; readonly to: number },
  evidence: LedgerPorts["evidence"],
): AsyncGenerator<LedgerRecord> {
  let next = from;
  for (const segment of segmentsIn(await evidence.list(archiveFolder(partition)))) {
    if (segment.to < next || segment.from > to) continue;
    for (const record of segmentRecords((await evidence.read(segment.name)) ?? "", segment)) {
      if (record.seq < next || record.seq > to) continue;
      yield record;
      next = record.seq + 1;
    }
  }
}

const tries = 3;

/**
 * Verifies a whole ledger, archive included, up to what its host row and the other witnesses saw. If facts moved to the archive
 * meanwhile, a break may be the move's doing: then everything is read again. Whoever wants to `see` the facts that hold may see them twice.
 */
export async function verifyStored(
  partition: Partition,
  ports: LedgerPorts,
  { witnesses = [], see = () => undefined }: Partial<Omit<Wanted, "partition">> = {},
): Promise<Verification> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await ports.table.archivedTo(partition);
    const verification = await verifyOnce({ partition, witnesses, see }, ports);
    if (verification.ok || attempt === tries) return verification;
    if ((await ports.table.archivedTo(partition))?.version === before?.version) return verification;
  }
}

interface Wanted {
  readonly partition: Partition;
  readonly witnesses: readonly Witness[];
  readonly see: (record: LedgerRecord) => void;
}

async function verifyOnce({ partition, witnesses, see }: Wanted, ports: LedgerPorts): Promise<Verification> {
  let check = beginCheck(chainStart, [...witnesses, await hostWitness(partition, ports)]);
  for await (const record of ledgerFrom(partition, 0, ports)) {
    check = takeRecord(check, record);
    if (check.broken) break;
    see(record);
  }
  return withinHost(endCheck(check), await hostWitness(partition, ports));
}

/** How long the host row says the chain is, and with which hash it ends. Read it before the facts: what is committed in between stands behind it and changes nothing. */
export async function hostWitness(
  partition: Partition,
  { table }: Pick<LedgerPorts, "table">,
): Promise<Witness> {
  const { host } = await table.read(partition);
  return { seq: host?.seq ?? 0, hash: host?.chainHead ?? "", by: "the host row" };
}

/** A part of a ledger that can be checked by itself. */
export interface LedgerPage {
  /** In their order; a row that cannot be read as a fact is among them as just that. */
  readonly records: readonly LedgerRecord[];
  /** About these facts, the one before them, and on the last page the host row. Whoever reads page after page has verified all. */
  readonly verification: Verification;
  /** The `from` of the next page; undefined on the last one. */
  readonly next: number | undefined;
}

/** Which part is wanted. */
export interface PageRequest {
  readonly partition: Partition;
  /** The smallest number to be shown. Alerts take numbers too, so the first fact's may be larger. */
  readonly from: number;
  /** How many facts at most. */
  readonly limit: number;
}

/** Some facts of a ledger, and whether they hold. */
export async function readPage(
  { partition, from, limit }: PageRequest,
  ports: LedgerPorts,
): Promise<LedgerPage> {
  const witness = await hostWitness(partition, ports);
  const { before, records } = await windowOf({ partition, from, limit }, ports);
  const shown = records.slice(0, limit);
  const check = shown.reduce(takeRecord, beginCheck(before, [witness]));
  const next = records[limit]?.seq;
  const verification = next === undefined ? endCheck(check) : checkSoFar(check);
  return {
    records: shown,
    next,
    verification: withinHost(verification, await hostWitness(partition, ports)),
  };
}

interface Window {
  readonly before: ChainPoint | "anywhere";
  /** One more than the limit, if there is one more. */
  readonly records: readonly LedgerRecord[];
}

const firstStep = 256;

/** The facts from `from` on, and the one before them: alerts take numbers too, so it may stand a good way back. */
async function windowOf({ partition, from, limit }: PageRequest, ports: LedgerPorts): Promise<Window> {
  for (let step = firstStep; ; step *= 16) {
    const start = Math.max(0, from - step);
    let before: LedgerRecord | undefined;
    const records: LedgerRecord[] = [];
    for await (const record of ledgerFrom(partition, start, ports)) {
      if (record.seq < from) before = record;
      else records.push(record);
      if (records.length > limit) break;
    }
    if (before) return { before: isUnreadable(before) ? "anywhere" : before, records };
    if (start === 0) return { before: chainStart, records };
  }
}
