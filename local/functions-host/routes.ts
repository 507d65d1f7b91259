/** Route templates of HTTP functions, with ASP.NET's rules: literals ignore case, `{id}`, `{id?}`, `{id:int}`, `{*rest}`. */

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "parameter" | "optional" | "rest";
      readonly name: string;
      readonly constraints: readonly Constraint[];
    };

type Constraint = (value: string) => boolean;

export interface RouteTemplate {
  readonly text: string;
  readonly segments: readonly Segment[];
}

const constraints: Readonly<Record<string, Constraint>> = {
  int: (value) => /^-?\d{1,10}$/.test(value),
  long: (value) => /^-?\d{1,19}$/.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  guid: (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
};

/** Throws on a template that could not match as written. */
export function parseRoute(text: string): RouteTemplate {
  const parts = text.split("/").filter((part) => part !== "");
  const segments = parts.map((part) => parseSegment(part, text));
  const early = segments
    .slice(0, -1)
    .some((segment) => segment.kind === "optional" || segment.kind === "rest");
  if (early) throw new Error(`the route "${text}" has an optional or catch-all part before its end`);
  return { text: parts.join("/"), segments };
}

function parseSegment(part: string, route: string): Segment {
  if (!/[{}]/.test(part)) return { kind: "literal", text: part.toLowerCase() };
  const match = /^\{(\*{0,2})(\w+)((?::\w+)*)(\??)\}$/.exec(part);
  if (match === null)
    throw new Error(`the route "${route}" has a part the local host does not know: "${part}"`);
  const [stars = "", name = "", rules = "", optional = ""] = match.slice(1);
  const checks = rules.split(":").filter((rule) => rule !== "");
  return {
    kind: parameterKind(stars, optional),
    name,
    constraints: checks.map((rule) => constraintNamed(rule, route)),
  };
}

function parameterKind(stars: string, optional: string): "parameter" | "optional" | "rest" {
  if (stars !== "") return "rest";
  return optional === "?" ? "optional" : "parameter";
}

function constraintNamed(rule: string, route: string): Constraint {
  const constraint = constraints[rule];
  if (constraint === undefined)
    throw new Error(`the route "${route}" has a constraint the local host does not know: "${rule}"`);
  return constraint;
}

/** The route's parameters, decoded, when `path` matches; undefined when it does not. */
export function matchRoute({ segments }: RouteTemplate, path: string): Record<string, string> | undefined {
  const parts = splitPath(path);
  if (parts === undefined) return undefined;
  const pairs = segments.map((segment, index) => {
    return { segment, value: segment.kind === "rest" ? parts.slice(index).join("/") : parts[index] };
  });
  const tooLong = parts.length > segments.length && segments.at(-1)?.kind !== "rest";
  if (tooLong || !pairs.every(({ segment, value }) => matchSegment(segment, value))) return undefined;
  return Object.fromEntries(
    pairs.flatMap(({ segment, value = "" }) =>
      segment.kind === "literal" || value === "" ? [] : [[segment.name, value]],
    ),
  );
}

function matchSegment(segment: Segment, value: string | undefined): boolean {
  if (segment.kind === "literal") return value?.toLowerCase() === segment.text;
  if (value === undefined || value === "") return segment.kind !== "parameter";
  return segment.constraints.every((constraint) => constraint(value));
}

/** Decoded segments; `%2F` stays as it is, so that a slash inside a value never becomes a border. Undefined for broken escapes. */
function splitPath(path: string): readonly string[] | undefined {
  const parts = path.replace(/^\//, "").replace(/\/$/, "").split("/");
  try {
    return parts[0] === "" && parts.length === 1
      ? []
      : parts.map((part) => decodeURIComponent(part.replace(/%2f/gi, "%252F")));
  } catch {
    return undefined;
  }
}

const ranks = { literal: 0, parameter: 2, optional: 4, rest: 6 } as const;

/** Orders templates so that the more specific one is asked first, as ASP.NET does. */
export function bySpecificity(a: RouteTemplate, b: RouteTemplate): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rankAt(a, index) - rankAt(b, index);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A template that has ended goes before one that goes on with something optional, a constrained parameter before a free one. */
function rankAt(route: RouteTemplate, index: number): number {
  const segment = route.segments[index];
  if (segment === undefined) return -1;
  const constrained = segment.kind !== "literal" && segment.constraints.length > 0;
  return ranks[segment.kind] - (constrained ? 1 : 0);
}
