import {
  archiveFolder,
  retention,
  seenRetention,
  segmentName,
  segmentRecords,
  segmentsIn,
  segmentText,
} from "../../domain/ledger/archive.ts";
import { errorOf } from "../../domain/foreign.ts";
import {
  chainStart,
  isUnreadable,
  type ChainPoint,
  type LedgerFact,
  type LedgerRecord,
} from "../../domain/ledger/ledger.ts";
import { windowOf } from "../../domain/links/lives.ts";
import { longestLifetime } from "../../domain/policy/policy.ts";
import { after, type Instant } from "../../domain/time.ts";
import {
  beginCheck,
  endCheck,
  takeRecord,
  withinHost,
  type ChainCheck,
} from "../../domain/ledger/verify-ledger.ts";
import { watchdogPartition, type Partition } from "../../domain/partition.ts";
import type { Archived, EvidencePorts } from "../../ports.ts";
import { sendCommitted } from "../alerts/deliver-alert.ts";
import { everyLedger, hostWitness } from "../store/read-ledger.ts";
import { correctRows } from "./correct-rows.ts";
import { plainFact, record, troubleAlert } from "../store/record.ts";
import type { FlowSettings } from "../settings.ts";

/** A ledger that does not verify: nothing of it is archived or deleted until somebody has looked. */
class BrokenLedgerError extends Error {
  override readonly name = "BrokenLedgerError";
}

/** What a run of `archive` came to. */
export interface Archiving {
  /** How many left the table for a blob, over all ledgers. */
  readonly facts: number;
}

/**
 * Moves facts older than the retention into blobs, and only after reading those back deletes them from the table; prunes what is only history. Verifies
 * every ledger on the way and tells people of a broken one, compares open links with it, and puts right what no fact explains. Safe to run again wherever it died. Throws at the end if any ledger failed; the others are done.
 */
export async function archive(ports: EvidencePorts, settings: FlowSettings): Promise<Archiving> {
  const now = ports.clock.now();
  let facts = 0;
  const failures: Error[] = [];
  for (const partition of await everyLedger(ports)) {
    try {
      facts += await archiveOne({ partition, before: after(now, -retention), now }, ports, settings);
    } catch (error) {
      const failure = errorOf(error);
      failures.push(failure);
      if (failure instanceof BrokenLedgerError) await tell(failure, ports, settings);
    }
  }
  await ports.table.pruneLives(after(now, -windowOf(longestLifetime(settings.policy))));
  if (failures.length > 0)
    throw new AggregateError(
      failures,
      `Archiving is incomplete: ${failures.map(({ message }) => message).join("; ")}`,
    );
  ports.log.info("Archived", { facts });
  return { facts };
}

interface Task {
  readonly partition: Partition;
  readonly before: Instant;
  readonly now: Instant;
}

async function archiveOne(task: Task, ports: EvidencePorts, settings: FlowSettings): Promise<number> {
  const { partition, now } = task;
  let archived = await ports.table.archivedTo(partition);
  if (archived) await dropArchived(partition, archived, ports);
  await verifyRest(partition, archived, ports);
  await correctRows(task, ports, settings);
  let moved = 0;
  for (;;) {
    const facts = await nextFacts(task, archived, ports);
    if (facts.length === 0) break;
    archived = await moveOut(task, { facts, archived }, { ports, settings });
    moved += facts.length;
  }
  await ports.table.prune(partition, { seen: after(now, -seenRetention), finished: task.before });
  return moved;
}

const broken = (partition: Partition, why: string): BrokenLedgerError =>
  new BrokenLedgerError(`The ledger of ${partition} is broken: ${why}`);

/** What is in the table must follow the archive and end in the host row. */
async function verifyRest(
  partition: Partition,
  archived: ChainPoint | undefined,
  ports: EvidencePorts,
): Promise<void> {
  const witness = await hostWitness(partition, ports);
  let check: ChainCheck = beginCheck(archived ?? chainStart, [witness]);
  for await (const fact of ports.table.readLedger(partition, (archived?.seq ?? 0) + 1))
    check = takeRecord(check, fact);
  const verification = withinHost(endCheck(check), await hostWitness(partition, ports));
  if (!verification.ok) throw broken(partition, verification.why);
}

/** What one blob takes. */
const mostFacts = 5_000;

/** The facts of a segment that an earlier run wrote and then died, or else the oldest ones that are old enough. */
async function nextFacts(
  { partition, before }: Task,
  archived: ChainPoint | undefined,
  ports: EvidencePorts,
): Promise<readonly LedgerFact[]> {
  const from = (archived?.seq ?? 0) + 1;
  const begun = segmentsIn(await ports.evidence.list(archiveFolder(partition))).find(
    (segment) => segment.from >= from,
  );
  const facts = ports.table.readLedger(partition, from);
  if (!begun) return takeWhile(facts, (fact, count) => fact.at < before && count < mostFacts);
  const same = await takeWhile(facts, ({ seq }) => seq <= begun.to);
  if (same[0]?.seq === begun.from && same.at(-1)?.seq === begun.to) return same;
  throw broken(partition, `the table does not hold the facts of the blob ${begun.name}`);
}

async function takeWhile(
  records: AsyncIterable<LedgerRecord>,
  belongs: (fact: LedgerFact, count: number) => boolean,
): Promise<readonly LedgerFact[]> {
  const facts: LedgerFact[] = [];
  for await (const record of records) {
    if (isUnreadable(record) || !belongs(record, facts.length)) break;
    facts.push(record);
  }
  return facts;
}

interface Move {
  readonly facts: readonly LedgerFact[];
  readonly archived: Archived | undefined;
}

interface ArchiveContext {
  readonly ports: EvidencePorts;
  readonly settings: FlowSettings;
}

/** Blob, read back, fact, mark, delete: each step may be the last one of a run, and the next run goes on from there. */
async function moveOut(
  { partition, now }: Task,
  { facts, archived }: Move,
  { ports, settings }: ArchiveContext,
): Promise<Archived> {
  const [from, to] = [facts[0]?.seq ?? 0, facts.at(-1)?.seq ?? 0];
  const hash = facts.at(-1)?.hash ?? "";
  const [name, text] = [segmentName(partition, from, to), segmentText(partition, facts)];
  await ports.evidence.create(name, text);
  if ((await ports.evidence.read(name)) !== text)
    throw broken(partition, `the blob ${name} does not hold what the table holds`);
  const fact = plainFact(now, "ledger-archived", {
    partition,
    from,
    to,
    facts: facts.length,
    hash,
    blob: name,
  });
  await record({ partition: watchdogPartition, facts: [fact], alerts: [] }, ports, settings);
  const version = await ports.table.markArchived(partition, { seq: to, hash }, archived?.version);
  if (version === "lost") throw new Error(`Another process archives ${partition} at the same time`);
  await dropArchived(partition, { seq: to, hash }, ports);
  return { seq: to, hash, version };
}

/** Deletes facts from the table if, and only if, the archive holds every one of them: the mark alone could be anybody's. */
async function dropArchived(
  partition: Partition,
  { seq: to }: ChainPoint,
  ports: EvidencePorts,
): Promise<void> {
  const left: LedgerRecord[] = [];
  for await (const fact of ports.table.readLedger(partition, 0)) {
    if (fact.seq > to) break;
    left.push(fact);
  }
  const [oldest] = left;
  if (!oldest) return;
  const kept = await hashesFrom(partition, oldest.seq, ports);
  const missing = left.find((fact) => isUnreadable(fact) || kept.get(fact.seq) !== fact.hash);
  if (missing)
    throw broken(partition, `fact ${missing.seq} counts as archived, but the archive does not contain it`);
  await ports.table.dropLedger(partition, to);
}

async function hashesFrom(
  partition: Partition,
  from: number,
  { evidence }: EvidencePorts,
): Promise<ReadonlyMap<number, string>> {
  const hashes = new Map<number, string>();
  for (const segment of segmentsIn(await evidence.list(archiveFolder(partition)))) {
    if (segment.to < from) continue;
    for (const fact of segmentRecords((await evidence.read(segment.name)) ?? "", segment)) {
      if (!isUnreadable(fact)) hashes.set(fact.seq, fact.hash);
    }
  }
  return hashes;
}

/** Every day again until somebody has looked: a broken ledger is either an attack or a fault, and both get worse. */
async function tell(
  { message }: BrokenLedgerError,
  ports: EvidencePorts,
  settings: FlowSettings,
): Promise<void> {
  ports.log.error("A ledger is broken", { why: message });
  const now = ports.clock.now();
  const facts = [plainFact(now, "ledger-broken", { why: message })];
  const alerts = [
    { ...troubleAlert(now, { kind: "ledger-broken", why: message }), severity: "high" as const },
  ];
  const { outbox } = await record({ partition: watchdogPartition, facts, alerts }, ports, settings);
  await sendCommitted(watchdogPartition, outbox, { ports, settings });
}
