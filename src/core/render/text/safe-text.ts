/**
 * The one escaping place. Names of machines, groups, people and apps, addresses, and Azure's own messages were chosen by strangers;
 * what leaves here is plain text that no client makes a link, a mention, a template or a layout of. Whatever is changed, shows:
 * people compare these names with what Azure shows them, so nothing disappears in silence.
 */

/** Text that went through `safeText` or `say`. Only this may stand in a `TextRun`. */
export type SafeText = string & { readonly __brand: "SafeText" };

/** How much of a stranger's text a sentence takes, in UTF-16 units: a UPN has at most 113. */
const nameLength = 120;

/** Stands for one character nobody would see: control, bidirectional, zero-width, unassigned. */
const unseen = "\u{FFFD}";
const emojiStyle = /(?<=[\p{Extended_Pictographic}\d#*])\u{FE0F}/gu;
const notVisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u{2800}]/gu;
const stackedMarks = /(\p{M}{4})\p{M}+/gu;

/** One line in which every character can be seen: blanks of any kind become one space, unseen characters become `�`. */
export const visibleText = (text: string): string =>
  text
    .normalize("NFC")
    .replace(emojiStyle, "")
    .replace(/[\s\u{85}]+/gu, " ")
    .replace(notVisible, unseen)
    .replace(stackedMarks, "$1")
    .trim();

const scheme = /(?<!\[):\/{2,}/g;
const bareSlashes = /(?<![:/])(?<!\[(?=\/+[\]…]))\/{2,}(?=[^\s/…])/g;
const bareScheme =
  /\b(mailto|tel|sms|sips?|callto|javascript|vbscript|data|file|msteams|ms-[a-z-]+):(?=[^\s…])/gi;
const share = /\\\\(?=[\w.])/g;
/** An address that stands alone keeps its form: at worst it offers a mail to whom it names, and people copy it into their search. */
const mailAddress = String.raw`(?<![^\s(,;"'])[\w.+'-]+(?:#EXT#)?@[a-z0-9-]+(?:\.[a-z0-9-]+)+(?=[\s),;"'…]|[.:](?:\s|$)|$)`;
/** A dot of any script before what may be a top-level domain. */
const addressOrDot = new RegExp(String.raw`(${mailAddress})|(?<=\S)[.．。｡](?=[\p{L}\p{M}]{2})`, "giu");

/**
 * Breaks what a client may take for a link, the way security people write one: `https[://]evil[.]example`.
 * A bare IPv4 address stays, because no client links it.
 */
const defanged = (text: string): string =>
  text
    .replace(scheme, "[$&]")
    .replace(bareSlashes, "[$&]")
    .replace(bareScheme, "$1[:]")
    .replace(share, String.raw`[\\]`)
    .replace(addressOrDot, (_, address?: string) => address ?? "[.]");

/** Teams expands `{{DATE()}}` even where it reads no markdown; other readers expand `${}` and `@{}`; tags are mentions. */
const untemplated = (text: string): string =>
  text.replace(/(?<=[{$@])\{/g, " {").replace(/<(?=[/!?]?\s*[a-z])/gi, "‹");

/** At most `length` UTF-16 units, never cut inside what people see as one character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // Made here, because a cold start would pay some milliseconds for it and long texts are rare.
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  let end = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, length + 64))) {
    if (index + segment.length > length - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

/**
 * A stranger's text, made harmless and at most `length` long. Only its beginning is read, so that a megabyte costs nothing.
 * Cleaning it twice changes nothing more.
 */
export function safeText(text: string, length: number = nameLength): SafeText {
  const beginning = visibleText(text.slice(0, length * 8));
  const rest = text.length > length * 8 ? "…" : "";
  return (cut(untemplated(defanged(beginning)) + rest, length) || "(empty)") as SafeText;
}

/** A sentence of ours with strangers' words in it: each of them is cleaned on its way in. */
export const say = (ours: TemplateStringsArray, ...theirs: readonly (string | number)[]): SafeText =>
  String.raw(
    { raw: ours },
    ...theirs.map((value) => (typeof value === "number" ? value : safeText(value))),
  ) as SafeText;

/** Safe texts, one after the other. `between` has to part them: two harmless halves can make a whole link. */
export const joined = (texts: readonly SafeText[], between: " · " | " | " | ", "): SafeText =>
  texts.join(between) as SafeText;
