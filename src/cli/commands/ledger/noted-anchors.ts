import { isUnreadable, type LedgerRecord } from "../../../core/domain/ledger/ledger.ts";
import type { Objection } from "../../../core/domain/ledger/objection.ts";

/** The anchors that facts speak of, each as often as one does. */
export type NotedAnchors = { readonly number: number; readonly hash: string }[];

/** Remembers the anchor that a fact is about. */
export function note(noted: NotedAnchors, record: LedgerRecord): void {
  if (isUnreadable(record) || record.kind !== "anchored") return;
  const { number, hash } = record.data;
  if (typeof number === "number" && typeof hash === "string") noted.push({ number, hash });
}

/** Each anchor that was noted must be there as it was; those before the first that is there are not asked for. */
export function objectionsToNoted(
  noted: NotedAnchors,
  hashes: ReadonlyMap<number, string>,
): readonly Objection[] {
  const first = Math.min(...hashes.keys(), Infinity);
  const last = Math.max(...hashes.keys(), 0);
  return noted.flatMap(({ number, hash }): Objection[] => {
    const there = hashes.get(number);
    if (there === hash || (number < first && first !== Infinity)) return [];
    if (there !== undefined) return [{ reason: "replaced", number }];
    // What is missing between two others was found by walking from one to the next.
    return number > last ? [{ reason: "anchor-missing", from: number, to: number }] : [];
  });
}
