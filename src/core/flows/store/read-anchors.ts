import pMap from "p-map";
import {
  anchorFolder,
  anchorName,
  anchorNumber,
  type Blob,
  type FirstList,
} from "../../domain/ledger/anchor.ts";
import { newestNumber, walkAnchors, type AnchorLine } from "../../domain/ledger/anchor-line.ts";
import { after, hours, type Instant } from "../../domain/time.ts";
import type { Evidence } from "../../ports.ts";

/** The end of the line: what was written within a day, and the place that the next anchor takes. */
export interface LineEnd extends AnchorLine {
  /** The newest number there, whoever wrote it; 0 before the first. */
  readonly newest: number;
  /** SHA-256 of that blob; "" before the first. */
  readonly hash: string;
}

/** A day, and the hour in which a run may have failed. */
const lookedBack = hours(25);
/** So many are read at a time. */
const atATime = 30;
/** A day has 24; a flood of forged ones is not read to its end. */
const most = 300;

/** Reads back a day of anchors, forged ones among them. */
export async function readLineEnd(evidence: Evidence, now: Instant): Promise<LineEnd> {
  const names = await evidence.list(anchorFolder);
  const newest = newestNumber(names, now);
  const there = new Set(names);
  const strays = names.filter((name) => (anchorNumber(name) ?? Infinity) > newest).slice(0, atATime);
  const blobs: Blob[] = strays.map((name) => ({ name, text: "" }));
  for (let top = newest; top > 0 && newest - top < most; top -= atATime) {
    const wanted = Array.from({ length: Math.min(atATime, top) }, (_, index) => anchorName(top - index));
    blobs.push(
      ...(await readBlobs(
        wanted.filter((name) => there.has(name)),
        evidence,
      )),
    );
    const [oldest] = walkAnchors(blobs, now).anchors;
    if (oldest && oldest.at < after(now, -lookedBack)) break;
  }
  const line = walkAnchors(blobs, now);
  return { ...line, newest, hash: newest === 0 ? "" : (line.hashes.get(newest) ?? "gone while it was read") };
}

/** Every blob among the anchors, in no order. */
export async function readAnchors(
  evidence: Evidence,
  progress: (done: number, all: number) => void = () => undefined,
): Promise<readonly Blob[]> {
  const names = await evidence.list(anchorFolder);
  const blobs: Blob[] = [];
  for (let from = 0; from < names.length; from += 500) {
    blobs.push(...(await readBlobs(names.slice(from, from + 500), evidence)));
    progress(blobs.length, names.length);
  }
  return blobs;
}

/** Small blobs, and thousands of them: what takes time is the way there and back. */
export const readAtOnce = 64;

/** Those that are still there. */
async function readBlobs(names: readonly string[], evidence: Evidence): Promise<readonly Blob[]> {
  const read = async (name: string) => {
    const text = await evidence.read(name);
    return text === undefined ? [] : [{ name, text }];
  };
  return (await pMap(names, read, { concurrency: readAtOnce })).flat();
}

/** The earliest that the anchors of a day say for each subscription. */
export function firstListsIn({ anchors }: AnchorLine): readonly FirstList[] {
  const all = anchors.flatMap(({ firstLists }) => firstLists);
  return earliestOf(all);
}

/** Each subscription once, with the earliest moment, sorted. */
export function earliestOf(lists: readonly FirstList[]): readonly FirstList[] {
  const latestFirst = [...lists].sort((a, b) => b.since - a.since);
  const bySubscription = new Map(latestFirst.map((list) => [list.subscriptionId, list]));
  return [...bySubscription.values()].sort((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1));
}
