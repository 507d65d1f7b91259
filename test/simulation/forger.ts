/** Somebody who may write anything to table and evidence, after a history: what the watchdog wrote in it is anchored every hour, then tampered with. */
import { run } from "../../src/cli/run.ts";
import type { CliContext } from "../../src/cli/command.ts";
import { anchorHash, anchorJson, parseAnchor } from "../../src/core/domain/ledger/anchor.ts";
import { factHash, type LedgerFact } from "../../src/core/domain/ledger/ledger.ts";
import { bastionIn, type Partition, type Version } from "../../src/core/domain/partition.ts";
import { after, hours, instant, minutes, type Instant } from "../../src/core/domain/time.ts";
import { anchor } from "../../src/core/flows/scheduled/anchor.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import type { EvidencePorts } from "../../src/core/ports.ts";
import { memoryEvidence, type MemoryEvidence } from "../memory/memory-evidence.ts";
import { memoryTable, type MemoryTable } from "../memory/memory-table.ts";
import type { Random } from "./random.ts";
import type { CommitRecord, Truth } from "./truth.ts";

interface Place {
  readonly table: MemoryTable;
  readonly evidence: MemoryEvidence;
  readonly ports: EvidencePorts;
  readonly settings: FlowSettings;
  readonly random: Random;
  now: Instant;
}

/** What of P10 did not hold for this history: evidence that nobody touched is objected to, or what somebody did is not found. */
export async function meddle(truth: Truth, random: Random): Promise<readonly string[]> {
  const [settings] = truth.settings;
  const commits = truth.commits.filter(
    ({ partition, commit }) => bastionIn(partition) && commit.facts.length > 0,
  );
  if (!settings || commits.length === 0) return [];
  const place = placeOf(settings.settings, commits[0]?.at ?? instant(0), random);
  await replay(commits, place);
  const [clean, words] = await verdict(place);
  if (clean !== 0) return [`evidence that nobody touched does not hold: ${words}`];
  const [partition] = random.pick(nonEmpty(commits.map((commit) => [commit.partition] as const)));
  const [deed, isTold] = await tamper(partition, place);
  const [found] = await verdict(place);
  place.now = after(place.now, minutes(30));
  const { objections } = await anchor(place.ports, place.settings);
  const [later] = await verdict(place);
  return [
    ...(found === 2 ? [] : [`${deed} is not found by verify, which exits with ${found}`]),
    ...(later === 2 ? [] : [`${deed} is not found any more once the next anchor is written`]),
    ...(isTold && objections.length === 0 ? [`${deed} is told to nobody by the next anchor`] : []),
  ];
}

function nonEmpty<Item>(items: readonly Item[]): readonly [Item, ...Item[]] {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error("There is nothing to choose from");
  return [first, ...rest];
}

function placeOf(settings: FlowSettings, now: Instant, random: Random): Place {
  const [table, evidence] = [memoryTable(), memoryEvidence()];
  const silent = () => undefined;
  const place: Place = {
    ...{ table, evidence, settings, random, now },
    ports: {
      ...({ table, evidence, channels: [] } as unknown as EvidencePorts),
      clock: { now: () => place.now },
      log: { info: silent, warn: silent, error: silent },
    },
  };
  return place;
}

/** Every bastion's facts when they were written, with an anchor each hour, and one more after the last of them. */
async function replay(commits: readonly CommitRecord[], place: Place): Promise<void> {
  const versions = new Map<Partition, Version>();
  let next = after(place.now, minutes(7));
  for (const { partition, at, commit } of commits) {
    for (; next <= at; next = after(next, hours(1))) await anchorAt(next, place);
    place.now = at;
    const bastion = bastionIn(partition);
    if (bastion) await place.table.rememberBastions([bastion]);
    const bare = { host: commit.host, facts: commit.facts, put: [], close: [], spent: [], outbox: [] };
    const written = await place.table.commit(partition, { ...bare, expected: versions.get(partition) });
    if (written === "conflict") throw new Error("What was committed once could not be committed again");
    versions.set(partition, written.version);
  }
  await anchorAt(after(place.now, minutes(20)), place);
}

async function anchorAt(moment: Instant, place: Place): Promise<void> {
  place.now = moment;
  await anchor(place.ports, place.settings);
}

async function verdict({ ports, ...place }: Place): Promise<readonly [code: number, words: string]> {
  let words = "";
  const say = (text: string) => {
    words += text.replaceAll("\n", " ");
  };
  const print = (text: string) => {
    say(text);
    return Promise.resolve();
  };
  const silent = () => undefined;
  const terminal = { print, note: say, progress: silent, bar: silent, ask: () => Promise.resolve(undefined) };
  const context = { clock: { now: () => place.now }, ledgers: () => Promise.resolve(ports) };
  const code = await run(["ledger", "verify"], terminal, context as unknown as CliContext);
  return [code, words];
}

/** What was done, and whether the next anchor must object to it. */
type Deed = readonly [deed: string, isTold: boolean];

/** Does one of the things that somebody may do. */
function tamper(partition: Partition, place: Place): Promise<Deed> {
  const numbers = [...place.evidence.blobs.keys()].filter((name) => name.startsWith("anchors/"));
  const deed = deeds[place.random.below(deeds.length)] ?? cutOff;
  return deed(partition, place, numbers.length);
}

const deeds: readonly ((partition: Partition, place: Place, newest: number) => Promise<Deed>)[] = [
  async (partition, place) => {
    const victim = place.random.below(place.table.ledger(partition).length);
    await rewrite(partition, place, (all) => all.filter((_, index) => index !== victim));
    return [`a ledger written anew without fact ${victim}`, true];
  },
  async (partition, place) => {
    const victim = place.random.below(place.table.ledger(partition).length);
    await rewrite(partition, place, (all) =>
      all.map((fact, index) => (index === victim ? { ...fact, data: { note: "nothing" } } : fact)),
    );
    return [`a ledger written anew with another fact ${victim}`, true];
  },
  cutOff,
  (_, { table }) => {
    for (const [name, rows] of table.everything())
      for (const { key } of rows) table.tamper(name as Partition, key, undefined);
    return Promise.resolve(["an emptied table", true]);
  },
  async (partition, place) => {
    await rewrite(partition, place, (all) => {
      const last = all.at(-1);
      return last ? [...all, { ...last, seq: last.seq + 1, at: after(place.now, -hours(2)) }] : all;
    });
    return ["a fact dated back behind the newest anchor", false];
  },
  (partition, place, newest) => {
    // What lies before the first that is there may be gone with its retention.
    if (newest < 3) return cutOff(partition, place);
    place.evidence.blobs.delete(`anchors/${newest - 1}.json`);
    return Promise.resolve(["an anchor taken away between two others", true]);
  },
  (_, { evidence: { blobs } }, newest) => {
    blobs.set(`anchors/${newest + 1}.json`, blobs.get(`anchors/${newest}.json`) ?? "");
    return Promise.resolve(["an anchor replayed under the next number", true]);
  },
  (_, place, newest) => {
    forgeFrom(1 + place.random.below(newest), place);
    return Promise.resolve(["a line of anchors forged", false]);
  },
];

async function cutOff(partition: Partition, place: Place): Promise<Deed> {
  await rewrite(partition, place, (all) => all.slice(0, -1));
  return ["the end of a ledger cut off", true];
}

async function rewrite(
  partition: Partition,
  { table }: Place,
  change: (facts: readonly LedgerFact[]) => readonly LedgerFact[],
): Promise<void> {
  const before = table.ledger(partition);
  for (const { seq } of before) table.tamper(partition, keyOf(seq), undefined);
  let [prevHash, headSeq] = ["", 0];
  for (const { at, kind, links, actor, candidates, others, data, seq, policyHash } of change(before)) {
    const rest = { at, kind, links, actor, candidates, others, data, seq, policyHash };
    const hash = factHash(prevHash, rest);
    table.tamper(partition, keyOf(seq), { ...rest, prevHash, hash });
    [prevHash, headSeq] = [hash, seq];
  }
  const { host } = await table.read(partition);
  table.tamper(partition, "0host", { ...host, chainHead: prevHash, headSeq });
}

const keyOf = (seq: number) => `9ledger:${String(seq).padStart(12, "0")}`;

/** The anchors from one on know no ledger, and each names the one before as it is now. */
function forgeFrom(first: number, { evidence: { blobs } }: Place): void {
  let previous = anchorHash(blobs.get(`anchors/${first - 1}.json`) ?? "");
  for (let number = first; ; number += 1) {
    const name = `anchors/${number}.json`;
    const parsed = parseAnchor({ name, text: blobs.get(name) ?? "" });
    if ("problem" in parsed) return;
    const text = anchorJson({ ...parsed, previous: number === 1 ? "" : previous, heads: [], all: false });
    blobs.set(name, text);
    previous = anchorHash(text);
  }
}
