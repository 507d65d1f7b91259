import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import ts from "typescript";

/** One source file, by its path from the root of the repository. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const root = new URL("../../", import.meta.url);

/** Every TypeScript file under the given folders. */
export function sourcesUnder(...folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => posix.join(folder, name))
      .map((path) => ({ path, text: readFileSync(new URL(path, root), "utf8") })),
  );
}

const treeOf = ({ path, text }: Source): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);

function* everyNode(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* everyNode(child);
}

/** What a file imports, from the root of the repository or by package name: static, for side effects, re-exported, dynamic, `require`. */
export function importsOf(source: Source): readonly string[] {
  return [...everyNode(treeOf(source))]
    .flatMap((node) => specifierOf(node) ?? [])
    .map((name) => (name.startsWith(".") ? posix.join(posix.dirname(source.path), name) : name));
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : "an import that is computed";
  if (!ts.isCallExpression(node)) return undefined;
  const isImport =
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    /^(require|import\.meta\.resolve)$/.test(node.expression.getText());
  return isImport ? (textOf(node.arguments[0]) ?? "an import that is computed") : undefined;
}

const textOf = (node: ts.Node | undefined): string | undefined =>
  node && ts.isStringLiteralLike(node) ? node.text : undefined;

/** The given expressions, where they stand in code; words in comments and texts do not count. */
export function usesOf(source: Source, pattern: RegExp): readonly string[] {
  return [...everyNode(treeOf(source))]
    .filter(
      (node) =>
        ts.isCallExpression(node) ||
        ts.isNewExpression(node) ||
        ts.isPropertyAccessExpression(node) ||
        ts.isElementAccessExpression(node),
    )
    .map((node) => node.getText())
    .filter((text) => pattern.test(text));
}

/** Every regular expression in a file, as it is written. */
export const expressionsIn = (source: Source): readonly string[] =>
  [...everyNode(treeOf(source))].flatMap((node) =>
    ts.isRegularExpressionLiteral(node) ||
    (ts.isNewExpression(node) && node.expression.getText() === "RegExp")
      ? [node.getText()]
      : [],
  );

/** Texts of three words and more that end up in no error, no log line and no type: sentences that somebody is to read. */
export const sentencesIn = (source: Source): readonly string[] =>
  [...everyNode(treeOf(source))].flatMap((node) =>
    (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)) &&
    /[A-Za-z]\w* [a-z]+ [a-z]/.test(node.getText()) &&
    !isForProgrammers(node)
      ? [node.getText()]
      : [],
  );

function isForProgrammers(node: ts.Node): boolean {
  for (let above = node.parent; !ts.isSourceFile(above); above = above.parent) {
    if (ts.isThrowStatement(above) || ts.isTypeNode(above)) return true;
    if (ts.isNewExpression(above) && above.expression.getText().endsWith("Error")) return true;
    if (ts.isCallExpression(above) && /(^|\.)log\.(info|warn|error)$/.test(above.expression.getText()))
      return true;
  }
  return false;
}
