import type { FirstOf } from "../../../domain/alerts/digest-figures.ts";

/** A line of the digest: what it is about, where that stands out, and what there is to say. Strangers' names stand in it as they came. */
export interface DigestLine {
  readonly head?: string;
  readonly text: string;
  /** For whoever keeps what they read: Teams does without. */
  readonly proof?: string;
  /** It is never cut off. */
  readonly isPinned?: true;
  /** How many lines it stands for, where that is not one. */
  readonly stands?: number;
}

/** The line as one sentence. */
export const digestSentence = ({ head, text, proof }: DigestLine): string =>
  `${head === undefined ? "" : `${head}: `}${text}${proof === undefined ? "" : ` ${proof}`}`;

/** A line for each of those that are named, and one for the rest, of which there are so many `noun`s more. */
export const linesFor = <Item>(
  { shown, more }: FirstOf<Item>,
  noun: string,
  line: (item: Item) => DigestLine,
): readonly DigestLine[] => [
  ...shown.map(line),
  ...(more > 0 ? [{ text: `${more} more ${noun}.`, stands: more }] : []),
];

/** `vm-1, vm-2 and 3 more`, each once. */
export const namedFew = <Item>({ shown, more }: FirstOf<Item>, name: (item: Item) => string): string =>
  `${[...new Set(shown.map(name))].join(", ")}${more > 0 ? ` and ${more} more` : ""}`;

/** `1 link`, `2 links`. */
export const countOf = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? "" : "s"}`;
