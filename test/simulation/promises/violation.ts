import { isoInstant, type Instant } from "../../../src/core/domain/time.ts";
import type { Outcome } from "../histories.ts";

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
