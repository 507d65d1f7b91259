import type { Alert } from "../../domain/alerts/alert.ts";
import type { DigestFigures } from "../../domain/alerts/digest-figures.ts";
import { safeText, say } from "../text/safe-text.ts";
import type { DigestLine } from "../words/digest/digest-line.ts";
import { digestParts, type DigestParts } from "../words/digest/digest-lines.ts";
import { sinceThen } from "../words/gone-words.ts";
import type { OurWords } from "../words/labels.ts";
import { bold, paragraph, plain, row, small, type CardElement, type FactSet } from "./card-elements.ts";

/** So many lines a digest has, each number of its table among them. */
const mostLines = 12;
const lineLength = 300;

type Told = Alert & { readonly digest: DigestFigures };
type Reader = "teams" | "mail";

/** What changed, what to do, and how it stands; what matters least is cut off, with a count and the place where all of it is. */
export function digestRows(alert: Told, to: Reader, consoleUrl: string | undefined): readonly CardElement[] {
  const parts = digestParts(alert.digest, alert);
  const late = sinceThen(alert).map((text): DigestLine => ({ text, isPinned: true }));
  const changed = [...late, ...parts.changed];
  const { kept, missing } = cut({ ...parts, changed }, to);
  const shown = (lines: readonly DigestLine[]) =>
    lines.filter((line) => kept.has(line)).map((line) => headed(line, to));
  const more = consoleUrl !== undefined ? say`and ${missing} more, in the console` : say`and ${missing} more`;
  return [
    ...part("Changed", shown(changed)),
    ...part("To do", shown(parts.action)),
    table(parts),
    ...shown(parts.now),
    ...(missing > 0 ? [paragraph([small(more)], "small")] : []),
  ];
}

const part = (label: OurWords, lines: readonly CardElement[]): readonly CardElement[] =>
  lines.length === 0 ? [] : [row(label, lines)];

/** Which lines there is room for. What changed at all is said first, then what to do; the order in which it is kept is that of importance. */
function cut(
  { changed, action, numbers, now }: DigestParts,
  to: Reader,
): { readonly kept: ReadonlySet<DigestLine>; readonly missing: number } {
  const isPinned = ({ isPinned: pinned, proof }: DigestLine) =>
    pinned === true || (to === "mail" && proof !== undefined);
  const all = [...changed.slice(0, 1), ...action, ...changed.slice(1), ...now];
  const ranked = [...all.filter(isPinned), ...all.filter((line) => !isPinned(line))];
  const room = mostLines - numbers.length;
  const kept = ranked.length <= room ? ranked : ranked.slice(0, room - 1);
  const missing = ranked.slice(kept.length).reduce((sum, { stands = 1 }) => sum + stands, 0);
  return { kept: new Set(kept), missing };
}

/** A line with what it is about standing out. */
function headed({ head, text, proof }: DigestLine, to: Reader): CardElement {
  const said = proof === undefined || to === "teams" ? text : `${text} ${proof}`;
  const rest = plain(safeText(said, lineLength));
  return paragraph(head === undefined ? [rest] : [bold(say`${head}:`), plain(say` `), rest], "small");
}

const table = ({ numbers }: DigestParts): FactSet => ({
  type: "FactSet",
  spacing: "medium",
  facts: numbers.map(({ label, value }) => ({ title: label, value })),
});
