/**
 * A small evaluator of Azure Policy rules: the operators and template functions that our definitions use, and an error for every other.
 * Azure compares without case and takes booleans for their words; a field that is not there equals nothing, and differs from everything.
 */
import { aliases } from "./policy-aliases.ts";
import type { Condition, Operators, PolicyDefinition } from "./policy-schema.ts";

export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

type Parameters = Readonly<Record<string, string>>;

interface Scope {
  readonly resource: Resource;
  readonly parameters: Parameters;
  /** The element that a count stands at. */
  readonly element?: { readonly array: string; readonly value: unknown };
}

/** What the policy does with the resource: an effect, in lower case, or "compliant". `related` are the resources that `details.type` may find. */
export function evaluate(
  { properties }: PolicyDefinition,
  given: Parameters,
  resource: Resource,
  related: readonly Resource[] = [],
): string {
  const defaults = Object.fromEntries(
    Object.entries(properties.parameters).map(([name, { defaultValue }]) => [name, defaultValue]),
  );
  const parameters = { ...defaults, ...given };
  const { if: rule, then } = properties.policyRule;
  const effect = String(expand(then.effect, { resource, parameters })).toLowerCase();
  if (effect === "disabled" || !holds(rule, { resource, parameters })) return "compliant";
  const { details } = then;
  const found = related.some(
    (other) =>
      details?.type === other.type && holds(details.existenceCondition, { resource: other, parameters }),
  );
  return found ? "compliant" : effect;
}

function holds(condition: Condition, scope: Scope): boolean {
  if ("allOf" in condition) return condition.allOf.every((part) => holds(part, scope));
  if ("anyOf" in condition) return condition.anyOf.some((part) => holds(part, scope));
  if ("count" in condition) return compare(condition, count(condition.count, scope), scope);
  return compare(
    condition,
    "field" in condition ? fieldOf(condition.field, scope) : expand(condition.value, scope),
    scope,
  );
}

function count(
  { field, where }: { readonly field: string; readonly where?: Condition | undefined },
  scope: Scope,
): number {
  const elements: unknown = fieldOf(field, scope) ?? [];
  if (!Array.isArray(elements)) throw new Error(`${field} is no array`);
  return elements.filter(
    (value: unknown) => where === undefined || holds(where, { ...scope, element: { array: field, value } }),
  ).length;
}

function compare(
  { equals, notEquals, in: list, greaterOrEquals }: Operators,
  actual: unknown,
  scope: Scope,
): boolean {
  const word = (value: unknown) =>
    value === undefined ? undefined : String(expand(value, scope)).toLowerCase();
  if (equals !== undefined) return word(actual) === word(equals);
  if (notEquals !== undefined) return word(actual) !== word(notEquals);
  if (list !== undefined) return list.some((one) => word(one) === word(actual));
  return greaterOrEquals !== undefined && Number(actual) >= greaterOrEquals;
}

function fieldOf(name: string, scope: Scope): unknown {
  const field = String(expand(name, scope));
  const { resource, element } = scope;
  if (field === "type" || field === "name") return resource[field];
  const tag = /^tags\[(?<tag>.*)\]$/.exec(field)?.groups?.["tag"];
  if (tag !== undefined) return lookUp(resource.tags, tag);
  if (element && field.startsWith(`${element.array}.`))
    return at(element.value, field.slice(element.array.length + 1));
  const path = aliases[field]?.path;
  if (path === undefined) throw new Error(`${field} is not in the list of aliases`);
  return at(resource, path);
}

/** Azure's own JSON keys are spelled in more than one way; policy does not mind. */
const at = (from: unknown, path: string): unknown => path.split(".").reduce<unknown>(lookUp, from);

function lookUp(from: unknown, name: string): unknown {
  const entries: readonly (readonly [string, unknown])[] =
    typeof from === "object" && from !== null ? Object.entries(from) : [];
  return entries.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** A text in brackets is a template expression; every other value stands for itself. */
export function expand(value: unknown, scope: Scope): unknown {
  if (typeof value !== "string" || !/^\[.*\]$/s.test(value)) return value;
  const tokens = [...value.slice(1, -1).matchAll(/'(?<text>(?:[^']|'')*)'|(?<name>\w+)|(?<sign>[(),])/g)];
  let place = 0;
  const next = (): unknown => {
    const { text, name } = tokens[place]?.groups ?? {};
    place += 1;
    if (text !== undefined) return text.replaceAll("''", "'");
    const args: unknown[] = [];
    do {
      place += 1;
      if (tokens[place]?.[0] !== ")") args.push(next());
    } while (tokens[place]?.[0] === ",");
    place += 1;
    return call(name ?? "", args, scope);
  };
  return next();
}

function call(name: string, args: readonly unknown[], { resource, parameters }: Scope): unknown {
  const [first] = args;
  switch (name) {
    case "parameters":
      if (parameters[String(first)] === undefined) throw new Error(`There is no parameter ${String(first)}`);
      return parameters[String(first)];
    case "concat":
      return args.map(String).join("");
    case "empty":
      return first === "";
    case "if":
      return first === true ? args[1] : args[2];
    case "field":
      return fieldOf(String(first), { resource, parameters });
    default:
      throw new Error(`The evaluator does not know ${name}()`);
  }
}
