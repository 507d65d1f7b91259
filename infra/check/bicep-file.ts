/** One `.bicep` file as its declarations. */
import { childrenOf, parseBicep, type Node } from "./syntax.ts";

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly isSecure: boolean;
  readonly allowed: readonly string[] | undefined;
  readonly node: Node;
}

export interface Resource {
  readonly symbol: string;
  /** `Microsoft.Storage/storageAccounts` */
  readonly type: string;
  readonly version: string;
  readonly isExisting: boolean;
  /** The object, whatever loops and conditions are around it. */
  readonly body: Node | undefined;
  readonly node: Node;
}

export interface Module {
  readonly symbol: string;
  /** As written, relative to the file. */
  readonly path: string;
  readonly body: Node | undefined;
  readonly node: Node;
}

interface Import {
  readonly path: string;
  readonly names: readonly { readonly name: string; readonly alias: string; readonly node: Node }[];
}

export interface BicepFile {
  /** Relative to the directory that is checked, with slashes. */
  readonly path: string;
  readonly root: Node;
  readonly targetScope: string;
  readonly parameters: readonly Parameter[];
  readonly variables: ReadonlyMap<string, Node>;
  readonly exported: ReadonlySet<string>;
  readonly resources: readonly Resource[];
  readonly modules: readonly Module[];
  readonly outputs: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly imports: readonly Import[];
}

export async function readBicep(path: string, text: string): Promise<BicepFile> {
  const root = await parseBicep(text);
  const declarations = (type: string) => childrenOf(root).filter((node) => node.type === type);
  const variables = declarations("variable_declaration");
  return {
    path,
    root,
    targetScope: textIn(declarations("target_scope_assignment")[0]) ?? "resourceGroup",
    parameters: declarations("parameter_declaration").map(parameterOf),
    variables: new Map(variables.flatMap((node) => pair(nameOf(node), childrenOf(node).at(-1)))),
    exported: new Set(variables.filter((node) => (decoratorsOf(node)?.text ?? "").includes("@export()")).map(nameOf)),
    resources: declarations("resource_declaration").map(resourceOf),
    modules: declarations("module_declaration").map(moduleOf),
    outputs: new Set(declarations("output_declaration").map(nameOf)),
    functions: new Set(declarations("user_defined_function").map(nameOf)),
    imports: declarations("import_functionality").map(importOf),
  };
}

const pair = (name: string, node: Node | undefined): readonly (readonly [string, Node])[] => (node === undefined ? [] : [[name, node]]);

const nameOf = (node: Node): string => childrenOf(node).find(({ type }) => type === "identifier")?.text ?? "";

/** The text of the first plain string directly in a node. */
const textIn = (node: Node | undefined): string | undefined =>
  node &&
  childrenOf(node)
    .find(({ type }) => type === "string")
    ?.text.slice(1, -1);

/** Decorators stand before what they decorate, as a sibling of it. */
function decoratorsOf(node: Node): Node | undefined {
  const before = node.previousNamedSibling;
  return before?.type === "decorators" ? before : undefined;
}

function parameterOf(node: Node): Parameter {
  const type = childrenOf(node).find((child) => child.type.endsWith("type"))?.text ?? "any";
  const decorators = decoratorsOf(node)?.text ?? "";
  const list = /@allowed\(\s*\[([^\]]*)\]/.exec(decorators)?.[1];
  const allowed =
    list === undefined ? undefined : [...list.matchAll(/'([^']*)'|\b(\d+)\b/g)].map(([, word, number]) => word ?? number ?? "");
  const isRequired = !node.children.some((child) => child.text === "=") && !type.endsWith("?");
  return { name: nameOf(node), type, isRequired, isSecure: decorators.includes("@secure()"), allowed, node };
}

function resourceOf(node: Node): Resource {
  const [type = "", version = ""] = (textIn(node) ?? "").split("@");
  const isExisting = node.children.some((child) => child.text === "existing");
  return { symbol: nameOf(node), type, version, isExisting, body: bodyOf(node), node };
}

const moduleOf = (node: Node): Module => ({ symbol: nameOf(node), path: textIn(node) ?? "", body: bodyOf(node), node });

function bodyOf(node: Node): Node | undefined {
  const last = childrenOf(node).at(-1);
  if (last?.type === "object") return last;
  return last && /^(for_statement|if_statement)$/.test(last.type) ? bodyOf(last) : undefined;
}

/** `{ a, b as c }`: an alias follows its name after the word `as`. */
function importOf(node: Node): Import {
  const names: { name: string; alias: string; node: Node }[] = [];
  for (const child of childrenOf(node).filter(({ type }) => type === "identifier")) {
    const last = names.at(-1);
    if (last && child.previousSibling?.text === "as") last.alias = child.text;
    else names.push({ name: child.text, alias: child.text, node: child });
  }
  return { path: textIn(node) ?? "", names };
}
