import type { Attribution } from "../attribution/attribution.ts";
import { namesOf, type Caller } from "../attribution/signal.ts";
import { folded, type Glob } from "./glob.ts";
import { matcherOf, foldedPlaceOf, tagKey, tagText, type RuleMatcher, type TagWish } from "./rule-matcher.ts";
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

/** Whether a VM has the tags that rules ask for. */
export function tagTest(tags: Subject["tags"]): (matcher: RuleMatcher) => boolean {
  const values = valuesOf(tags);
  return (matcher) =>
    matcher.tags.every(({ key, matches }) => values.get(key)?.some((value) => matches(value)) === true);
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
export function creatorTest(attribution: Attribution): (matcher: RuleMatcher) => Fulfilment {
  const creators = possibleCreators(attribution).map(foldedNames);
  const isOpen = mayBeSomebodyElse(attribution);
  return ({ creator }) => {
    if (!creator) return "holds";
    const matches = creators.map((names) => matchOf(creator.matches, names));
    if (!isOpen && matches.every((match) => match === "verified")) return "holds";
    if (matches.some((match) => match !== "none")) return "in part";
    return isOpen ? "open" : "fails";
  };
}

/** How one rule stands to those who may have made a link. */
export const standingOfCreator = (rule: Rule, attribution: Attribution): Fulfilment =>
  creatorTest(attribution)(matcherOf(rule));

type Names = ReturnType<typeof namesOf>;

function matchOf(matches: Glob, { verified, claimed }: Names): "verified" | "claimed" | "none" {
  if (verified.some((name) => matches(name))) return "verified";
  return claimed.some((name) => matches(name)) ? "claimed" : "none";
}

function foldedNames(caller: Caller): Names {
  const { verified, claimed } = namesOf(caller);
  return { verified: verified.map(folded), claimed: claimed.map(folded) };
}

function onTag({ field: name, key, wanted, matches }: TagWish, tags: Subject["tags"]): Condition {
  const shown = Object.entries(tags ?? {}).flatMap(([tag, value]) => (tagKey(tag) === key ? [value] : []));
  return {
    ...{ field: `tag ${name}`, wanted },
    found: shown.length === 0 ? undefined : shown.join(", "),
    standing: either(
      valuesOf(tags)
        .get(key)
        ?.some((value) => matches(value)) === true,
    ),
  };
}

/** By the key of each tag. Azure keeps at most one whatever the case of its name, but not whatever its accents are made of. */
function valuesOf(tags: Subject["tags"] = {}): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(Object.entries(tags), ([name]) => tagKey(name));
  return new Map([...groups].map(([key, all]) => [key, all.map(([, value]) => folded(tagText(value)))]));
}
