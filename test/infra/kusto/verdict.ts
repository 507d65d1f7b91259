/** Everything that is held against a query: by the engine, by what the watchdog logs, by whoever reads the result, and by rows. */
import { askedInVain } from "./asked.ts";
import { alertCases, type Case, now, places } from "./cases.ts";
import { judge, type Part, partsOf } from "./engine.ts";
import { run } from "./evaluate.ts";
import { sentinelCases } from "./sentinel-cases.ts";
import type { KqlText } from "./texts.ts";

export const cases = [...alertCases, ...sentinelCases];

export function heldAgainst(
  { name, query, read }: KqlText,
  logged: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const { faults, columns, tree } = judge(query);
  if (faults.length > 0) return faults;
  const missing = read.filter((column) => !(column in columns));
  return [
    ...askedInVain(tree, logged),
    ...missing.map((column) => `the result has no ${column}`),
    ...cases.filter(({ of }) => of === name).flatMap((one) => wrongFor(one, query)),
  ];
}

const filled = (query: string): string =>
  Object.entries(places).reduce((text, [place, value]) => text.replaceAll(place, value), query);

function wrongFor({ why, said, gives }: Case, query: string, without?: string): readonly string[] {
  const { length } = run({ query: filled(query), now, without }, said);
  return length === gives ? [] : [`${why}: ${length} rows, not ${gives}`];
}

/** Conditions of a query that could be left out, and no row would show it. */
export function undecided({ name, query }: KqlText): readonly string[] {
  const conditions = partsOf(judge(filled(query)).tree).flatMap(({ kind, named: { Condition } }) =>
    kind === "FilterOperator" && Condition ? conjuncts(Condition) : [],
  );
  const tried = cases.filter(({ of }) => of === name);
  return conditions.filter((condition) => tried.every((one) => wrongFor(one, query, condition).length === 0));
}

const conjuncts = ({ kind, text, named: { Left, Right } }: Part): readonly string[] =>
  kind === "AndExpression" && Left && Right ? [...conjuncts(Left), ...conjuncts(Right)] : [text];
