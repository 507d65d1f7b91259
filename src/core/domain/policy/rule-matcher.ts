/** What rules ask for, compiled once; all of it remembers what it was made of, so that it needs no clearing. */
import { idKey } from "../arm-id.ts";
import { compileGlob, folded, type Glob } from "./glob.ts";
import type { Rule } from "./policy-schema.ts";

/** Where a link is, for comparing: cases folded. */
export interface FoldedPlace {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly bastion: string;
  readonly vm: string;
}

/** One thing that is asked for: `field`, or the tag of that name, is to match `wanted`. */
interface Wish<Field extends string = string> {
  readonly field: Field;
  readonly wanted: string;
  readonly matches: Glob;
}

/** Its key is the same however the tag is spelled. */
export interface TagWish extends Wish {
  readonly key: string;
}

/** All that a rule asks for. */
export interface RuleMatcher {
  readonly place: readonly Wish<keyof FoldedPlace>[];
  readonly tags: readonly TagWish[];
  readonly creator: Wish<"creator"> | undefined;
}

const matchers = new WeakMap<Rule, RuleMatcher>();

/** What the rule asks for. */
export function matcherOf(rule: Rule): RuleMatcher {
  const known = matchers.get(rule);
  if (known) return known;
  const { creator, tags = {}, ...place } = rule.match ?? {};
  const matcher: RuleMatcher = {
    place: placeFields.flatMap((field) => {
      const wanted = place[field];
      return wanted === undefined ? [] : [{ field, wanted, matches: compileGlob(wanted) }];
    }),
    tags: Object.entries(tags).map(([field, wanted]) => ({
      ...{ field, key: tagKey(field), wanted },
      matches: compileGlob(tagText(wanted), "one-segment"),
    })),
    creator:
      creator === undefined
        ? undefined
        : { field: "creator", wanted: creator, matches: compileGlob(creator) },
  };
  matchers.set(rule, matcher);
  return matcher;
}

const placeFields = ["subscription", "resourceGroup", "bastion", "vm"] as const;

/** A tag's name or value without what nobody sees: blanks around it, and how its accents are put together. Normalised whole, a KELVIN SIGN would be a K. */
export const tagText = (text: string): string =>
  text.trim().replaceAll(/\P{M}\p{M}+/gu, (letter) => letter.normalize("NFC"));

/** What keeps names of tags apart. */
export const tagKey = (name: string): string => idKey(tagText(name));

/** The names in a VM's id, and the bastion that leads to it. */
export function foldedPlaceOf({ vmId, bastionId }: Located): FoldedPlace {
  const vm = folded(vmId);
  const [, , subscription = "", , resourceGroup = ""] = vm.split("/");
  return { subscription, resourceGroup, vm, bastion: folded(bastionId) };
}

interface Located {
  readonly vmId: string;
  readonly bastionId: string;
}

/** So many VMs are remembered for a policy; then it begins anew. */
const mostPlaces = 5_000;

/** A rule with what it asks for. */
export interface MatchedRule {
  readonly number: number;
  readonly rule: Rule;
  readonly matcher: RuleMatcher;
}

interface PlacedRules {
  readonly at: Map<string, readonly MatchedRule[]>;
  /** Rules by the one VM that they are about, and all others. */
  readonly byVm: ReadonlyMap<string, readonly MatchedRule[]>;
  readonly others: readonly MatchedRule[];
}

const placed = new WeakMap<readonly Rule[], PlacedRules>();

/** The rules whose place a link has, in their order, whatever else they ask for. */
export function rulesAt(located: Located, rules: readonly Rule[]): readonly MatchedRule[] {
  const { at, byVm, others } = placed.get(rules) ?? placedRules(rules);
  const key = `${located.vmId}\n${located.bastionId}`;
  const known = at.get(key);
  if (known) return known;
  const where = foldedPlaceOf(located);
  const found = [...(byVm.get(where.vm) ?? []), ...others]
    .filter(({ matcher }) => matcher.place.every(({ field, matches }) => matches(where[field])))
    .sort((one, other) => one.number - other.number);
  if (at.size >= mostPlaces) at.clear();
  at.set(key, found);
  return found;
}

function placedRules(rules: readonly Rule[]): PlacedRules {
  const compiled = rules.map((rule, number): MatchedRule => ({ number, rule, matcher: matcherOf(rule) }));
  const isOfOne = ({ rule }: MatchedRule) => rule.match?.vm !== undefined && !/[*?]/.test(rule.match.vm);
  const byVm = Map.groupBy(compiled.filter(isOfOne), ({ rule }) => folded(rule.match?.vm ?? ""));
  const made = { at: new Map(), byVm, others: compiled.filter((one) => !isOfOne(one)) };
  placed.set(rules, made);
  return made;
}
