/** Bicep text → syntax tree, with a real parser. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Language, Parser, type Node } from "web-tree-sitter";

export type { Node } from "web-tree-sitter";

/** Something wrong in a file. `line` and `column` count from 1. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly rule: Rule;
  readonly message: string;
}

/** What a finding is about; README and tests call the checks by these names. */
export type Rule = "syntax" | "types" | "references" | "keys" | "wildcards" | "roles" | "actions" | "events" | "settings" | "queues";

let ready: Promise<Parser> | undefined;

async function loadParser(): Promise<Parser> {
  const require = createRequire(import.meta.url);
  await Parser.init();
  const language = await Language.load(await readFile(require.resolve("tree-sitter-bicep/tree-sitter-bicep.wasm")));
  return new Parser().setLanguage(language);
}

/** The root of the tree. The parser reads on after an error, and marks it. */
export async function parseBicep(text: string): Promise<Node> {
  const parser = await (ready ??= loadParser());
  const tree = parser.parse(text);
  if (tree === null) throw new Error("The Bicep parser gave no tree; it was not given a language");
  return tree.rootNode;
}

export const childrenOf = (node: Node): readonly Node[] => node.namedChildren.filter((child) => child.type !== "comment");

/** The node itself and everything in it. */
export function* everyNode(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* everyNode(child);
}

export const findingAt = (path: string, node: Node, about: Pick<Finding, "rule" | "message">): Finding => ({
  path,
  line: node.startPosition.row + 1,
  column: node.startPosition.column + 1,
  ...about,
});

/** Where the text is no Bicep. */
export const syntaxErrors = (path: string, root: Node): readonly Finding[] =>
  [...everyNode(root)]
    .filter((node) => node.isError || node.isMissing)
    .map((node) => findingAt(path, node, { rule: "syntax", message: `no Bicep: ${JSON.stringify(node.text.slice(0, 40))}` }));
