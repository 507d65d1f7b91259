/** What is wrong with a policy, where, and what was meant. No value is repeated but the name of a rule: a setting is nobody's business in an error. */
import type * as z from "zod";
import { didYouMean } from "./did-you-mean.ts";
import {
  doubledNames,
  positionAt,
  positionOf,
  type JsonTree,
  type Path,
  type Position,
} from "./json-places.ts";

interface Problem {
  readonly path: Path;
  readonly says: string;
  readonly place: Position;
}

/** Names that JSON holds twice: the first would be dropped without a word. */
export const doubled = (tree: JsonTree): readonly Problem[] =>
  doubledNames(tree).map(({ path, place }) => ({
    ...{ path, place },
    says: `${lastOf(path)} is there twice: of two, only the last would count`,
  }));

/** What a path leads to, in words, and the fields that it may have. */
export type FieldsAt = (path: Path) => { readonly what: string; readonly fields: readonly string[] };

/** What the schema objects to. */
export const objections = (
  tree: JsonTree,
  issues: readonly z.core.$ZodIssue[],
  fieldsAt: FieldsAt,
): readonly Problem[] =>
  issues.flatMap((issue): readonly Problem[] => {
    const { path } = issue;
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({
        ...{ path: [...path, key], place: positionOf(tree, [...path, key], true) },
        says: unknownField(key, fieldsAt(path)),
      }));
    const isName = issue.code === "invalid_key";
    const message = (isName ? issue.issues[0]?.message : undefined) ?? issue.message;
    const isMissing = message === missing;
    return [
      {
        path,
        place: positionOf(tree, path, isName),
        says: isMissing ? missingField(path) : `${subjectOf(path)} ${message}`,
      },
    ];
  });

const lastOf = (path: Path): string => JSON.stringify(path.at(-1) ?? "");
const subjectOf = (path: Path): string => (path.length === 0 ? "A policy" : numbered(path));
const numbered = (path: Path): string =>
  typeof path.at(-1) === "number"
    ? `${path.at(-2) === "rules" ? "rule" : `${String(path.at(-2))}, entry`} ${Number(path.at(-1)) + 1}`
    : String(path.at(-1));

const missing = "is missing";
const missingField = (path: Path): string =>
  path.at(-1) === "name" && typeof path.at(-2) === "number"
    ? `rule ${Number(path.at(-2)) + 1} has no name`
    : `${subjectOf(path)} ${missing}`;

/** Words of other languages for policies, or of this one before. */
const elsewhere: Readonly<Record<string, string>> = {
  validfrom: "a rule has an end (validUntil), and no beginning",
  from: "a rule has an end (validUntil), and no beginning",
  start: "a rule has an end (validUntil), and no beginning",
  until: "did you mean validUntil?",
  expireson: "did you mean validUntil?",
  description: "say it in the rule's name",
  comment: "say it in the rule's name",
  reason: "say it in the rule's name",
  enabled: "take the rule out instead",
  action: "write allow: false to forbid, mode: observe to watch only",
  deny: "write allow: false",
};

function unknownField(key: string, { what, fields }: ReturnType<FieldsAt>): string {
  const meant = didYouMean(key, fields);
  const advice = meant
    ? `did you mean ${meant}?`
    : (elsewhere[key.toLowerCase()] ?? `there are ${fields.join(", ")}`);
  return `${JSON.stringify(key)} is not a field of ${what}: ${advice}`;
}

/** How zod's objections are worded. */
export function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? missing : `must be ${kindOf(String(issue.expected))}`;
    case "invalid_value":
      return oneOf(issue.values.map(String), issue.input);
    case "too_small":
      return `must be at least ${String(issue.minimum)}`;
    case "too_big":
      return `must be at most ${String(issue.maximum)}`;
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text in quotes, like "PT8H"',
  boolean: "true or false, without quotes",
  number: "a number, without quotes",
  int: "a whole number",
  array: "a list in [ ]",
  object: "an object in { }",
  record: "an object in { }",
};
const kindOf = (expected: string): string => kinds[expected] ?? expected;

function oneOf(values: readonly string[], input: unknown): string {
  const meant = typeof input === "string" ? didYouMean(input.trim(), values) : undefined;
  const quoted = values.map((value) => JSON.stringify(value));
  const all =
    quoted.length > 1 ? `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1) ?? ""}` : quoted.join("");
  return `must be ${all}${meant ? `; did you mean ${JSON.stringify(meant)}?` : ""}`;
}

/** All of them, a few lines each. */
export const listed = (problems: readonly Problem[], { value }: JsonTree): string =>
  problems
    .map(
      ({ path, says, place }) =>
        `✖ ${says}\n  → at ${[pathWords(path), ...ruleWords(path, value), placeWords(place)].join(", ")}`,
    )
    .join("\n");

const placeWords = ({ line, column }: Position): string => `line ${line}, column ${column}`;

const pathWords = (path: Path): string =>
  path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      const name = String(step);
      if (!/^[A-Za-z$_][\w$]*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join("") || "the top";

function ruleWords([top, number]: Path, value: unknown): readonly string[] {
  if (top !== "rules" || typeof number !== "number") return [];
  const rules: unknown = (value as { readonly rules?: unknown }).rules;
  const rule: unknown = Array.isArray(rules) ? rules[number] : undefined;
  const name: unknown = rule instanceof Object && "name" in rule ? rule.name : undefined;
  return typeof name === "string" && name !== "" ? [`rule ${JSON.stringify(name.slice(0, 100))}`] : [];
}

/** Why a text is not JSON. `stopsAt`: the first character that does not belong; undefined: it is cut off. */
export function notJson(text: string, stopsAt: number | undefined): string {
  if (text.trim() === "") return "is not JSON: it is empty";
  const offset = stopsAt ?? text.trimEnd().length;
  return `is not JSON: ${placeWords(positionAt(text, offset))}: ${stopsAt === undefined ? "the text ends too early: a bracket or a quote is not closed" : reasonAt(text, stopsAt)}`;
}

function reasonAt(text: string, offset: number): string {
  const [before, rest] = [text.slice(0, offset).trimEnd(), text.slice(offset)];
  const known = reasons.find(([pattern]) => pattern.test(rest))?.[1];
  if (/^[}\]]/.test(rest) && before.endsWith(",")) return "a comma before a closing bracket";
  if (before === "" && !/^[\s{["/#@]/.test(rest))
    return "this looks like YAML or plain text: a policy is JSON, and begins with {";
  if (known === undefined && /^["{[]/.test(rest)) return "a comma or a colon is missing before this";
  return known ?? "this does not belong here";
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^(?:\/\/|\/\*|#)/, "comments are not JSON"],
  [/^@/, "only the command line and the local stack read a policy from @file: give the JSON itself"],
  [/^[\u2018\u2019\u201C-\u201E\u00AB\u00BB']/u, 'text stands in straight double quotes: "'],
  [/^(?:True|False|TRUE|FALSE)\b/, "true and false are written in small letters"],
  [/^(?:None|undefined|nil|NULL|Null)\b/, "leave the field out instead"],
  [/^[A-Za-z_]/, "text and names stand in double quotes"],
];
