/** Every resource against Microsoft's own types: the version, names, required ones, literals. */
import type { BicepFile, Resource } from "./bicep-file.ts";
import { itemsOf, literalOf, possibleValues, propertiesOf, type Property } from "./expression.ts";
import { findingAt, type Finding, type Node } from "./syntax.ts";
import type { ObjectType, PropertyType, ResourceTypes, TypeSnapshot } from "./type-snapshot.ts";

/** Bicep's own, beside what the resource has. */
const bicepOwn = ["parent", "scope", "dependsOn"];

export const checkTypes = (file: BicepFile, snapshot: TypeSnapshot): readonly Finding[] =>
  file.resources.flatMap((resource) => checkResource(resource, file, snapshot));

function checkResource(resource: Resource, file: BicepFile, snapshot: TypeSnapshot): readonly Finding[] {
  const name = `${resource.type}@${resource.version}`;
  const types = snapshot.resources[name];
  if (types && resource.body && !resource.isExisting) return new Check(file, types).object(types.body, resource.body, name);
  if (types !== undefined || snapshot.unprinted.includes(name)) return [];
  const known = [...Object.keys(snapshot.resources), ...snapshot.unprinted].find((other) => other.startsWith(`${resource.type}@`));
  const message = `${name} is not in bicep-types.json${known === undefined ? "" : `, which has ${known}`}; run npm run bicep-types`;
  return [findingAt(file.path, resource.node, { rule: "types", message })];
}

/** A value as far as a message needs it. */
const shown = ({ text }: Node): string => (text.includes("\n") || text.length > 60 ? `${text.slice(0, 20).trim()}…` : text);

type Kind = "string" | "int" | "bool" | "object" | "array" | "unknown";
const kinds: Readonly<Record<string, Kind>> = {
  string: "string",
  number: "int",
  boolean: "bool",
  object: "object",
  array: "array",
  for_statement: "array",
};

class Check {
  readonly #file: BicepFile;
  readonly #types: ResourceTypes["types"];

  constructor(file: BicepFile, { types }: ResourceTypes) {
    this.#file = file;
    this.#types = types;
  }

  object(type: ObjectType, node: Node, name: string): readonly Finding[] {
    const given = propertiesOf(node).filter(({ key }) => key === undefined || !bicepOwn.includes(key));
    const variant = type.elements?.find((element) => this.#fits(element, given));
    if (type.elements && !variant) return [this.#say(node, `fits no kind of ${name}`)];
    const allowed = { ...type.properties, ...variant?.properties };
    const additional = type.additional === undefined ? undefined : { type: type.additional };
    const missing = Object.keys(allowed).filter((key) => allowed[key]?.isRequired && !given.some((property) => property.key === key));
    return [
      ...missing.map((key) => this.#say(node, `'${key}' is missing in ${name}`)),
      ...given.flatMap(({ key, keyNode, value }) => {
        const wanted = key !== undefined && Object.hasOwn(allowed, key) ? allowed[key] : additional;
        if (wanted) return this.#value(wanted, value);
        return key === undefined ? [] : [this.#say(keyNode, `${name} has no '${key}', or only Azure sets it`)];
      }),
    ];
  }

  #value(type: PropertyType, node: Node): readonly Finding[] {
    return possibleValues(node, this.#file).flatMap((value) => this.#single(type, value));
  }

  #single({ type, limits = "" }: PropertyType, value: Node): readonly Finding[] {
    const kind = kinds[value.type] ?? "unknown";
    if (kind === "unknown" || type === "any") return [];
    if (type.endsWith("[]")) {
      const item = { type: type.slice(0, -2) };
      return kind === "array"
        ? itemsOf(value, this.#file).flatMap((one) => this.#value(item, one))
        : [this.#say(value, `${shown(value)} is no ${type}`)];
    }
    const object = this.#types[type];
    if (object) return kind === "object" ? this.object(object, value, type) : [this.#say(value, `${shown(value)} is no ${type}`)];
    return this.#literal(type.split(" | "), value, limits);
  }

  /** Where Microsoft names values and takes others too, only those named are good enough for us. */
  #literal(choices: readonly string[], value: Node, limits: string): readonly Finding[] {
    const kind = kinds[value.type] ?? "unknown";
    const text = literalOf(value);
    const named = choices.filter((choice) => !["string", "int", "bool", "object"].includes(choice));
    if (named.length === 0)
      return choices.includes(kind) ? this.#limits(value, limits) : [this.#say(value, `${shown(value)} is no ${choices.join(" | ")}`)];
    if (kind !== "string") return [this.#say(value, `${shown(value)} is none of ${named.join(", ")}`)];
    return text === undefined || named.includes(text) ? [] : [this.#say(value, `${shown(value)} is none of ${named.join(", ")}`)];
  }

  #limits(value: Node, limits: string): readonly Finding[] {
    const text = literalOf(value);
    const fits = value.type === "number" ? isWithin(Number(value.text), "Value", limits) : text === undefined || isSpelled(text, limits);
    return fits ? [] : [this.#say(value, `${shown(value)} is outside of ${limits}`)];
  }

  /** A variant fits if each property that can have one value only has that value. */
  #fits(element: ObjectType, given: readonly Property[]): boolean {
    return Object.entries(element.properties)
      .filter(([, { type, isRequired }]) => isRequired && !type.includes(" | ") && !this.#isType(type))
      .every(([key, { type }]) => given.some((property) => property.key === key && literalOf(property.value) === type));
  }

  #isType(name: string): boolean {
    const item = name.replace(/(\[\])+$/, "");
    return ["string", "int", "bool", "any", "object"].includes(item) || Object.hasOwn(this.#types, item);
  }

  #say(node: Node, message: string): Finding {
    return findingAt(this.#file.path, node, { rule: "types", message });
  }
}

function isWithin(size: number, what: "Value" | "Length", limits: string): boolean {
  const [, least = "-Infinity"] = new RegExp(`min${what}: (-?\\d+)`).exec(limits) ?? [];
  const [, most = "Infinity"] = new RegExp(`max${what}: (-?\\d+)`).exec(limits) ?? [];
  return size >= Number(least) && size <= Number(most);
}

function isSpelled(text: string, limits: string): boolean {
  const [, pattern = ""] = /pattern: (.*)$/.exec(limits) ?? [];
  return isWithin(text.length, "Length", limits) && new RegExp(pattern).test(text);
}
