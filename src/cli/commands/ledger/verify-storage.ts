import { reasonOf } from "../../../core/domain/foreign.ts";
import { anchorHash, anchorName, anchorNumber, type Blob } from "../../../core/domain/ledger/anchor.ts";
import { testimonyOf, walkAnchors, type AnchorLine } from "../../../core/domain/ledger/anchor-line.ts";
import { retention } from "../../../core/domain/ledger/archive.ts";
import type { Objection } from "../../../core/domain/ledger/objection.ts";
import type { Witness } from "../../../core/domain/ledger/verify-ledger.ts";
import type { Partition } from "../../../core/domain/partition.ts";
import { after, type Instant } from "../../../core/domain/time.ts";
import { readAnchors } from "../../../core/flows/store/read-anchors.ts";
import { verifyStored, type LedgerPorts } from "../../../core/flows/store/read-ledger.ts";
import { optionOf, type Call } from "../../command.ts";
import type { Finding, Findings } from "./findings.ts";
import { wantedLedgers } from "./ledger-source.ts";
import { note, objectionsToNoted, type NotedAnchors } from "./noted-anchors.ts";

/** Every ledger in storage against every anchor there, or against those of a folder. */
export async function verifyStorage(call: Call, given: readonly Blob[] | undefined): Promise<Findings> {
  const ports = await call.context.ledgers();
  const now = call.context.clock.now();
  const blobs =
    given ??
    (await readAnchors(ports.evidence, (done, all) => {
      call.terminal.progress(`${done} of ${all} anchors`);
    }));
  const { line, missing } = guardedLine(blobs, now);
  const testimony = testimonyOf(line.anchors);
  const wanted = await wantedLedgers(call, ports);
  const forgotten = optionOf(call, "bastion") === undefined ? testimony.partitions : [];
  const noted: NotedAnchors = [];
  const ledgers: Finding[] = [];
  const all = [...new Set([...wanted, ...forgotten])].sort();
  for (const partition of all) {
    call.terminal.progress(`${ledgers.length + 1} of ${all.length}: ${partition}`);
    ledgers.push(await findingOn(partition, ports, { witnesses: testimony.witnesses(partition), noted }));
  }
  const hashes = given ? line.hashes : await withLateOnes(line.hashes, noted, ports);
  return {
    line: line.hashes.size === 0 ? undefined : line,
    objections: [
      ...missing,
      ...line.objections,
      ...testimony.objections,
      ...objectionsToNoted(noted, hashes),
    ],
    problems: [],
    gaps: [],
    ledgers,
  };
}

async function findingOn(
  partition: Partition,
  ports: LedgerPorts,
  { witnesses, noted }: { readonly witnesses: readonly Witness[]; readonly noted: NotedAnchors },
): Promise<Finding> {
  try {
    const verification = await verifyStored(partition, ports, {
      witnesses,
      see: (record) => {
        note(noted, record);
      },
    });
    return { partition, verification };
  } catch (error) {
    return { partition, failed: reasonOf(error) };
  }
}

/**
 * From the oldest anchor that retention guards: what is older may have been deleted. A line that is younger begins with anchor 1.
 */
function guardedLine(
  blobs: readonly Blob[],
  now: Instant,
): { readonly line: AnchorLine; readonly missing: readonly Objection[] } {
  const whole = walkAnchors(blobs, now);
  const first = Math.min(...whole.hashes.keys());
  const since = after(now, -retention);
  const [oldest] = whole.anchors;
  if (oldest && oldest.at < since) {
    const guarded = whole.anchors.findLast(({ at }) => at < since)?.number ?? 0;
    return {
      line: walkAnchors(
        blobs.filter(({ name }) => (anchorNumber(name) ?? Infinity) >= guarded),
        now,
      ),
      missing: [],
    };
  }
  return {
    line: whole,
    missing:
      Number.isFinite(first) && first > 1 ? [{ reason: "anchor-missing", from: 1, to: first - 1 }] : [],
  };
}

/** Anchors that were written while ledgers were read. */
async function withLateOnes(
  hashes: AnchorLine["hashes"],
  noted: NotedAnchors,
  { evidence }: LedgerPorts,
): Promise<AnchorLine["hashes"]> {
  const last = Math.max(...hashes.keys(), 0);
  const late = new Map(hashes);
  for (const { number } of noted) {
    const text = number > last && hashes.size > 0 ? await evidence.read(anchorName(number)) : undefined;
    if (text !== undefined) late.set(number, anchorHash(text));
  }
  return late;
}
