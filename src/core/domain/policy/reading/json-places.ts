/** Where in a JSON text things stand. */
import { parse, type MemberNode, type ValueNode } from "@humanwhocodes/momoa";

/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Names and numbers that lead to a value. */
export type Path = readonly PropertyKey[];

/** A JSON text that was read with its places. */
export interface JsonTree {
  readonly value: unknown;
  readonly body: ValueNode;
}

/** The text as JSON, or where it stops being that; undefined: it is cut off. */
export function readJson(text: string): JsonTree | { readonly stopsAt: number | undefined } {
  try {
    const { body } = parse(text, { mode: "json", ranges: true });
    return { body, value: JSON.parse(text) as unknown };
  } catch (error) {
    const offset = error instanceof Error && "offset" in error ? Number(error.offset) : 0;
    return {
      stopsAt: error instanceof Error && error.message.startsWith("Unexpected end") ? undefined : offset,
    };
  }
}

/** Line and column of a character, by its offset. */
export function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** Where the value at a path stands, or its name where `ofName`; the innermost that is there where it is missing. */
export function positionOf({ body }: JsonTree, path: Path, ofName = false): Position {
  let found: ValueNode = body;
  let at = body.loc.start;
  for (const [index, step] of path.entries()) {
    const member = memberOf(found, step);
    if (!member) break;
    const isName = ofName && index === path.length - 1 && member.type === "Member";
    found = member.value;
    at = (isName ? member.name : found).loc.start;
  }
  const { line, column } = at;
  return { line, column };
}

/** Every name that an object has twice, by the path of the second. */
export function doubledNames(
  node: ValueNode,
  path: Path = [],
): readonly { readonly path: Path; readonly place: Position }[] {
  if (node.type === "Array")
    return node.elements.flatMap(({ value }, index) => doubledNames(value, [...path, index]));
  if (node.type !== "Object") return [];
  const names = node.members.map(nameOf);
  return node.members.flatMap((member, index) => {
    const own = [...path, nameOf(member)];
    const { line, column } = member.name.loc.start;
    const isDoubled = names.indexOf(nameOf(member)) !== index;
    return [
      ...(isDoubled ? [{ path: own, place: { line, column } }] : []),
      ...doubledNames(member.value, own),
    ];
  });
}

const nameOf = ({ name }: MemberNode): string => (name.type === "String" ? name.value : name.name);

function memberOf(node: ValueNode, step: PropertyKey) {
  if (node.type === "Array") return node.elements[Number(step)];
  return node.type === "Object" ? node.members.find((member) => nameOf(member) === step) : undefined;
}
