import type { Partition } from "../partition.ts";
import { after, instant, minutes, type Instant } from "../time.ts";
import { anchorHash, anchorNumber, parseAnchor, type Anchor, type Blob } from "./anchor.ts";
import { chainStart } from "./ledger.ts";
import type { Objection } from "./objection.ts";
import type { Witness } from "./verify-ledger.ts";

/** An anchor, and what its successor calls it. */
export interface KeptAnchor extends Anchor {
  readonly hash: string;
}

/** The anchors as they lie there, one after another. */
export interface AnchorLine {
  /** Those that hold, in their order. */
  readonly anchors: readonly KeptAnchor[];
  /** What does not hold among the blobs themselves. */
  readonly objections: readonly Objection[];
  /** The hash of each blob, by number. */
  readonly hashes: ReadonlyMap<number, string>;
}

/** Two clocks of ours are never further apart. */
const clockSlack = minutes(2);

/** Nobody writes more than one a minute: a number beyond that is a forger's, and must not be counted on from. */
const mostBy = (now: Instant): number => Math.floor(now / minutes(1));

/** Names by their number, in their order; the others are no anchors' names. */
function byNumber(names: readonly string[], now: Instant) {
  const numbered = names.flatMap((name) => {
    const number = anchorNumber(name);
    return number === undefined || number > mostBy(now) ? [] : [{ name, number }];
  });
  return numbered.sort((a, b) => a.number - b.number);
}

/** The newest number there, from which the next is counted on; 0 before the first. A forged one far ahead does not end the line. */
export function newestNumber(names: readonly string[], now: Instant): number {
  const there = new Set(names.map(anchorNumber));
  let newest = byNumber(names, now).at(-1)?.number ?? 0;
  while (there.has(newest + 1)) newest += 1;
  return newest;
}

/** Looks at blobs one after another: each must be an anchor, follow the one before, and be later. What comes before the first is not asked for. */
export function walkAnchors(blobs: readonly Blob[], now: Instant): AnchorLine {
  const texts = new Map(blobs.map(({ name, text }) => [name, text]));
  const numbered = byNumber([...texts.keys()], now);
  const names = new Set(numbered.map(({ name }) => name));
  const objections: Objection[] = [...texts.keys()]
    .filter((name) => !names.has(name))
    .map((name) => ({ reason: "no-anchor", name, why: "no anchor can have this name" }));
  const anchors: KeptAnchor[] = [];
  const hashes = new Map<number, string>();
  let last: number | undefined;
  for (const { name, number } of numbered) {
    const blob = { name, text: texts.get(name) ?? "" };
    const found = objectionsTo(blob, { number, last, now, anchors, hashes });
    objections.push(...found.objections);
    hashes.set(number, anchorHash(blob.text));
    last = number;
    if (found.anchor) anchors.push({ ...found.anchor, hash: anchorHash(blob.text) });
  }
  return { anchors, objections, hashes };
}

interface SoFar {
  readonly number: number;
  /** The number before it that is there. */
  readonly last: number | undefined;
  readonly now: Instant;
  readonly anchors: readonly KeptAnchor[];
  readonly hashes: ReadonlyMap<number, string>;
}

/** One that only objects itself is believed; what is forged, or dated where it cannot be, is not. */
function objectionsTo(
  blob: Blob,
  { number, last, hashes, ...before }: SoFar,
): { readonly objections: readonly Objection[]; readonly anchor?: Anchor } {
  const gap = gapBefore(number, last);
  const anchor = parseAnchor(blob);
  if ("problem" in anchor)
    return { objections: [...gap, { reason: "no-anchor", name: blob.name, why: anchor.problem }] };
  const previous = number === 1 ? "" : (hashes.get(number - 1) ?? anchor.previous);
  const forged: readonly Objection[] = [
    ...(anchor.previous === previous ? [] : [{ reason: "wrong-previous", number } as const]),
    ...(isMisdated(anchor, before) ? [{ reason: "misdated", number } as const] : []),
  ];
  if (forged.length > 0) return { objections: [...gap, ...forged] };
  const count = anchor.objections.length;
  return { objections: count === 0 ? gap : [...gap, { reason: "objected", number, count }], anchor };
}

const gapBefore = (number: number, before: number | undefined): readonly Objection[] =>
  before === undefined || before === number - 1
    ? []
    : [{ reason: "anchor-missing", from: before + 1, to: number - 1 }];

const isMisdated = ({ at }: Anchor, { anchors, now }: Pick<SoFar, "anchors" | "now">): boolean =>
  at < after(anchors.at(-1)?.at ?? at, -clockSlack) || at > after(now, clockSlack);

/** One place of a ledger, as anchors saw it from one moment to another. */
interface Seen {
  readonly seq: number;
  readonly hash: string;
  readonly number: number;
  readonly from: Instant;
  readonly until: Instant;
}

/** What all anchors say of the ledgers. */
export interface Testimony {
  /** What they saw of one ledger; that it had no fact yet counts, once an anchor named all. */
  readonly witnesses: (partition: Partition) => readonly Witness[];
  readonly partitions: readonly Partition[];
  /** Ledgers that an anchor over all does not know any more. */
  readonly objections: readonly Objection[];
}

/** Puts together what anchors say, each of which names only what changed. */
export function testimonyOf(anchors: readonly KeptAnchor[]): Testimony {
  const seen = new Map<Partition, readonly Seen[]>();
  const newest = anchors.at(-1)?.at ?? instant(0);
  const whole = anchors.find(({ all }) => all);
  const nothing = (until: Instant): readonly Seen[] =>
    whole && whole.at <= until ? [{ ...chainStart, number: whole.number, from: whole.at, until }] : [];
  const objections = anchors.flatMap((anchor, index) => {
    const gone = goneBy(anchor, [...seen.keys()]);
    const before = anchors[index - 1]?.at ?? anchor.at;
    for (const { partition, ...head } of anchor.heads) {
      const past = seen.get(partition) ?? (anchor === whole ? [] : nothing(before));
      const place = { ...head, number: anchor.number, from: anchor.at, until: newest };
      seen.set(partition, withPlace(past, place, before));
    }
    return gone;
  });
  return {
    witnesses: (partition) => (seen.get(partition) ?? nothing(newest)).map(witnessOf),
    partitions: [...seen.keys()],
    objections,
  };
}

/** Ledgers that an anchor over all does not name any more. */
function goneBy({ all, heads, number }: KeptAnchor, known: readonly Partition[]): readonly Objection[] {
  const named = new Set(heads.map(({ partition }) => partition));
  return all
    ? known
        .filter((partition) => !named.has(partition))
        .map((partition) => ({ reason: "ledger-gone", partition, number }))
    : [];
}

/** What was seen until `before`, and from now on this. */
function withPlace(past: readonly Seen[], place: Seen, before: Instant): readonly Seen[] {
  const last = past.at(-1);
  if (!last) return [place];
  if (last.seq === place.seq && last.hash === place.hash) return past;
  return [...past.slice(0, -1), { ...last, until: before }, place];
}

const witnessOf = ({ number, ...seen }: Seen): Witness => ({ ...seen, by: `anchor ${number}` });
