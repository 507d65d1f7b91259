import { ledgerLine } from "../../../src/core/domain/ledger/ledger-line.ts";
import { factHash, type LedgerFact } from "../../../src/core/domain/ledger/ledger.ts";
import type { Partition } from "../../../src/core/domain/partition.ts";
import { after, days } from "../../../src/core/domain/time.ts";
import { hub, spoke, type Evidence, type Verdict } from "./sound.ts";

type Facts = Evidence["facts"];
type Change = (lines: readonly string[], place: number, facts: Facts) => readonly string[];

/** The one hub fact in the file, seen from its chain: the first, one in the middle, and the last, which no anchor has seen. */
export const places = { first: 0, second: 1, middle: 14, "before the last anchor": 29, last: 31 } as const;
export type Place = keyof typeof places;

export const lineDamages: readonly (readonly [name: string, Change, Partial<Record<Place, Verdict>>])[] = [
  // What no anchor has seen yet can go unnoticed; where a file begins, nobody knows what came before.
  ["is missing", (lines, place) => lines.toSpliced(place, 1), { first: 3, last: 0 }],
  ["is blank", (lines, place) => lines.with(place, ""), { first: 3, last: 0 }],
  ["is cut off", (lines, place) => lines.with(place, lineAt(lines, place).slice(0, 90)), {}],
  ["is there twice", (lines, place) => lines.toSpliced(place, 0, lineAt(lines, place)), {}],
  ["is swapped with its neighbour", swapped, {}],
  ["is altered", (lines, place) => lines.with(place, lineAt(lines, place).replace("é 🔥", "e")), {}],
  ["is altered and hashed anew", (lines, place, facts) => rehashed(lines, facts, [place]), { last: 0 }],
  [
    "is altered, and all that follow hashed anew",
    (lines, place, facts) => rehashed(lines, facts, from(place)),
    { last: 0 },
  ],
  [
    "is dated back",
    (lines, place, facts) => lines.with(place, lineOf(hub, datedBack(factAt(facts, place)))),
    {},
  ],
  [
    "is dated back, and all that follow hashed anew",
    (lines, place, facts) => rehashed(lines, facts, from(place), datedBack),
    {},
  ],
  [
    "is moved to the other ledger",
    (lines, place) => lines.with(place, lineAt(lines, place).replaceAll(hub, spoke)),
    {},
  ],
  [
    "has a name twice",
    (lines, place) =>
      lines.with(place, lineAt(lines, place).replace('"kind":', '"kind":"link-closed","kind":')),
    {},
  ],
  [
    "has a prototype",
    (lines, place) =>
      lines.with(place, lineAt(lines, place).replace("{", '{"__proto__":{"kind":"link-closed"},')),
    {},
  ],
];

const lineAt = (lines: readonly string[], place: number): string => lines[place] ?? "";
const from = (place: number): readonly number[] =>
  Array.from({ length: 32 - place }, (_, index) => place + index);
export const lineOf = (partition: Partition, fact: LedgerFact): string =>
  ledgerLine(partition, fact).trimEnd();
const datedBack = (fact: LedgerFact): LedgerFact => ({ ...fact, at: after(fact.at, -days(3)) });
const altered = (fact: LedgerFact): LedgerFact => ({ ...fact, data: { note: "nothing happened" } });

export function factAt(facts: Facts, place: number): LedgerFact {
  const fact = facts[place]?.[1];
  if (!fact) throw new Error(`There is no line ${place}`);
  return fact;
}

function swapped(lines: readonly string[], place: number): readonly string[] {
  const other = place === 31 ? 30 : place + 1;
  return lines.with(place, lineAt(lines, other)).with(other, lineAt(lines, place));
}

/** The first of these facts is another one; each of them carries the hash of what it is now. */
function rehashed(
  lines: readonly string[],
  facts: Facts,
  numbers: readonly number[],
  change: (fact: LedgerFact) => LedgerFact = altered,
): readonly string[] {
  let changed = [...lines];
  let previous: string | undefined;
  numbers.forEach((place, index) => {
    const was = index === 0 ? change(factAt(facts, place)) : factAt(facts, place);
    const fact = chained(was, previous ?? was.prevHash);
    previous = fact.hash;
    changed = changed.with(place, lineOf(hub, fact));
  });
  return changed;
}

/** The fact with the hash of what it holds, behind that one. */
export function chained(
  { at, kind, links, actor, data, seq, policyHash }: LedgerFact,
  prevHash: string,
): LedgerFact {
  const rest = { at, kind, links, actor, data, seq, policyHash };
  return { ...rest, prevHash, hash: factHash(prevHash, rest) };
}
