import { anchorHash, anchorJson, anchorName, type Anchor } from "../../domain/ledger/anchor.ts";
import type { KeptAnchor } from "../../domain/ledger/anchor-line.ts";
import type { ChainHead } from "../../domain/ledger/ledger.ts";
import type { Objection } from "../../domain/ledger/objection.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import { UnreadableRow, type HostState } from "../../domain/state/watched.ts";
import { isoDay, type Instant } from "../../domain/time.ts";
import type { EvidencePorts } from "../../ports.ts";
import { sendCommitted } from "../alerts/deliver-alert.ts";
import type { FlowSettings } from "../settings.ts";
import { keepPolicy } from "../store/keep-policy.ts";
import { earliestOf, firstListsIn, readLineEnd, type LineEnd } from "../store/read-anchors.ts";
import { plainFact, record, troubleAlert, type Entry } from "../store/record.ts";
import { objectionsTo, type Told } from "./object.ts";

/**
 * Writes where all chains stand to where nobody can change it, behind the newest blob there, and notes that in the watchdog's own ledger. Before that it
 * looks up in today's ledgers what the anchors of a day say; what does not hold stands in the anchor and is told, high, once a UTC day and whenever
 * something new comes up. Makes up for a policy that could not be kept when it came into force. Each run writes one; two at once write two.
 */
export async function anchor(ports: EvidencePorts, settings: FlowSettings): Promise<KeptAnchor> {
  const now = ports.clock.now();
  const { line, written } = await writeNext(now, ports);
  const { number, hash, heads, objections } = written;
  const blob = anchorName(number);
  const fresh = newObjections(line, written);
  const fact = plainFact(now, "anchored", {
    number,
    hash,
    blob,
    ledgers: heads.length,
    objections: objections.length,
  });
  const entry: Entry = {
    partition: watchdogPartition,
    facts: [fact],
    alerts: fresh.length === 0 ? [] : [objectionAlert(now, blob, fresh)],
    host: { anchored: { number, hash } },
  };
  const { outbox } = await record(entry, ports, settings);
  await sendCommitted(watchdogPartition, outbox, { ports, settings });
  await keepPolicy(settings.policy, ports.evidence);
  ports.log.info("Anchored", { blob, ledgers: heads.length, objections: objections.length });
  return written;
}

const attempts = 8;

interface Next {
  readonly line: LineEnd & Pick<Told, "anchored">;
  readonly written: KeptAnchor;
}

/** Whoever was faster has the number: what they wrote is looked at, and the next one taken. */
async function writeNext(now: Instant, ports: EvidencePorts): Promise<Next> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const line = await readLineEnd(ports.evidence, now);
    const told = await readTold(ports);
    const fresh = nextAnchor(line, told, { now, objections: await objectionsTo(line, told, ports) });
    const text = anchorJson(fresh);
    if ((await ports.evidence.create(anchorName(fresh.number), text)) === "created")
      return { line: { ...line, anchored: told.anchored }, written: { ...fresh, hash: anchorHash(text) } };
  }
  throw new Error(`Anchoring lost ${attempts} races`);
}

async function readTold({ table }: EvidencePorts): Promise<Told> {
  const [heads, firstLists, own] = [await table.heads(), await table.firstLists(), await ownHost(table)];
  return { heads, firstLists, anchored: own?.anchored };
}

/** Its own row may be damaged, too: that is an objection then. */
async function ownHost(table: EvidencePorts["table"]): Promise<HostState | undefined> {
  try {
    return (await table.readHost(watchdogPartition)).host;
  } catch (error) {
    if (error instanceof UnreadableRow) return undefined;
    throw error;
  }
}

function nextAnchor(
  line: LineEnd,
  { heads, firstLists }: Told,
  { now, objections }: { readonly now: Instant; readonly objections: readonly Objection[] },
): Anchor {
  const readable = heads.flatMap((head): ChainHead | [] =>
    "unreadable" in head ? [] : { partition: head.partition, seq: head.seq, hash: head.hash },
  );
  const all = !line.anchors.some((one) => one.all && isoDay(one.at) === isoDay(now));
  const stated = new Map(line.anchors.flatMap((one) => one.heads.map((head) => [head.partition, head])));
  const isStated = ({ partition, seq, hash }: ChainHead) =>
    stated.get(partition)?.seq === seq && stated.get(partition)?.hash === hash;
  return {
    number: line.newest + 1,
    at: now,
    previous: line.hash,
    all,
    heads: all ? readable : readable.filter((head) => !isStated(head)),
    firstLists: earliestOf([...firstLists, ...firstListsIn(line)]),
    objections,
  };
}

/** All of them in the first anchor of a day; after that those that the anchor before, which must be our own, does not hold. */
function newObjections(
  { anchors, anchored }: Next["line"],
  { at, objections }: KeptAnchor,
): readonly Objection[] {
  const own = anchors.find(({ hash }) => hash === anchored?.hash);
  if (!own || isoDay(own.at) !== isoDay(at)) return objections;
  const known = new Set(own.objections.map(nameOf));
  return objections.filter((objection) => !known.has(nameOf(objection)));
}

/** The same thing is found in other anchors an hour later. */
const nameOf = (objection: Objection): string =>
  JSON.stringify({ ...objection, number: undefined, seq: undefined });

/** So many are told; all are in the anchor. */
const told = 10;

const objectionAlert = (now: Instant, anchor: string, objections: readonly Objection[]) => ({
  ...troubleAlert(now, {
    kind: "evidence-objected",
    anchor,
    objections: { shown: objections.slice(0, told), more: Math.max(0, objections.length - told) },
  }),
  severity: "high" as const,
});
