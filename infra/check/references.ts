/** What a compiler would say about names: each one means something, modules exist and get what they ask for, nothing is left over. */
import { dirname, join } from "node:path/posix";
import type { BicepFile, Module } from "./bicep-file.ts";
import { bicepFunctions } from "./bicep-functions.ts";
import { literalOf, possibleValues, propertiesOf, valueOf, type Property } from "./expression.ts";
import { childrenOf, everyNode, findingAt, type Finding, type Node } from "./syntax.ts";

/** All files of the tree by path. */
export type Files = ReadonlyMap<string, BicepFile>;

export const checkReferences = (file: BicepFile, files: Files): readonly Finding[] => [
  ...checkNames(file),
  ...file.imports.flatMap((one) => checkImport(one, file, files)),
  ...file.modules.flatMap((module) => checkModule(module, file, files)),
];

const say = (file: BicepFile, node: Node, message: string): Finding => findingAt(file.path, node, { rule: "references", message });

interface Declared {
  readonly name: string;
  readonly node: Node;
}

/** What may not bear one name twice. */
const declaredIn = ({ parameters, variables, resources, modules }: BicepFile): readonly Declared[] => [
  ...parameters,
  ...[...variables].map(([name, node]) => ({ name, node })),
  ...[...resources, ...modules].map(({ symbol, node }) => ({ name: symbol, node })),
];

const symbolsOf = (file: BicepFile): ReadonlySet<string> =>
  new Set([
    ...declaredIn(file).map(({ name }) => name),
    ...file.functions,
    ...file.imports.flatMap(({ names }) => names.map(({ alias }) => alias)),
    "az",
    "sys",
  ]);

function checkNames(file: BicepFile): readonly Finding[] {
  const symbols = symbolsOf(file);
  const uses = childrenOf(file.root).flatMap((declaration) => usesIn(declaration));
  const unknown = uses.filter(({ node, isCall, locals }) => {
    const name = node.text;
    return isCall ? !bicepFunctions.has(name) && !file.functions.has(name) : !symbols.has(name) && !locals.has(name);
  });
  const used = new Set(uses.map(({ node }) => node.text));
  const declared = declaredIn(file);
  const valueNames = [...file.parameters.map(({ name }) => name), ...file.variables.keys()];
  const unused = declared.filter(({ name }) => valueNames.includes(name) && !used.has(name) && !file.exported.has(name));
  const twice = declared.filter(({ name }, index) => declared.findIndex((other) => other.name === name) < index);
  return [
    ...unknown.map(({ node }) => say(file, node, `'${node.text}' is declared nowhere`)),
    ...unused.map(({ name, node }) => say(file, node, `'${name}' is used nowhere`)),
    ...twice.map(({ name, node }) => say(file, node, `'${name}' is declared twice`)),
  ];
}

interface Use {
  readonly node: Node;
  readonly isCall: boolean;
  /** Variables of loops and lambdas around it. The grammar ends a lambda early, so they count in the whole declaration. */
  readonly locals: ReadonlySet<string>;
}

function usesIn(declaration: Node): readonly Use[] {
  if (/^(import_functionality|target_scope_assignment|decorators|user_defined_function)$/.test(declaration.type)) return [];
  const nodes = [...everyNode(declaration)];
  const locals = new Set(nodes.flatMap(localsOf));
  const own = childrenOf(declaration)[0]?.id;
  return nodes
    .filter((node) => node.type === "identifier" && node.id !== own && !isName(node))
    .map((node) => ({ node, isCall: isCalled(node), locals }));
}

/** In an array the grammar reads a call as a name and something in parentheses. */
const isCalled = (node: Node): boolean =>
  (node.parent?.type === "call_expression" && isFirst(node)) ||
  (node.nextSibling?.startIndex === node.endIndex && node.nextSibling.text.startsWith("("));

const isFirst = (node: Node): boolean => node.parent?.namedChildren[0]?.id === node.id;

/** A key of an object, a variable of a loop or lambda, or part of a type: names, and no uses of one. */
function isName(node: Node): boolean {
  const parent = node.parent?.type ?? "";
  if (/^(object_property|lambda_expression)$/.test(parent)) return isFirst(node);
  if (parent === "for_statement") return isFirst(node);
  if (parent === "parenthesized_expression" && node.parent?.parent?.type === "lambda_expression") return isFirst(node.parent);
  return /type|decorator/.test(parent);
}

function localsOf(node: Node): readonly string[] {
  if (node.type === "for_loop_parameters") return childrenOf(node).map(({ text }) => text);
  if (node.type !== "for_statement" && node.type !== "lambda_expression") return [];
  return (childrenOf(node)[0]?.text ?? "").split(/\W+/).filter((word) => word !== "");
}

function checkImport({ path, names }: BicepFile["imports"][number], file: BicepFile, files: Files): readonly Finding[] {
  const target = files.get(join(dirname(file.path), path));
  return names
    .filter(({ name }) => !target?.exported.has(name))
    .map(({ name, node }) => say(file, node, target ? `${path} does not export '${name}'` : `there is no ${path}`));
}

function checkModule(module: Module, file: BicepFile, files: Files): readonly Finding[] {
  const target = files.get(join(dirname(file.path), module.path));
  if (!target) return [say(file, module.node, `there is no ${module.path}`)];
  const body = module.body && propertiesOf(module.body);
  const params = module.body && valueOf(module.body, "params");
  const given = params?.type === "object" ? propertiesOf(params) : [];
  const missing = target.parameters.filter(({ name, isRequired }) => isRequired && !given.some(({ key }) => key === name));
  const needsScope = target.targetScope !== file.targetScope && !body?.some(({ key }) => key === "scope");
  return [
    ...missing.map(({ name }) => say(file, module.node, `${module.path} needs '${name}'`)),
    ...given.flatMap((property) => checkParameter(property, { module, target, file })),
    ...(needsScope ? [say(file, module.node, `${module.path} is for a ${target.targetScope}, and no scope is given`)] : []),
    ...checkOutputs(module, target, file),
  ];
}

interface Passing {
  readonly module: Module;
  readonly target: BicepFile;
  readonly file: BicepFile;
}

const kinds: Readonly<Record<string, string>> = { string: "string", number: "int", boolean: "bool", object: "object" };

function checkParameter({ key, keyNode, value }: Property, { module, target, file }: Passing): readonly Finding[] {
  const parameter = target.parameters.find(({ name }) => name === key);
  if (!parameter) return [say(file, keyNode, `${module.path} has no parameter '${key ?? keyNode.text}'`)];
  return possibleValues(value, file).flatMap((node) => {
    const kind = kinds[node.type];
    const text = literalOf(node) ?? (kind === "int" ? node.text : undefined);
    const isType = kind === undefined || parameter.type.startsWith(kind) || !(parameter.type in bicepTypes);
    if (!isType) return [say(file, node, `'${parameter.name}' of ${module.path} is ${parameter.type}`)];
    if (text === undefined || !parameter.allowed || parameter.allowed.includes(text)) return [];
    return [say(file, node, `'${parameter.name}' of ${module.path} is one of ${parameter.allowed.join(", ")}`)];
  });
}

const bicepTypes = { string: true, int: true, bool: true, object: true, array: true };

function checkOutputs({ symbol, path }: Module, target: BicepFile, file: BicepFile): readonly Finding[] {
  const use = new RegExp(`^${symbol}(\\[.*\\])?!?\\.\\??outputs\\.\\??(\\w+)$`);
  return [...everyNode(file.root)]
    .filter((node) => node.type === "member_expression")
    .flatMap((node) => {
      const output = use.exec(node.text)?.[2];
      return output === undefined || target.outputs.has(output) ? [] : [say(file, node, `${path} has no output '${output}'`)];
    });
}
