/** Everything that is held against a query: by the engine, by what the watchdog logs, by whoever reads the result, and by rows. */
import { askedInVain } from "./asked.ts";
import { alertCases, now, places } from "./cases.ts";
import { judge } from "./engine.ts";
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

function wrongFor({ why, said, gives }: (typeof cases)[number], query: string): readonly string[] {
  const { length } = run(filled(query), said, now);
  return length === gives ? [] : [`${why}: ${length} rows, not ${gives}`];
}
