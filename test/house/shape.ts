import { posix } from "node:path";
import ts from "typescript";
import { importsOf, type Source } from "./imports.ts";

/** Who imports whom, type-only imports included. */
type Graph = ReadonlyMap<string, readonly string[]>;

/** The imports among these files, by their paths. */
export function importsAmong(sources: readonly Source[]): Graph {
  const paths = new Set(sources.map(({ path }) => path));
  return new Map(sources.map((source) => [source.path, importsOf(source).filter((name) => paths.has(name))]));
}

/** The same between the entries of one folder, whether they are files or folders. */
export function importsBetween(folder: string, imports: Graph): Graph {
  const entry = (path: string) =>
    path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split("/")[0] : undefined;
  const graph = new Map<string, string[]>();
  for (const [path, names] of imports) {
    const from = entry(path);
    if (from === undefined) continue;
    const others = names.flatMap((name) => entry(name) ?? []).filter((to) => to !== from);
    graph.set(from, [...(graph.get(from) ?? []), ...others]);
  }
  return graph;
}

/** Groups whose members all lead to each other, each as one line of sorted names; no line where imports go one way. */
export function circlesIn(graph: Graph): readonly string[] {
  const reached = new Map([...graph.keys()].map((name) => [name, reachedFrom(name, graph)] as const));
  const circles = [...reached]
    .filter(([name, names]) => names.has(name))
    .map(([name, names]) => [name, [...names]] as const);
  return [
    ...new Set(
      circles.map(([name, names]) =>
        names
          .filter((other) => reached.get(other)?.has(name))
          .sort()
          .join(", "),
      ),
    ),
  ];
}

function reachedFrom(start: string, graph: Graph): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...(graph.get(start) ?? [])];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...(graph.get(name) ?? []));
  }
  return reached;
}

/** What is in each folder: the names of its files and folders. */
export function entriesByFolder(paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const entries = new Map<string, Set<string>>();
  for (const path of paths)
    for (let name = path; name.includes("/"); name = posix.dirname(name)) {
      const folder = posix.dirname(name);
      entries.set(folder, (entries.get(folder) ?? new Set()).add(posix.basename(name)));
    }
  return entries;
}

/** Something that a file declares and exports. */
interface Exported {
  readonly name: string;
  readonly hasDoc: boolean;
}

/** What a file declares and exports, each name once; what it only hands on is not its own. */
export function exportsOf(source: Source): readonly Exported[] {
  const found = new Map<string, boolean>();
  for (const statement of treeOf(source).statements.filter(isExported)) {
    const hasDoc = ts.getJSDocCommentsAndTags(statement).length > 0;
    for (const name of namesOf(statement)) found.set(name, hasDoc || found.get(name) === true);
  }
  return [...found].map(([name, hasDoc]) => ({ name, hasDoc }));
}

/** The names that several files declare and export, each with their paths; sorted. */
export function namesWithSeveralHomes(sources: readonly Source[]): readonly string[] {
  return [...homesOf(sources)]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name}: ${paths.join(", ")}`)
    .sort();
}

/** Every name that files declare and export, with their paths. */
export function homesOf(sources: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  const homes = new Map<string, string[]>();
  for (const source of sources)
    for (const { name } of exportsOf(source)) homes.set(name, [...(homes.get(name) ?? []), source.path]);
  return homes;
}

const treeOf = ({ path, text }: Source): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

function namesOf(node: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.map(({ name }) => name.getText());
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node);
  return isNamed && node.name ? [node.name.text] : [];
}

/** How many lines each named function, and each method, takes. */
export function functionLengths(source: Source): readonly number[] {
  const tree = treeOf(source);
  const lengths: number[] = [];
  const visit = (node: ts.Node): void => {
    if (isNamedFunction(node)) lengths.push(lineOf(tree, node.getEnd()) - lineOf(tree, node.getStart()) + 1);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return lengths;
}

const lineOf = (tree: ts.SourceFile, position: number): number =>
  tree.getLineAndCharacterOfPosition(position).line;

function isNamedFunction(node: ts.Node): boolean {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node))
    return node.body !== undefined;
  return (
    ts.isVariableDeclaration(node) && node.initializer !== undefined && ts.isArrowFunction(node.initializer)
  );
}
