import type { MoveName } from "./moves.ts";

/** A decision that answers an adversary. */
interface Answer {
  /** The moves that it answers: only histories with one of them are lived through to tell. */
  readonly moves: readonly MoveName[];
  /** The mutations that take it away, of which those histories notice at least one. */
  readonly mutations: readonly string[];
}

export const decisions: Readonly<Record<string, Answer>> = {
  "bastions are told apart by names as Azure compares them": {
    moves: ["renames"],
    mutations: ["keys fold letters that Azure keeps apart"],
  },
  "an entry without a URL is a link": {
    moves: ["renames"],
    mutations: ["an entry without a URL is no link", "a link that is listed without its URL counts as gone"],
  },
  "the earliest deadline that was announced stands": {
    moves: ["toggles tags"],
    mutations: ["a tag that comes and goes gains time"],
  },
  "unknown tags are not no tags": {
    moves: ["toggles tags"],
    mutations: ["tags that cannot be read count as none"],
  },
  "grace is for what is older than the watchdog": {
    moves: ["keeps hosts busy"],
    mutations: ["a new bastion gives grace"],
  },
  "rules by tag only tighten": {
    moves: ["toggles tags"],
    mutations: ["a rule by tag is dropped for what it is looser in", "a rule by tag loosens"],
  },
  "a machine's lifetime counts over all its links": {
    moves: ["re-creates"],
    mutations: [
      "other links of a VM do not count",
      "a lifetime that is spent forbids nothing",
      "what comes right after a revocation is ordinary",
    ],
  },
  "the breaker goes by importance": {
    moves: ["floods"],
    mutations: ["harmless links use what the breaker keeps for forbidden ones", "the breaker is ignored"],
  },
  "deletes that nothing explains are told": {
    moves: ["plants decoys"],
    mutations: ["deletes that nothing explains are told to nobody"],
  },
  "no stored moment reaches further than its writer can put it": {
    moves: ["edits cells"],
    mutations: ["an end that somebody set far ahead is believed"],
  },
  "those who ask are counted apart": {
    moves: ["floods"],
    mutations: [
      "what was listed to enforce is listed again for whoever asks",
      "whoever asks gets a list of their own",
    ],
  },
  "refusals are read by status and code": {
    moves: ["locks", "switches the feature", "renames"],
    mutations: [
      "any refusal of the list means that the feature is off",
      "a token that comes to nothing is tried for ever",
      "bastions that never were are remembered",
    ],
  },
  "nobody decides about a link of their own, and what hides links is loud": {
    moves: ["keeps hosts busy", "creates beside others"],
    mutations: [
      "a creator may extend before being named",
      "a bastion that keeps due links out of reach is as quiet as any",
    ],
  },
  "our own deletes are known by their ids": {
    moves: ["locks"],
    mutations: ["a refused delete counts as ours", "our own deletes are not remembered"],
  },
  "out of scope is left alone": {
    moves: ["moves"],
    mutations: ["what is out of scope is looked at", "what is back in scope gets no notice"],
  },
  "a creator is known only while one caller's create fits": {
    moves: ["creates beside others"],
    mutations: [
      "the first of several possible creators is named",
      "whoever was named first stays named, whoever is heard of later",
    ],
  },
};

/** What a mutation's decision answers; none of a mutation that takes away another kind of decision. */
export const movesAgainst = (name: string): readonly MoveName[] =>
  Object.values(decisions).find(({ mutations }) => mutations.includes(name))?.moves ?? [];
