import type { Blob } from "../../../core/domain/ledger/anchor.ts";
import { testimonyOf, walkAnchors, type AnchorLine } from "../../../core/domain/ledger/anchor-line.ts";
import { isUnreadable, type LedgerRecord } from "../../../core/domain/ledger/ledger.ts";
import {
  beginCheck,
  endCheck,
  takeRecord,
  type ChainCheck,
  type Verification,
} from "../../../core/domain/ledger/verify-ledger.ts";
import type { Partition } from "../../../core/domain/partition.ts";
import type { Call } from "../../command.ts";
import type { Finding, Findings } from "./findings.ts";
import { linesOf } from "./ledger-source.ts";
import { note, objectionsToNoted, type NotedAnchors } from "./noted-anchors.ts";

interface Begun {
  readonly first: LedgerRecord;
  check: ChainCheck;
}

/** A file may begin anywhere in a chain; what came before is only known from the chain's own words. */
export async function verifyFile(
  file: string,
  call: Call,
  blobs: readonly Blob[] | undefined,
): Promise<Findings> {
  const line = blobs && walkAnchors(blobs, call.context.clock.now());
  const testimony = testimonyOf(line?.anchors ?? []);
  const begun = new Map<Partition, Begun>();
  const noted: NotedAnchors = [];
  const problems: string[] = [];
  for await (const read of linesOf(file, call)) {
    if (read.number % 1_000 === 0) call.terminal.progress(`${read.number} lines`);
    if ("problem" in read) problems.push(`Line ${read.number} of ${file} ${read.problem}`);
    else {
      take(begun, read, testimony.witnesses(read.partition));
      note(noted, read.record);
    }
  }
  const ledgers = [...begun].map(([partition, { first, check }]): Finding => {
    const verification = endCheck(check);
    return { partition, verification, gap: gapIn(first, verification) };
  });
  return {
    line,
    objections: line
      ? [...line.objections, ...testimony.objections, ...objectionsToNoted(noted, line.hashes)]
      : [],
    problems,
    gaps: [...(begun.size === 0 && problems.length === 0 ? [`${file} holds no fact`] : []), ...gapsIn(line)],
    ledgers: [...ledgers, ...absent(testimony.partitions, begun)],
  };
}

function take(
  begun: Map<Partition, Begun>,
  { partition, record }: { readonly partition: Partition; readonly record: LedgerRecord },
  witnesses: Parameters<typeof beginCheck>[1],
): void {
  const ledger = begun.get(partition) ?? { first: record, check: beginCheck("anywhere", witnesses) };
  ledger.check = takeRecord(ledger.check, record);
  begun.set(partition, ledger);
}

const absent = (known: readonly Partition[], begun: ReadonlyMap<Partition, Begun>): readonly Finding[] =>
  known
    .filter((partition) => !begun.has(partition))
    .map((partition) => ({ partition, failed: "an anchor names it, the file does not hold it" }));

function gapsIn(line: AnchorLine | undefined): readonly string[] {
  if (!line) return [];
  const first = Math.min(...line.hashes.keys());
  if (!Number.isFinite(first)) return ["No anchor is in the folder"];
  return first > 1 ? [`The anchors begin with number ${first}; what came before is not known`] : [];
}

function gapIn(first: LedgerRecord, verification: Verification): string | undefined {
  if (isUnreadable(first) || first.prevHash === "") return undefined;
  const heard = verification.ok && verification.unheard > 0 ? ", and anchors saw only what comes before" : "";
  return `the file begins with fact ${first.seq}, which is not the first of its chain${heard}`;
}
