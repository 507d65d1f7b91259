import type { Attribution } from "../attribution/attribution.ts";
import { namesOf, type Caller } from "../attribution/signal.ts";
import { folded, type Glob } from "./glob.ts";
import { matcherOf, foldedPlaceOf, tagKey, tagText, type TagWish } from "./rule-matcher.ts";
import type { Rule } from "./policy-schema.ts";

/** What is known about a link when it is judged. */
export interface Subject {
  readonly bastionId: string;
  readonly vmId: string;
  /** Undefined: the VM is not known to Resource Graph (yet, or any more). */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly attribution: Attribution;
}

/**
 * Whether the subject has what is asked for. `in part`: some of those who may have made it do, or they do by a name that Entra may not have verified. `open`: nobody
 * knows, because its creator is not known.
 */
export type Fulfilment = "holds" | "in part" | "open" | "fails";

/** One thing a rule asks for, and how the subject stands to it. */
export interface Condition {
  readonly field: string;
  readonly wanted: string;
  /** Undefined: it is not known. */
  readonly found: string | undefined;
  readonly standing: Fulfilment;
}

/** Everything a rule asks for. All of it must hold; a rule that asks for nothing matches everything. */
export function conditionsOf(rule: Rule, subject: Subject): readonly Condition[] {
  const { place, tags, creator } = matcherOf(rule);
  const folds = foldedPlaceOf(subject);
  const [, , subscription = "", , resourceGroup = ""] = subject.vmId.split("/");
  const shown = { subscription, resourceGroup, bastion: subject.bastionId, vm: subject.vmId };
  return [
    ...place.map(({ field, wanted, matches }) => ({
      ...{ field, wanted, found: shown[field] },
      standing: either(matches(folds[field])),
    })),
    ...tags.map((wish) => onTag(wish, subject.tags)),
    ...(creator ? [onCreator(rule, creator.wanted, subject.attribution)] : []),
  ];
}

/** Whether the VM has the tags that the rule asks for. */
export function hasTags(rule: Rule, tags: Subject["tags"]): boolean {
  return matcherOf(rule).tags.every(({ key, matches }) => valuesOf(key, tags).some(matches));
}

const either = (isSo: boolean): Fulfilment => (isSo ? "holds" : "fails");

function onCreator(rule: Rule, wanted: string, attribution: Attribution): Condition {
  const names = possibleCreators(attribution)
    .map(namesOf)
    .flatMap(({ verified, claimed }) => [...verified, ...claimed]);
  const found = names.length === 0 ? undefined : names.join(", ");
  return { field: "creator", wanted, found, standing: standingOfCreator(rule, attribution) };
}

/** Those who are named as its creator, or as perhaps its creator. */
export function possibleCreators(attribution: Attribution): readonly Caller[] {
  if (attribution.kind === "unknown") return [];
  return attribution.kind === "known" ? [attribution.caller] : attribution.candidates;
}

/** Whether somebody who is not named may have made it. */
export const mayBeSomebodyElse = (attribution: Attribution): boolean =>
  attribution.kind === "unknown" ||
  (attribution.kind === "ambiguous" && (attribution.others === true || attribution.candidates.length === 0));

/** A rule for somebody holds only where nobody else can have made the link; names that nobody vouches for never suffice. A rule that asks for nobody holds. */
export function standingOfCreator(rule: Rule, attribution: Attribution): Fulfilment {
  const { creator } = matcherOf(rule);
  if (!creator) return "holds";
  const matches = possibleCreators(attribution).map((caller) => matchOf(creator.matches, caller));
  const isOpen = mayBeSomebodyElse(attribution);
  if (!isOpen && matches.every((match) => match === "verified")) return "holds";
  if (matches.some((match) => match !== "none")) return "in part";
  return isOpen ? "open" : "fails";
}

function matchOf(matches: Glob, caller: Caller): "verified" | "claimed" | "none" {
  const { verified, claimed } = foldedNames(caller);
  if (verified.some(matches)) return "verified";
  return claimed.some(matches) ? "claimed" : "none";
}

const namesByCaller = new WeakMap<Caller, ReturnType<typeof namesOf>>();

function foldedNames(caller: Caller): ReturnType<typeof namesOf> {
  const known = namesByCaller.get(caller);
  if (known) return known;
  const { verified, claimed } = namesOf(caller);
  const names = { verified: verified.map(folded), claimed: claimed.map(folded) };
  namesByCaller.set(caller, names);
  return names;
}

function onTag({ field: name, key, wanted, matches }: TagWish, tags: Subject["tags"]): Condition {
  const shown = Object.entries(tags ?? {}).flatMap(([tag, value]) => (tagKey(tag) === key ? [value] : []));
  return {
    ...{ field: `tag ${name}`, wanted },
    found: shown.length === 0 ? undefined : shown.join(", "),
    standing: either(valuesOf(key, tags).some(matches)),
  };
}

type Values = ReadonlyMap<string, readonly string[]>;
const valuesByTags = new WeakMap<object, Values>();
const noValues: readonly string[] = [];

/** Azure keeps at most one tag whatever the case of its name, but not whatever its accents are made of. */
function valuesOf(key: string, tags: Subject["tags"]): readonly string[] {
  if (tags === undefined) return noValues;
  return (valuesByTags.get(tags) ?? readValues(tags)).get(key) ?? noValues;
}

function readValues(tags: NonNullable<Subject["tags"]>): Values {
  const groups = Map.groupBy(Object.entries(tags), ([name]) => tagKey(name));
  const values = new Map(
    [...groups].map(([key, all]) => [key, all.map(([, value]) => folded(tagText(value)))]),
  );
  valuesByTags.set(tags, values);
  return values;
}
