/**
 * Globs on ids and names: `*` stays inside one segment, `**` crosses segments, `?` is one character; all else, parentheses
 * included, is itself, for Azure's names hold them. The two cases of a letter are one, and no other two letters are: a KELVIN SIGN is no `k`. Written out instead of made into a regular
 * expression because a pattern like `*a*a*a*a*a*a*b` would keep one busy for hours: this takes pattern length × text length steps at most, and of a
 * text that lacks one of the pattern's own pieces, one look for that.
 */
export type Glob = (folded: string) => boolean;

/** Compiled once, for texts that `folded` made. `one-segment`: a slash is a character like any other, and `*` stands for it as well. */
export function compileGlob(pattern: string, kind: "segments" | "one-segment" = "segments"): Glob {
  const text = folded(kind === "segments" ? pattern : pattern.replaceAll(/\*+/g, "***"));
  const tokens = text.match(/\*\*\/|\*+|\?|[^*?]+/gsu) ?? [];
  if (!/[*?]/.test(text)) return (it) => it === text;
  if (/^\*\*+$/.test(text)) return () => true;
  const literals = tokens.map((token) => (isWildcard(token) ? "" : token));
  const [head, tail] = [literals[0] ?? "", literals.at(-1) ?? ""];
  const piece = literals.reduce((best, one) => (one.length > best.length ? one : best));
  const isOne = kind === "segments" ? isOneOfSegment : isOneOfAny;
  return (it) =>
    it.startsWith(head) &&
    it.endsWith(tail) &&
    it.includes(piece) &&
    tokens.reduce((reached, token) => follow(token, reached, { it, isOne }), [0]).at(-1) === it.length;
}

/** Whether the glob matches the text as it is. */
export const matchesGlob = (pattern: string, text: string): boolean => compileGlob(pattern)(folded(text));

/** A text with the two cases of each letter as one. */
export const folded = (text: string): string =>
  /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : Array.from(text, lowerCase).join("");

/** A letter that is not the capital of what it becomes in lower case stays as it is. */
function lowerCase(letter: string): string {
  const lower = letter.toLowerCase();
  return lower.toUpperCase() === letter ? lower : letter;
}

const isWildcard = (token: string): boolean => token.startsWith("*") || token === "?";

interface Reading {
  readonly it: string;
  readonly isOne: (character: string) => boolean;
}

const isOneOfSegment = (character: string): boolean => character !== "/";
const isOneOfAny = (): boolean => true;

/** Where in the text the tokens up to this one can end, in order, by where those before it can. */
function follow(token: string, reached: readonly number[], reading: Reading): number[] {
  if (token === "?") return reached.flatMap((at) => afterOne(at, reading));
  if (!token.startsWith("*"))
    return reached.filter((at) => reading.it.startsWith(token, at)).map((at) => at + token.length);
  return token === "*" ? withinSegment(reached, reading.it) : across(token, reached, reading.it);
}

function afterOne(at: number, { it, isOne }: Reading): number[] {
  const code = it.codePointAt(at);
  if (code === undefined) return [];
  const character = String.fromCodePoint(code);
  return isOne(character) ? [at + character.length] : [];
}

function withinSegment(reached: readonly number[], it: string): number[] {
  const ends: number[] = [];
  for (const from of reached) {
    const slash = it.indexOf("/", from);
    const until = slash < 0 ? it.length : slash;
    for (let at = Math.max(from, (ends.at(-1) ?? -1) + 1); at <= until; at += 1) ends.push(at);
  }
  return ends;
}

/** Nothing or anything; behind a slash only, where the token has one. */
function across(token: string, reached: readonly number[], it: string): number[] {
  const [from] = reached;
  if (from === undefined) return [];
  const isReached = new Set(reached);
  const ends: number[] = [];
  for (let at = from; at <= it.length; at += 1)
    if (token !== "**/" || isReached.has(at) || (at > from && it[at - 1] === "/")) ends.push(at);
  return ends;
}
