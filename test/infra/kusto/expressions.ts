/** What an expression of a query is for one row. What no query tried here is made of throws, so that nothing is guessed. */
import { listed, type Part } from "./engine.ts";
import { ingested, plain, type Row, Span, spanIn, type Value } from "./value.ts";

/** What is known beside a row. */
export interface Scope {
  readonly now: Date;
  readonly lets: ReadonlyMap<string, Value>;
  /** A condition that counts as met. */
  readonly without?: string | undefined;
}
type Valued = (part: Part, row: Row, scope: Scope) => Value;

export const valueOf: Valued = (part, row, scope) => {
  if (part.text === scope.without) return true;
  const how = expressions[part.kind];
  if (!how) throw new Error(`not tried here: ${part.kind}, in ${part.text}`);
  return how(part, row, scope);
};

const named = ({ named: children, text }: Part, name: string): Part => {
  const child = children[name];
  if (!child) throw new Error(`no ${name} in ${text}`);
  return child;
};

const inner: Valued = (part, row, scope) => valueOf(named(part, "Expression"), row, scope);

/** Texts compare as they are, or without regard to case; null with anything is null. */
const binary =
  (compute: (left: Value, right: Value) => Value): Valued =>
  (part, row, scope) =>
    compute(valueOf(named(part, "Left"), row, scope), valueOf(named(part, "Right"), row, scope));
const compared = (
  test: (left: string | number | boolean, right: string | number | boolean) => boolean,
): Valued =>
  binary((left, right) => {
    const [one, other] = [plain(left), plain(right)];
    return one === null || other === null ? null : test(one, other);
  });
const lower = (value: Value): string => String(plain(value) ?? "").toLowerCase();
const ofText = (test: (left: string, right: string) => boolean): Valued =>
  binary((left, right) => test(lower(left), lower(right)));

/** `in (a, list)`: a list stands for what is in it. */
const among =
  (isIn: boolean, form: (value: Value) => unknown): Valued =>
  (part, row, scope) => {
    const list = listed(named(part, "Right").named["Expressions"]).map((one) => valueOf(one, row, scope));
    const wanted = new Set((list.flat() as Value[]).map(form));
    return wanted.has(form(valueOf(named(part, "Left"), row, scope))) === isIn;
  };

const moved = (sign: 1 | -1): Valued =>
  binary((left, right) => {
    if (left instanceof Date && right instanceof Span) return new Date(left.getTime() + sign * right.ms);
    throw new Error("not tried here: a sum of anything but a moment and a length");
  });

const member = (value: Value, name: string): Value =>
  typeof value === "object" && value !== null ? ((value as Record<string, Value>)[name] ?? null) : null;

const expressions: Readonly<Record<string, Valued>> = {
  StringLiteralExpression: ({ value }) => value,
  LongLiteralExpression: ({ text }) => Number(text),
  BooleanLiteralExpression: ({ text }) => text === "true",
  TimespanLiteralExpression: ({ text }) => spanIn(text),
  DynamicExpression: inner,
  JsonArrayExpression: (part, row, scope) =>
    listed(named(part, "Values")).map((one) => valueOf(one, row, scope)),
  ParenthesizedExpression: inner,
  NameReference({ text }, row, { lets }) {
    const value = text in row ? row[text] : lets.get(text);
    if (value === undefined) throw new Error(`no ${text}`);
    return value;
  },
  PathExpression: (part, row, scope) =>
    member(valueOf(named(part, "Expression"), row, scope), named(part, "Selector").text),
  ElementExpression: (part, row, scope) =>
    member(
      valueOf(named(part, "Expression"), row, scope),
      textOf(inner(named(part, "Selector"), row, scope)),
    ),
  AndExpression: binary((left, right) => left === true && right === true),
  OrExpression: binary((left, right) => left === true || right === true),
  EqualExpression: compared((left, right) => left === right),
  GreaterThanExpression: compared((left, right) => left > right),
  GreaterThanOrEqualExpression: compared((left, right) => left >= right),
  LessThanExpression: compared((left, right) => left < right),
  LessThanOrEqualExpression: compared((left, right) => left <= right),
  EqualTildeExpression: ofText((left, right) => left === right),
  BangTildeExpression: ofText((left, right) => left !== right),
  ContainsExpression: ofText((left, right) => left.includes(right)),
  StartsWithExpression: ofText((left, right) => left.startsWith(right)),
  EndsWithExpression: ofText((left, right) => left.endsWith(right)),
  InExpression: among(true, plain),
  NotInExpression: among(false, plain),
  InCsExpression: among(true, lower),
  NotInCsExpression: among(false, lower),
  HasAnyExpression(part, row, scope) {
    const text = lower(valueOf(named(part, "Left"), row, scope));
    const words = listed(named(part, "Right").named["Expressions"]).map((one) => valueOf(one, row, scope));
    return (words.flat() as Value[]).some((word) => hasTerm(text, lower(word)));
  },
  MatchesRegexExpression: binary((left, right) => regexOf(textOf(right)).test(textOf(left))),
  BetweenExpression(part, row, scope) {
    const [value, first, second] = [
      named(part, "Left"),
      named(named(part, "Right"), "First"),
      named(named(part, "Right"), "Second"),
    ].map((one) => plain(valueOf(one, row, scope)));
    if (value == null || first == null || second == null) return null;
    return value >= first && value <= second;
  },
  AddExpression: moved(1),
  SubtractExpression: moved(-1),
  FunctionCallExpression(part, row, scope) {
    const name = named(part, "Name").text;
    if (name === "ingestion_time") return row[ingested] ?? null;
    const call = functions[name];
    if (!call) throw new Error(`not tried here: ${name}()`);
    return call(
      argumentsOf(part).map((one) => valueOf(one, row, scope)),
      scope,
    );
  },
};

export const argumentsOf = (call: Part): readonly Part[] =>
  listed(named(call, "ArgumentList").named["Expressions"]);

/** A term begins and ends where letters and digits do. */
const hasTerm = (text: string, term: string): boolean =>
  new RegExp(`(?<![a-z0-9])${term.replaceAll(/[^a-z0-9]/g, String.raw`\$&`)}(?![a-z0-9])`).test(text);

const regexOf = (text: string): RegExp =>
  text.startsWith("(?i)") ? new RegExp(text.slice(4), "i") : new RegExp(text);

function textOf(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  return value instanceof Date ? value.toISOString() : String(plain(value));
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}

const functions: Readonly<Record<string, (args: readonly Value[], scope: Scope) => Value>> = {
  now: (_, { now }) => now,
  ago: ([span], { now }) => new Date(now.getTime() - (span as Span).ms),
  not: ([value]) => (typeof value === "boolean" ? !value : null),
  tostring: ([value]) => textOf(value),
  tolower: ([value]) => textOf(value).toLowerCase(),
  toint: ([value]) => (/^-?\d+$/.test(textOf(value).trim()) ? Number(value) : null),
  strlen: ([text]) => textOf(text).length,
  substring: ([text, from]) => textOf(text).slice(Number(from)),
  parse_json: ([text]) => parsed(textOf(text)),
  isnotempty: ([value]) => textOf(value) !== "",
  extract: ([regex, group, text]) => regexOf(textOf(regex)).exec(textOf(text))?.[Number(group)] ?? "",
  bin: ([moment, span]) => {
    const [at, length] = [Number(plain(moment ?? null)), (span as Span).ms];
    return new Date(at - (at % length));
  },
};
