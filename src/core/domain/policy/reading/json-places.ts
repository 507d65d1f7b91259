/** Where in a JSON text things stand. The language's own parser says what the text is worth; this one, where each part of it stands. */

/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Names and numbers that lead to a value. */
export type Path = readonly PropertyKey[];

interface JsonNode {
  readonly at: number;
  /** In their order; of a list by their numbers, and then without a place for the name. */
  readonly members: readonly {
    readonly name: PropertyKey;
    readonly nameAt: number;
    readonly node: JsonNode;
  }[];
}

/** A JSON text that was read with its places. */
export interface JsonTree {
  readonly text: string;
  readonly value: unknown;
  readonly body: JsonNode;
}

class NotJson extends Error {
  override readonly name = "NotJson";
  readonly at: number;
  constructor(at: number) {
    super(`character ${at} does not belong here`);
    this.at = at;
  }
}

/** The text as JSON, or the first character that does not belong; undefined: it is cut off. */
export function readJson(text: string): JsonTree | { readonly stopsAt: number | undefined } {
  try {
    const reader = { text, at: 0 };
    const body = readValue(reader, 0);
    if (skipBlanks(reader) < text.length) throw new NotJson(reader.at);
    return { text, body, value: JSON.parse(text) as unknown };
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    const rest = text.slice(error.at);
    const isCut = rest === "" || (rest.startsWith('"') && !/^"(?:[^"\\\n]|\\.)*["\n]/.test(rest));
    return { stopsAt: isCut ? undefined : error.at };
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

/** No policy is nested so deep. */
const deepest = 100;
const blanks = /[ \t\n\r]*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b/y;

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const [found] = pattern.exec(reader.text) ?? [];
  reader.at += found?.length ?? 0;
  return found;
}

function skipBlanks(reader: Reader): number {
  take(reader, blanks);
  return reader.at;
}

function readValue(reader: Reader, depth: number): JsonNode {
  const at = skipBlanks(reader);
  const opening = reader.text[at];
  if (depth > deepest) throw new NotJson(at);
  if (opening === "{" || opening === "[") return { at, members: readMembers(reader, opening, depth) };
  if ((take(reader, string) ?? take(reader, scalar)) === undefined) throw new NotJson(at);
  return { at, members: [] };
}

function readMembers(reader: Reader, opening: "{" | "[", depth: number): JsonNode["members"] {
  const closing = opening === "{" ? "}" : "]";
  const members: JsonNode["members"][number][] = [];
  reader.at += 1;
  if (reader.text[skipBlanks(reader)] === closing) {
    reader.at += 1;
    return members;
  }
  for (;;) {
    const nameAt = skipBlanks(reader);
    const name = opening === "{" ? readName(reader) : members.length;
    members.push({ name, nameAt, node: readValue(reader, depth + 1) });
    const next = reader.text[skipBlanks(reader)];
    if (next !== "," && next !== closing) throw new NotJson(reader.at);
    reader.at += 1;
    if (next === closing) return members;
  }
}

function readName(reader: Reader): string {
  const name = take(reader, string);
  if (name === undefined || reader.text[skipBlanks(reader)] !== ":") throw new NotJson(reader.at);
  reader.at += 1;
  return JSON.parse(name) as string;
}

/** Line and column of a character, by its offset. */
export function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** Where the value at a path stands, or its name where `ofName`; of two of one name the last, which counts; the innermost that is there where it is missing. */
export function positionOf({ body, text }: JsonTree, path: Path, ofName = false): Position {
  let [found, at] = [body, body.at];
  for (const [index, step] of path.entries()) {
    const member = found.members.findLast(({ name }) => name === step);
    if (!member) break;
    found = member.node;
    at = ofName && index === path.length - 1 ? member.nameAt : found.at;
  }
  return positionAt(text, at);
}

/** Every name that an object has twice, by the path and the place of the second. */
export const doubledNames = (tree: JsonTree): readonly { readonly path: Path; readonly place: Position }[] =>
  doubledIn(tree.body, []).map(({ path, at }) => ({ path, place: positionAt(tree.text, at) }));

function doubledIn(
  { members }: JsonNode,
  path: Path,
): readonly { readonly path: Path; readonly at: number }[] {
  const names = new Set<PropertyKey>();
  return members.flatMap(({ name, nameAt, node }) => {
    const own = [...path, name];
    const isDoubled = names.has(name);
    names.add(name);
    return [...(isDoubled ? [{ path: own, at: nameAt }] : []), ...doubledIn(node, own)];
  });
}
