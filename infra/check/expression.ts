/** What an expression says as it stands, as far as that can be known without deploying it. */
import type { BicepFile } from "./bicep-file.ts";
import { childrenOf, type Node } from "./syntax.ts";

export interface Property {
  /** Undefined for a computed key. */
  readonly key: string | undefined;
  readonly keyNode: Node;
  readonly value: Node;
}

/** A string without interpolation; undefined for anything else. */
export function literalOf(node: Node): string | undefined {
  if (node.type !== "string" || node.descendantsOfType("interpolation").length > 0) return undefined;
  return node.text.startsWith("'''") ? node.text.slice(3, -3) : node.text.slice(1, -1);
}

export const propertiesOf = (object: Node): readonly Property[] =>
  childrenOf(object)
    .filter(({ type }) => type === "object_property")
    .flatMap((property) => {
      const [keyNode, ...rest] = childrenOf(property);
      const value = rest.at(-1);
      return keyNode && value ? [{ key: keyNode.type === "identifier" ? keyNode.text : literalOf(keyNode), keyNode, value }] : [];
    });

export const valueOf = (object: Node, key: string): Node | undefined =>
  propertiesOf(object).find((property) => property.key === key)?.value;

/**
 * Every value an expression may have, as objects, arrays and literals: both sides of a condition, the body of a loop as one item, a variable by
 * what it was set to. What only Azure can tell (a parameter, a call, an output) stays the expression it is.
 */
export function possibleValues(node: Node, file: BicepFile, seen: ReadonlySet<string> = new Set()): readonly Node[] {
  const inside = (parts: readonly Node[]) => parts.flatMap((part) => possibleValues(part, file, seen));
  const children = childrenOf(node);
  if (node.type === "parenthesized_expression") return inside(children);
  if (node.type === "ternary_expression") return inside(children.slice(1));
  if (node.type !== "identifier" || seen.has(node.text)) return [node];
  const variable = file.variables.get(node.text);
  return variable ? possibleValues(variable, file, new Set([...seen, node.text])) : [node];
}

/** The items of a list, as far as they are written out; a loop's body stands for all of its items. */
export function itemsOf(node: Node, file: BicepFile): readonly Node[] {
  if (node.type === "array") return childrenOf(node);
  if (node.type === "for_statement") return childrenOf(node).slice(-1);
  if (node.type !== "call_expression" || !/^(concat|union)\(/.test(node.text)) return [];
  const parts = childrenOf(node).find(({ type }) => type === "arguments");
  return parts ? childrenOf(parts).flatMap((part) => possibleValues(part, file).flatMap((value) => itemsOf(value, file))) : [];
}

/** The texts of a list that is written out, with where they stand. */
export const textsOf = (node: Node, file: BicepFile): readonly { readonly text: string; readonly node: Node }[] =>
  possibleValues(node, file)
    .flatMap((value) => itemsOf(value, file))
    .flatMap((item) => {
      const text = literalOf(item);
      return text === undefined ? [] : [{ text, node: item }];
    });
