import type { KnownTags } from "../links/link.ts";
import type { Rule } from "./policy-schema.ts";
import { tagKey } from "./rule-matcher.ts";

interface Rules {
  readonly rules: readonly Rule[];
}

const namesByRules = new WeakMap<readonly Rule[], readonly string[]>();

function namesIn({ rules }: Rules): readonly string[] {
  const known = namesByRules.get(rules);
  if (known) return known;
  const names = [...new Set(rules.flatMap(({ match }) => Object.keys(match?.tags ?? {}).map(tagKey)))];
  namesByRules.set(rules, names);
  return names;
}

/** What is kept of a VM's tags: those that a rule asks for. */
export function askedTags(tags: Readonly<Record<string, string>>, policy: Rules): KnownTags {
  const found = new Map(Object.entries(tags).map(([name, value]) => [tagKey(name), value]));
  return Object.fromEntries(namesIn(policy).map((name) => [name, found.get(name) ?? null]));
}

/** The tags as they were when last known; undefined where they were never known, or a rule asks for one that was not looked at. */
export function recalledTags(
  known: KnownTags | undefined,
  policy: Rules,
): Readonly<Record<string, string>> | undefined {
  if (known === undefined || namesIn(policy).some((name) => known[name] === undefined)) return undefined;
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
}

/** Tags that a rule by tag matches: `*` stands for nothing in them, `?` for a letter. */
export const tagsFor = ({ match }: Rule): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(match?.tags ?? {}).map(([name, pattern]) => [
      name,
      pattern.replaceAll("*", "").replaceAll("?", "x"),
    ]),
  );
