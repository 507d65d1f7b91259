/** A ledger with an anchor each hour, and somebody who may write anything there. */
import { run } from "../../src/cli/run.ts";
import type { CliContext } from "../../src/cli/command.ts";
import type { Alert } from "../../src/core/domain/alerts/alert.ts";
import { anchorHash, anchorJson, parseAnchor, type Anchor } from "../../src/core/domain/ledger/anchor.ts";
import { factHash, type LedgerFact } from "../../src/core/domain/ledger/ledger.ts";
import type { Partition } from "../../src/core/domain/partition.ts";
import { hours, minutes } from "../../src/core/domain/time.ts";
import { anchor } from "../../src/core/flows/scheduled/anchor.ts";
import { evidenceWorld, type EvidenceWorld } from "../memory/evidence-ports.ts";
import { vmId } from "../memory/samples.ts";
import { watchdog } from "../memory/watchdog.ts";

const policy = {
  rules: [
    { name: "no links into production", match: { vm: "**/vm-prod-*" }, allow: false },
    { name: "rest", ttl: "PT8H" },
  ],
};

/** A forbidden link was opened, and another one an hour later; an anchor was written each hour. */
export async function anchoredWorld(): Promise<EvidenceWorld> {
  const world = evidenceWorld(watchdog(policy));
  const { dog } = world;
  await dog.sweep();
  await dog.run(minutes(5));
  for (const vm of ["vm-prod-db-01", "vm-dev"]) {
    dog.azure.create(dog.bastion, vmId(vm));
    await dog.event({});
    await anHourLater(world);
  }
  return world;
}

/** An hour passes, and then an anchor is written. */
export async function anHourLater({ dog, ports, settings }: EvidenceWorld): Promise<void> {
  await dog.run(hours(1));
  await anchor(ports, settings);
}

/** What `ledger verify` says, and its exit code. */
export async function verdict(
  { dog, ports }: EvidenceWorld,
  ...options: readonly string[]
): Promise<readonly [code: number, words: string]> {
  let words = "";
  const print = (text: string) => {
    words += text;
    return Promise.resolve();
  };
  const silent = () => undefined;
  const note = (line: string) => {
    words += line;
  };
  const terminal = { print, note, progress: silent, bar: silent, ask: () => Promise.resolve(undefined) };
  const context = { clock: dog.clock, ledgers: () => Promise.resolve(ports) };
  const code = await run(["ledger", "verify", ...options], terminal, context as unknown as CliContext);
  return [code, words];
}

/** The alerts about evidence that does not hold. */
export const objections = ({ dog }: EvidenceWorld): readonly Alert[] =>
  dog.heard().filter(({ notes }) => notes.some(({ kind }) => kind === "evidence-objected"));

/** Writes a whole chain anew, hashes and host row and all. */
export async function rewrite(
  { dog: { table } }: EvidenceWorld,
  partition: Partition,
  change: (facts: readonly LedgerFact[]) => readonly LedgerFact[],
): Promise<void> {
  const before = table.ledger(partition);
  for (const { seq } of before) table.tamper(partition, keyOf(seq), undefined);
  let prevHash = "";
  let headSeq = 0;
  for (const fact of change(before)) {
    const { at, kind, links, actor, data, seq, policyHash } = fact;
    const rest = { at, kind, links, actor, data, seq, policyHash };
    const hash = factHash(prevHash, rest);
    table.tamper(partition, keyOf(seq), { ...rest, prevHash, hash });
    [prevHash, headSeq] = [hash, seq];
  }
  const { host } = await table.read(partition);
  table.tamper(partition, "0host", { ...host, chainHead: prevHash, headSeq, past: [] });
}

const keyOf = (seq: number) => `9ledger:${String(seq).padStart(12, "0")}`;

/** As if the forbidden link had never been. */
export const withoutProduction = (facts: readonly LedgerFact[]): readonly LedgerFact[] =>
  facts.filter(({ links }) => !links.some((link) => link.vmId.includes("vm-prod")));

/** An anchor as the watchdog would write it behind the newest one, but for what is changed in it. */
export function forge({ dog, evidence: { blobs } }: EvidenceWorld, change: Partial<Anchor>): void {
  const newest = [...blobs.keys()].filter((name) => name.startsWith("anchors/")).length;
  const text = blobs.get(`anchors/${newest}.json`) ?? "";
  const was = parseAnchor({ name: `anchors/${newest}.json`, text });
  if ("problem" in was) throw new Error(was.problem);
  const place = { number: newest + 1, at: dog.clock.now(), previous: anchorHash(text) };
  const forged = { ...was, ...place, ...change };
  blobs.set(`anchors/${forged.number}.json`, anchorJson(forged));
}
