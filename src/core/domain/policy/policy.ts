import * as z from "zod";
import type { Severity } from "../alerts/alert-kinds.ts";
import type { Attribution } from "../attribution/attribution.ts";
import { withoutMark } from "../foreign.ts";
import { matchesGlob } from "./glob.ts";
import { sha256 } from "../hash.ts";
import { policySchema, type Rule } from "./policy-schema.ts";
import { days, hours, minutes, type Instant, type Milliseconds } from "../time.ts";

/** A policy in force. Its hash names it in every fact. */
export type Policy = z.output<typeof policySchema> & { readonly hash: string };

/** In force where `WATCHDOG_POLICY` is not set, and what the CLI scans by without `--policy`. */
export const defaultPolicyJson = '{"rules":[{"name":"default","ttl":"PT8H","maxLifetime":"P7D"}]}';

/** Reads a policy from JSON text. Its hash is over the text as given, so that any change shows; a byte order mark is no part of it. */
export function parsePolicy(text: string): { readonly policy: Policy } | { readonly problem: string } {
  const json = withoutMark(text);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: `is not JSON${placeIn(json, error)}` };
  }
  const parsed = policySchema.safeParse(value);
  return parsed.success
    ? { policy: { ...parsed.data, hash: sha256(json) } }
    : { problem: z.prettifyError(parsed.error) };
}

/**
 * Where JSON stops being JSON. The parser's own words quote the text, and a setting's value is nobody's
 * business in an error.
 */
function placeIn(json: string, error: unknown): string {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined
    ? ""
    : `: character ${Number(position) + 1} of ${json.length} is out of place`;
}

/** Whether any rule asks for tags: only then are they read. */
export const matchesByTag = (policy: Policy): boolean =>
  policy.rules.some(({ match }) => match?.tags !== undefined);

/** What is known about a link when it is judged. */
export interface Subject {
  readonly bastionId: string;
  readonly vmId: string;
  /** Undefined: the VM is not known to Resource Graph (yet, or any more). */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly attribution: Attribution;
}

/** What the policy says about a link. */
export interface Verdict {
  readonly rule: string;
  readonly allowed: boolean;
  readonly ttl: Milliseconds;
  readonly warnBefore: Milliseconds;
  /** How long a VM may be open through links in all, extensions and re-creations included. */
  readonly maxLifetime: Milliseconds;
  readonly mode: "enforce" | "observe";
  /** Whether sessions through the link end with it. */
  readonly endSessions: boolean;
  readonly severity: Severity | undefined;
  readonly channels: readonly string[];
  readonly fallback: readonly string[];
}

const defaultTtl = hours(8);
const defaultMaxLifetime = days(7);

/**
 * The first rule that matches decides. A policy without a matching rule ends in the default: eight hours,
 * enforced.
 */
export function judge(subject: Subject, policy: Policy, now: Instant): Verdict {
  const rule = decidingRule(subject, policy, now);
  if (!rule) return builtInDefault();
  return mayOnlyTighten(rule)
    ? tightened(verdictOf(rule), withoutTags(subject, policy, now))
    : verdictOf(rule);
}

/** The rule that `judge` goes by; undefined for the built-in default. */
export function decidingRule(subject: Subject, policy: Policy, now: Instant): Rule | undefined {
  const [first, ...rest] = matching(subject, policy, now);
  if (!first || !mayOnlyTighten(first)) return first;
  return loosens(verdictOf(first), withoutTags(subject, policy, now))
    ? rest.find((rule) => !mayOnlyTighten(rule))
    : first;
}

const matching = (subject: Subject, policy: Policy, now: Instant): readonly Rule[] =>
  policy.rules.filter((rule) => isInForce(rule, now) && matches(rule, subject));

/** What would hold if nobody had written a tag. */
function withoutTags(subject: Subject, policy: Policy, now: Instant): Verdict {
  const rule = matching(subject, policy, now).find((candidate) => !mayOnlyTighten(candidate));
  return rule ? verdictOf(rule) : builtInDefault();
}

const builtInDefault = (): Verdict => verdictOf({ name: "none matched: built-in default" });

/** Whether a rule matches by tag and does not vouch for who writes them. */
const mayOnlyTighten = ({ match, trustTags }: Rule): boolean =>
  match?.tags !== undefined && trustTags !== true;

/** At `validUntil` itself the rule no longer counts; without one it counts for good. */
export const isInForce = (rule: Rule, now: Instant): boolean =>
  rule.validUntil === undefined || now < rule.validUntil;

/**
 * Tags are writable by whoever owns the VM: a rule that matches by tag may tighten what would hold without
 * it, never loosen it.
 */
const loosens = (tagged: Verdict, otherwise: Verdict): boolean =>
  (tagged.allowed && !otherwise.allowed) ||
  tagged.ttl > otherwise.ttl ||
  (tagged.mode === "observe" && otherwise.mode === "enforce");

/**
 * What such a rule may add to what would hold without it: it shortens, ends sessions, is louder and tells
 * more channels.
 */
function tightened(tagged: Verdict, otherwise: Verdict): Verdict {
  const isEverywhere = tagged.channels.length === 0 || otherwise.channels.length === 0;
  return {
    ...tagged,
    maxLifetime: Math.min(tagged.maxLifetime, otherwise.maxLifetime),
    endSessions: tagged.endSessions || otherwise.endSessions,
    severity: louder(tagged.severity, otherwise.severity),
    channels: isEverywhere ? [] : [...new Set([...otherwise.channels, ...tagged.channels])],
    fallback: [...new Set([...otherwise.fallback, ...tagged.fallback])],
  };
}

const loudness: readonly Severity[] = ["low", "medium", "high"];

/** A rule that says nothing leaves it to the facts; to those a tag may add, not take away. */
function louder(tagged: Severity | undefined, otherwise: Severity | undefined): Severity | undefined {
  if (otherwise === undefined) return tagged === "high" ? tagged : undefined;
  return loudness.indexOf(tagged ?? "low") > loudness.indexOf(otherwise) ? tagged : otherwise;
}

function verdictOf(rule: Rule): Verdict {
  const ttl = rule.ttl ?? defaultTtl;
  return {
    rule: rule.name,
    allowed: rule.allow ?? true,
    ttl,
    warnBefore: Math.min(rule.warnBefore ?? Math.min(Math.max(ttl / 4, minutes(15)), hours(4)), ttl),
    maxLifetime: Math.max(rule.maxLifetime ?? defaultMaxLifetime, ttl),
    mode: rule.mode ?? "enforce",
    endSessions: rule.endSessions ?? false,
    severity: rule.severity,
    channels: rule.channels ?? [],
    fallback: rule.fallback ?? [],
  };
}

/** One thing a rule asks for, and whether the subject has it. */
export interface Condition {
  readonly field: string;
  readonly wanted: string;
  /** Undefined: it is not known. */
  readonly found: string | undefined;
  readonly holds: boolean;
}

const matches = (rule: Rule, subject: Subject): boolean =>
  conditionsOf(rule, subject).every(({ holds }) => holds);

/** Everything a rule asks for. All of it must hold; a rule that asks for nothing matches everything. */
export function conditionsOf({ match = {} }: Rule, subject: Subject): readonly Condition[] {
  const [, , subscription = "", , resourceGroup = ""] = subject.vmId.split("/");
  return [
    ...onText("subscription", match.subscription, subscription),
    ...onText("resourceGroup", match.resourceGroup, resourceGroup),
    ...onText("bastion", match.bastion, subject.bastionId),
    ...onText("vm", match.vm, subject.vmId),
    ...onCreator(match.creator, subject.attribution),
    ...Object.entries(match.tags ?? {}).map(([name, pattern]) => onTag(name, pattern, subject.tags)),
  ];
}

const onText = (field: string, wanted: string | undefined, found: string): readonly Condition[] =>
  wanted === undefined ? [] : [{ field, wanted, found, holds: matchesGlob(wanted, found) }];

/** Only a known creator matches: a rule for somebody must not hold for whoever it might have been. */
function onCreator(wanted: string | undefined, attribution: Attribution): readonly Condition[] {
  if (wanted === undefined) return [];
  if (attribution.kind !== "known") return [{ field: "creator", wanted, found: undefined, holds: false }];
  const { userPrincipalName, objectId, appId } = attribution.caller;
  const names = [userPrincipalName, objectId, appId].filter((name) => name !== undefined);
  return [
    {
      field: "creator",
      wanted,
      found: names.join(", "),
      holds: names.some((name) => matchesGlob(wanted, name)),
    },
  ];
}

function onTag(name: string, wanted: string, tags: Subject["tags"]): Condition {
  const values = Object.entries(tags ?? {}).flatMap(([tag, value]) =>
    tag.toLowerCase() === name.toLowerCase() ? [value] : [],
  );
  const holds = values.some((value) => matchesGlob(wanted, value));
  return { field: `tag ${name}`, wanted, found: values.length === 0 ? undefined : values.join(", "), holds };
}
