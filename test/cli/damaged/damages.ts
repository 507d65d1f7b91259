/** What can be done to a ledger and its anchors, each with the verdict that it must have: the exit code of `ledger verify` and of docs/check-ledger.sh. */
import { anchorHash, anchorJson, type Anchor } from "../../../src/core/domain/ledger/anchor.ts";
import type { LedgerFact } from "../../../src/core/domain/ledger/ledger.ts";
import type { Partition } from "../../../src/core/domain/partition.ts";
import { after, hours, minutes } from "../../../src/core/domain/time.ts";
import { anchorDamages, anchorIn, anchorPlaces, textAt, type AnchorPlace } from "./anchor-damages.ts";
import { chained, factAt, lineDamages, lineOf, places, type Place } from "./fact-damages.ts";
import { hub, length, soundEvidence, spoke, textOf, type Evidence, type Verdict } from "./sound.ts";

/** Files for an auditor. */
export interface Damaged {
  readonly name: string;
  readonly verdict: Verdict;
  readonly ledger: string;
  /** By the name of the file. */
  readonly anchors: ReadonlyMap<string, string>;
}

/** Every damage, made of sound evidence. */
export async function damagedLedgers(): Promise<readonly Damaged[]> {
  const sound = await soundEvidence();
  const ledger = textOf(sound);
  const lines = ledger.trimEnd().split("\n");
  const anchors = filesOf(sound.anchors);
  const text = (changed: readonly string[]) => `${changed.join("\n")}\n`;
  return [
    { name: "nothing is damaged", verdict: 0, ledger, anchors },
    ...lineDamages.flatMap(([what, change, verdicts]) =>
      Object.entries(places).map(([place, index]) => ({
        name: `fact: the ${place} ${what}`,
        verdict: verdicts[place as Place] ?? 2,
        ledger: text(change(lines, index, sound.facts)),
        anchors,
      })),
    ),
    ...anchorDamages.flatMap(([what, change, verdicts]) =>
      Object.entries(anchorPlaces).map(([place, number]) => ({
        name: `anchor: the ${place} ${what}`,
        verdict: verdicts[place as AnchorPlace] ?? 2,
        ledger,
        anchors: filesOf(change(sound.anchors, number)),
      })),
    ),
    ...others(sound, lines).map((other) => ({ ledger, anchors, ...other })),
  ];
}

const filesOf = (texts: readonly (string | undefined)[]): ReadonlyMap<string, string> =>
  new Map(texts.flatMap((text, index) => (text === undefined ? [] : [[`${index + 1}.json`, text] as const])));

function others(
  sound: Evidence,
  lines: readonly string[],
): readonly (Pick<Damaged, "name" | "verdict"> & Partial<Damaged>)[] {
  const anchors = filesOf(sound.anchors);
  const last = anchorIn(sound.anchors, length);
  const newest = lines[31] ?? "";
  const text = (changed: readonly string[]) => `${changed.join("\n")}\n`;
  const addedAt = (moment: typeof last.at) =>
    text(lines.toSpliced(32, 0, nextLine(factAt(sound.facts, 31), moment)));
  const invented = (moment: typeof last.at) => text([...lines, inventedLine(factAt(sound.facts, 0), moment)]);
  const next = (anchor: Partial<Anchor>) =>
    new Map([
      ...anchors,
      [
        `${length + 1}.json`,
        anchorJson({
          ...last,
          number: length + 1,
          previous: anchorHash(textAt(sound.anchors, length)),
          heads: [],
          all: false,
          ...anchor,
        }),
      ],
    ]);
  return [
    { name: "a fact is added that follows the last", verdict: 0, ledger: addedAt(after(last.at, hours(3))) },
    {
      name: "a fact is added behind the last anchor, dated before it",
      verdict: 2,
      ledger: addedAt(after(last.at, -hours(3))),
    },
    {
      name: "a ledger is invented, dated before the last anchor",
      verdict: 2,
      ledger: invented(after(last.at, -hours(3))),
    },
    {
      name: "a ledger is invented, dated after the last anchor",
      verdict: 0,
      ledger: invented(after(last.at, hours(1))),
    },
    {
      name: "a ledger is not in the file",
      verdict: 3,
      ledger: text(lines.filter((line) => !line.includes(spoke))),
    },
    { name: "the file is empty", verdict: 3, ledger: "" },
    { name: "the file is another one", verdict: 2, ledger: "hello\n" },
    {
      name: "a blank is added that no hash covers",
      verdict: 2,
      ledger: text(lines.with(31, newest.replace('"kind":', '"kind": '))),
    },
    { name: "all anchors are missing", verdict: 2, anchors: new Map() },
    {
      name: "an anchor with a number of the far future is there",
      verdict: 2,
      anchors: new Map([...anchors, ["999999.json", textAt(sound.anchors, 3)]]),
    },
    {
      name: "a file that is no anchor is there",
      verdict: 2,
      anchors: new Map([...anchors, ["9999-12-31.json", textAt(sound.anchors, 3)]]),
    },
    { name: "an anchor that says nothing new is added", verdict: 0, anchors: next({}) },
    { name: "an anchor is added that knows no ledger any more", verdict: 2, anchors: next({ all: true }) },
    {
      name: "an anchor is added that takes a ledger back",
      verdict: 2,
      anchors: next({ heads: [{ partition: hub, seq: 1, hash: "0".repeat(64) }] }),
    },
    {
      name: "an anchor is added that dates from before the last",
      verdict: 2,
      anchors: next({ at: after(last.at, -minutes(20)) }),
    },
    {
      name: "an anchor objects",
      verdict: 2,
      anchors: next({ objections: [{ reason: "table-empty", number: 3 }] }),
    },
  ];
}

const nextLine = (fact: LedgerFact, moment: LedgerFact["at"]): string =>
  lineOf(hub, chained({ ...fact, seq: fact.seq + 1, at: moment }, fact.hash));

const inventedLine = (fact: LedgerFact, moment: LedgerFact["at"]): string =>
  lineOf(hub.replace("bas-hub", "bas-ghost") as Partition, chained({ ...fact, at: moment }, ""));
