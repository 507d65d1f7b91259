import ts from "typescript";
import type { Source } from "./imports.ts";

/** What somebody reads, and where it stands: `src/cli/help.ts:3`. */
export interface Text {
  readonly place: string;
  readonly text: string;
}

/** Every text of a program that people may read: all literals but what names something to a program. */
export function stringsIn({ path, text }: Source): readonly Text[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Text[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    const literal = textOf(node);
    if (literal !== undefined && !isName(literal)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ place: `${path}:${String(line + 1)}`, text: literal });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A literal's text; of a template all of it, with `…` for what is filled in. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…");
}

/** A key, an id, a value of a contract: one word without blanks that does not begin as a label does. */
const isName = (text: string): boolean => !/\s/.test(text.trim()) && !/^[A-Z][a-z]+$/.test(text.trim());

/** The lines of a document outside code, and outside what a link leads to. */
export function proseIn({ path, text }: Source): readonly Text[] {
  let fenced = false;
  return text.split("\n").flatMap((line, index) => {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const prose = line
      .replace(/`[^`]*`/g, "``")
      .replace(/\]\([^)]*\)/g, "]")
      .replace(/<[^>]*>/g, "");
    return fenced ? [] : [{ place: `${path}:${String(index + 1)}`, text: prose }];
  });
}
