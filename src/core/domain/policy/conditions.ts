import { isSameId } from "../arm-id.ts";
import type { Attribution } from "../attribution/attribution.ts";
import { namesOf, type Caller } from "../attribution/signal.ts";
import { matchesGlob } from "./glob.ts";
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
  const wanted = rule.match?.creator;
  return [
    ...placeAndTags(rule, subject),
    ...(wanted === undefined ? [] : [onCreator(wanted, subject.attribution)]),
  ];
}

/** What a rule asks for beside a creator. */
export function placeAndTags({ match = {} }: Rule, subject: Subject): readonly Condition[] {
  const [, , subscription = "", , resourceGroup = ""] = subject.vmId.split("/");
  return [
    ...onText("subscription", match.subscription, subscription),
    ...onText("resourceGroup", match.resourceGroup, resourceGroup),
    ...onText("bastion", match.bastion, subject.bastionId),
    ...onText("vm", match.vm, subject.vmId),
    ...Object.entries(match.tags ?? {}).map(([name, pattern]) => onTag(name, pattern, subject.tags)),
  ];
}

const either = (isSo: boolean): Fulfilment => (isSo ? "holds" : "fails");

const onText = (field: string, wanted: string | undefined, found: string): readonly Condition[] =>
  wanted === undefined ? [] : [{ field, wanted, found, standing: either(matchesGlob(wanted, found)) }];

function onCreator(wanted: string, attribution: Attribution): Condition {
  const names = possibleCreators(attribution)
    .map(namesOf)
    .flatMap(({ verified, claimed }) => [...verified, ...claimed]);
  const found = names.length === 0 ? undefined : names.join(", ");
  return { field: "creator", wanted, found, standing: standingOfCreator(wanted, attribution) };
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

/** A rule for somebody holds only where nobody else can have made the link; names that nobody vouches for never suffice. */
export function standingOfCreator(wanted: string, attribution: Attribution): Fulfilment {
  const matches = possibleCreators(attribution).map((caller) => matchOf(wanted, caller));
  const isOpen = mayBeSomebodyElse(attribution);
  if (!isOpen && matches.every((match) => match === "verified")) return "holds";
  if (matches.some((match) => match !== "none")) return "in part";
  return isOpen ? "open" : "fails";
}

function matchOf(wanted: string, caller: Caller): "verified" | "claimed" | "none" {
  const { verified, claimed } = namesOf(caller);
  const isOneOf = (names: readonly string[]) => names.some((name) => matchesGlob(wanted, name));
  if (isOneOf(verified)) return "verified";
  return isOneOf(claimed) ? "claimed" : "none";
}

function onTag(name: string, wanted: string, tags: Subject["tags"]): Condition {
  const values = Object.entries(tags ?? {}).flatMap(([tag, value]) => (isSameId(tag, name) ? [value] : []));
  const standing = either(values.some((value) => matchesGlob(wanted, value)));
  return {
    field: `tag ${name}`,
    wanted,
    found: values.length === 0 ? undefined : values.join(", "),
    standing,
  };
}
