/**
 * The one place where text becomes HTML. Whatever stands in a template's gaps is text and is escaped, for
 * elements and for quoted attributes alike; only what this file made is HTML. What strangers chose goes
 * through `safeText` before: an escaped text cannot break the markup, and still can be a link to a mail
 * program that looks for addresses in plain words.
 */

/** Markup made here. An object and no string, so that nobody's text is taken for it by mistake. */
export interface Html {
  readonly html: string;
}

type Gap = string | number | Html | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** A template tag: text in a gap is escaped, `Html` goes in as it is, several one after the other. */
export const markup = (ours: TemplateStringsArray, ...gaps: readonly Gap[]): Html => ({
  html: String.raw({ raw: ours }, ...gaps.map(written)),
});

function written(gap: Gap): string {
  if (typeof gap === "string") return escaped(gap);
  if (typeof gap === "number") return String(gap);
  return "html" in gap ? gap.html : gap.map((part) => part.html).join("");
}
