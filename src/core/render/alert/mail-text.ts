import type { CardElement, CardColumn } from "./card-elements.ts";

const labelWidth = 12;

/** A card as plain text: the same words in the same order, labels on the left, addresses written out. */
export const mailText = (elements: readonly CardElement[]): string => `${elements.map(block).join("\n\n")}\n`;

const block = (element: CardElement): string => linesOf(element).join("\n");

function linesOf(element: CardElement): readonly string[] {
  switch (element.type) {
    case "TextBlock":
      return [element.text];
    case "RichTextBlock":
      return [element.inlines.map(({ text }) => text).join("")];
    case "ColumnSet":
      return rowLines(element.columns);
    case "Container":
      return element.items.flatMap(linesOf);
    case "ActionSet":
      return element.actions.map(({ title, url }) => `${title.padEnd(labelWidth - 1)} ${url}`);
  }
}

function rowLines([label, ...rest]: readonly CardColumn[]): readonly string[] {
  const [name = ""] = label?.items.flatMap(linesOf) ?? [];
  const lines = rest.flatMap(({ items }) => items.flatMap(linesOf));
  return lines.map((line, index) => `${(index === 0 ? name : "").padEnd(labelWidth)}${line}`);
}
