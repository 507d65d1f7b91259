import type { LinkId } from "../../../src/core/domain/links/link.ts";
import { isoInstant, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";
import type { CommitRecord } from "../truth.ts";

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
export const idsOf = (linkId: LinkId, commits: readonly CommitRecord[]): readonly string[] => [
  linkId,
  ...commits
    .flatMap(({ commit }) => commit.facts)
    .filter(({ kind, links }) => kind === "link-renamed" && links.some((link) => link.linkId === linkId))
    .map(({ data }) => String(data["links"])),
];
