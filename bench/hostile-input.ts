import { parseBastionId } from "../src/core/domain/arm-id.ts";
import { matchesGlob } from "../src/core/domain/policy/glob.ts";
import { atMost, type Figure } from "./figures.ts";
import { endlessIds, hostileGlobs, hostileName } from "./rig/hostile-input.ts";

/** What a stranger can make us busy with: patterns and ids that would keep a careless regular expression for hours. Cold code, once each. */
export function hostileInput(): Promise<readonly Figure[]> {
  const globs = hostileGlobs.map(([, pattern]) => timeOf(() => matchesGlob(pattern, hostileName)));
  const ids = endlessIds.map((id) => timeOf(() => parseBastionId(id)));
  return Promise.resolve([
    atMost(250, {
      name: "hostile input: the slowest of eight globs on a long name",
      value: Math.max(...globs),
      unit: "ms",
    }),
    atMost(200, {
      name: "hostile input: three endless ids refused",
      value: ids.reduce((sum, ms) => sum + ms, 0),
      unit: "ms",
    }),
  ]);
}

function timeOf(work: () => unknown): number {
  const begin = performance.now();
  const found = work();
  const ms = performance.now() - begin;
  if (found) throw new Error("What was to be refused was taken");
  return ms;
}
