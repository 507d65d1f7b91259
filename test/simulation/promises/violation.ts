import { isoInstant, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord, Truth } from "../truth.ts";

/** A promise that was broken, and how one can tell. */
export interface Violation {
  readonly promise: string;
  readonly evidence: string;
}

export type Check = (outcome: Outcome) => readonly Violation[];

/** Findings of one promise. */
export const broken = (promise: string, evidence: readonly string[]): readonly Violation[] =>
  evidence.map((text) => ({ promise, evidence: text }));

export const when = (moment: Instant | undefined): string =>
  moment === undefined ? "never" : isoInstant(moment).slice(11, 23);

/** The bastion of a partition, as the truth calls it. */
export const bastionIn = (partition: string): string => partition.replaceAll("|", "/");

/** Ten characters of a link's id are enough to find it. */
export const short = (linkId: string): string => linkId.slice(0, 10);

/** Its id, and the one that it was told by before it was listed with its URL. */
export function idsOf(linkId: string, { commits }: Pick<Truth, "commits">): readonly string[] {
  const known = renames.get(commits);
  const before = known?.count === commits.length ? known.before : renamesIn(commits);
  renames.set(commits, { count: commits.length, before });
  return [linkId, ...(before.get(linkId) ?? [])];
}

type Renames = ReadonlyMap<string, readonly string[]>;
const renames = new WeakMap<readonly CommitRecord[], { readonly count: number; readonly before: Renames }>();

function renamesIn(commits: readonly CommitRecord[]): Renames {
  const before = new Map<string, readonly string[]>();
  for (const { commit } of commits)
    for (const { kind, links, data } of commit.facts)
      for (const { linkId } of kind === "link-renamed" ? links : [])
        before.set(linkId, [...(before.get(linkId) ?? []), String(data["links"])]);
  return before;
}
