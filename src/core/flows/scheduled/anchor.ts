import {
  anchorJson,
  anchorName,
  anchorOf,
  parseAnchor,
  anchorFolder,
  type Anchor,
} from "../../domain/ledger/anchor.ts";
import { isUnreadable } from "../../domain/ledger/ledger.ts";
import { watchdogPartition } from "../../domain/partition.ts";
import type { Evidence, EvidencePorts } from "../../ports.ts";
import { keepPolicy } from "../store/keep-policy.ts";
import { plainFact, record } from "../store/record.ts";
import type { FlowSettings } from "../settings.ts";

/**
 * Writes one hash over all chain heads where nobody can change it, once an hour, and notes that in the watchdog's own ledger. Run a second time within the
 * hour it writes no second anchor, and makes up for the fact if the first run died before it. Makes up for a policy that could not be kept
 * when it came into force. Answers the anchor that is kept.
 */
export async function anchor(ports: EvidencePorts, settings: FlowSettings): Promise<Anchor> {
  const now = ports.clock.now();
  const name = anchorName(now);
  const fresh = anchorOf(await ports.table.heads(), now);
  const written = await ports.evidence.create(name, anchorJson(fresh));
  const kept = written === "created" ? fresh : await readAnchor(name, ports.evidence);
  if (written === "created" || !(await isNoted(kept, ports))) {
    const fact = plainFact(now, "anchored", { hash: kept.hash, ledgers: kept.heads.length, blob: name });
    await record({ partition: watchdogPartition, facts: [fact], alerts: [] }, ports, settings);
  }
  await keepPolicy(settings.policy, ports.evidence);
  ports.log.info("Anchored", { blob: name, ledgers: kept.heads.length, written: written === "created" });
  return kept;
}

async function readAnchor(name: string, evidence: Evidence): Promise<Anchor> {
  const parsed = parseAnchor((await evidence.read(name)) ?? "");
  if ("problem" in parsed) throw new Error(`The blob ${name} ${parsed.problem}`);
  return parsed;
}

/** The fact about an anchor comes after everything the anchor saw of the watchdog's own ledger. */
async function isNoted({ hash, heads }: Anchor, { table }: EvidencePorts): Promise<boolean> {
  const own = heads.find(({ partition }) => partition === watchdogPartition);
  for await (const fact of table.readLedger(watchdogPartition, (own?.seq ?? 0) + 1)) {
    if (!isUnreadable(fact) && fact.kind === "anchored" && fact.data["hash"] === hash) return true;
  }
  return false;
}

/** The newest anchor, read back from its blob; undefined before the first one. Throws if its hash is not that of its heads. */
export async function newestAnchor({
  evidence,
}: Pick<EvidencePorts, "evidence">): Promise<Anchor | undefined> {
  const name = (await evidence.list(anchorFolder)).at(-1);
  return name === undefined ? undefined : readAnchor(name, evidence);
}
