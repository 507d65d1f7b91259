/**
 * The part of Adaptive Cards 1.4 that Teams draws for a Workflows flow, and nothing else of it. What reads
 * markdown (`TextBlock`, button titles, `fallbackText`) takes words of ours only; what strangers chose goes
 * into a `TextRun`, where Teams reads no markdown.
 */
import type { SafeText } from "../text/safe-text.ts";
import type { FigureText } from "../words/digest/figure-text.ts";
import type { OurWords } from "../words/labels.ts";

/** A whole card, without the wrapper of a message. `Full`: as wide as the chat, not a narrow column. */
export interface AdaptiveCard {
  readonly type: "AdaptiveCard";
  readonly version: "1.4";
  readonly msteams: { readonly width: "Full" };
  /** Drawn with markdown where the card itself cannot be: no stranger's text in it. */
  readonly fallbackText: string;
  readonly body: readonly CardElement[];
}

/** No images and no inputs: a card loads nothing from outside and asks for nothing. */
export type CardElement = TextBlock | RichTextBlock | ColumnSet | Container | FactSet | ActionSet;
/** The background; Teams chooses the colour for its light and its dark theme. */
export type ContainerStyle = "default" | "emphasis" | "accent" | "warning" | "attention";
type Spacing = "none" | "small" | "default" | "medium" | "large";

/** Teams reads its text as markdown, so the type takes only words that are written in this program. */
export interface TextBlock {
  readonly type: "TextBlock";
  readonly text: OurWords;
  readonly wrap: true;
  readonly isSubtle?: true;
  readonly weight?: "bolder";
  readonly spacing?: Spacing;
}

/** One paragraph of runs; the place for names that strangers chose. */
export interface RichTextBlock {
  readonly type: "RichTextBlock";
  readonly inlines: readonly TextRun[];
  readonly spacing?: Spacing;
}

/** A piece of a paragraph in one look. Teams reads no markdown in it; `SafeText` takes care of the rest. */
export interface TextRun {
  readonly type: "TextRun";
  readonly text: SafeText;
  readonly size?: "small" | "medium" | "large";
  readonly weight?: "bolder";
  readonly isSubtle?: true;
}

/** Columns side by side. `separator` draws a line above them. */
export interface ColumnSet {
  readonly type: "ColumnSet";
  readonly columns: readonly CardColumn[];
  readonly spacing?: Spacing;
  readonly separator?: true;
}

/** `width`: fixed in pixels, or `stretch` for what the others leave. */
export interface CardColumn {
  readonly type: "Column";
  readonly width: "stretch" | `${number}px`;
  readonly items: readonly CardElement[];
}

/** A coloured box; `bleed` draws its background up to the edge of the card. */
export interface Container {
  readonly type: "Container";
  readonly style: ContainerStyle;
  readonly bleed?: true;
  readonly items: readonly CardElement[];
}

/** Numbers in a table. Teams reads its texts as markdown, so the types take only words and digits of ours. */
export interface FactSet {
  readonly type: "FactSet";
  readonly spacing?: Spacing;
  readonly facts: readonly { readonly title: OurWords; readonly value: FigureText }[];
}

/** A row of buttons, as many as fit the width of a phone. */
export interface ActionSet {
  readonly type: "ActionSet";
  readonly spacing?: Spacing;
  readonly actions: readonly OpenUrl[];
}

/** A button that opens a page in the browser and does nothing else; `url` comes from `openable`. */
export interface OpenUrl {
  readonly type: "Action.OpenUrl";
  readonly title: OurWords;
  readonly url: string;
}

type Look = Omit<TextRun, "type" | "text">;

/** Size and colour of the text around it. */
export const plain = (text: SafeText): TextRun => ({ type: "TextRun", text });
/** For the name that a line is about; `look` may change its size as well. */
export const bold = (text: SafeText, look: Look = {}): TextRun => ({
  type: "TextRun",
  text,
  weight: "bolder",
  ...look,
});
/** For what only few readers need: small and pale. */
export const small = (text: SafeText): TextRun => ({ type: "TextRun", text, size: "small", isSubtle: true });

/** One paragraph; close to the one above unless told otherwise. */
export const paragraph = (inlines: readonly TextRun[], spacing: Spacing = "none"): RichTextBlock => ({
  type: "RichTextBlock",
  spacing,
  inlines,
});

/** A label and what there is to say under it. */
export const row = (label: OurWords, items: readonly CardElement[]): ColumnSet => ({
  type: "ColumnSet",
  spacing: "medium",
  columns: [
    {
      type: "Column",
      width: "84px",
      items: [{ type: "TextBlock", text: label, wrap: true, isSubtle: true }],
    },
    { type: "Column", width: "stretch", items },
  ],
});

/** A button to a page, where there is one. */
export const button = (title: OurWords, url: string | undefined): readonly OpenUrl[] =>
  url === undefined ? [] : [{ type: "Action.OpenUrl", title, url }];

/** Side by side: two at most. */
export const rowOfButtons = (actions: readonly OpenUrl[]): readonly CardElement[] =>
  actions.length === 0 ? [] : [{ type: "ActionSet", spacing: "medium", actions }];

const encoder = new TextEncoder();
const bytes = (value: unknown): number => encoder.encode(JSON.stringify(value)).length;

/** As many elements as `budget` bytes of JSON carry, and then in words how many are missing. */
export function fitting<Element>(
  elements: readonly Element[],
  {
    budget,
    total,
    more,
  }: { readonly budget: number; readonly total: number; readonly more: (missing: number) => Element },
): readonly Element[] {
  const shown: Element[] = [];
  let left = budget;
  for (const element of elements) {
    left -= bytes(element) + 1;
    if (left < 0) break;
    shown.push(element);
  }
  return shown.length === total ? shown : [...shown, more(total - shown.length)];
}
