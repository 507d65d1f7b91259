import { anchorHash, anchorJson, parseAnchor, type Anchor } from "../../../src/core/domain/ledger/anchor.ts";
import { at } from "../../memory/clock.ts";
import { length, type Verdict } from "./sound.ts";

export const anchorPlaces = {
  first: 1,
  second: 2,
  middle: 15,
  "last but one": length - 1,
  last: length,
} as const;
export type AnchorPlace = keyof typeof anchorPlaces;
type AnchorChange = (texts: readonly string[], number: number) => readonly (string | undefined)[];

export const anchorDamages: readonly (readonly [
  string,
  AnchorChange,
  Partial<Record<AnchorPlace, Verdict>>,
])[] = [
  // An anchor may be older than what is kept: whatever comes before the first is not asked for.
  [
    "is missing",
    (texts, number) => [...texts].map((text, index) => (index === number - 1 ? undefined : text)),
    { first: 3 },
  ],
  [
    "names another fact",
    (texts, number) => texts.with(number - 1, textAt(texts, number).replace(/"hash":"\w/, '"hash":"x')),
    {},
  ],
  ["is empty", (texts, number) => texts.with(number - 1, ""), {}],
  [
    "is the one before once more",
    (texts, number) =>
      texts.with(number - 1, textAt(texts, Math.max(1, number - 1) === number ? 2 : number - 1)),
    {},
  ],
  [
    "and all that follow are written anew",
    (texts, number) => forgedFrom(texts, number, (anchor) => ({ ...anchor, heads: [] })),
    {},
  ],
  [
    "is dated to the year 9999",
    (texts, number) => forgedFrom(texts, number, (anchor) => ({ ...anchor, at: at("9999-12-31T00:00:00Z") })),
    {},
  ],
];

export const textAt = (texts: readonly string[], number: number): string => texts[number - 1] ?? "";

/** Read back. */
export function anchorIn(texts: readonly string[], number: number): Anchor {
  const parsed = parseAnchor({ name: `anchors/${number}.json`, text: textAt(texts, number) });
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

/** The line from one anchor on, each of which names the one before as it is now. */
function forgedFrom(
  texts: readonly string[],
  first: number,
  change: (anchor: Anchor) => Anchor,
): readonly string[] {
  let forged = [...texts];
  for (let number = first; number <= texts.length; number += 1) {
    const was = anchorIn(texts, number);
    const previous = number === 1 ? "" : anchorHash(textAt(forged, number - 1));
    forged = forged.with(number - 1, anchorJson({ ...(number === first ? change(was) : was), previous }));
  }
  return forged;
}
