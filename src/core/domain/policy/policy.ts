import * as z from "zod";
import type { Severity } from "../alerts/alert-kinds.ts";
import { withoutMark } from "../foreign.ts";
import { conditionsOf, type Subject } from "./conditions.ts";
import { sha256 } from "../hash.ts";
import { policySchema, type Rule } from "./policy-schema.ts";
import { days, hours, minutes, type Instant, type Milliseconds } from "../time.ts";

/** A policy in force. Its hash names it in every fact. */
export type Policy = z.output<typeof policySchema> & { readonly hash: string };

/** In force where `WATCHDOG_POLICY` is not set, and what the CLI scans by without `--policy`. */
export const defaultPolicyJson = '{"rules":[{"name":"default","ttl":"PT8H","maxLifetime":"P10D"}]}';

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

/** What the policy says about a link. */
export interface Verdict {
  readonly rule: string;
  readonly allowed: boolean;
  readonly ttl: Milliseconds;
  readonly warnBefore: Milliseconds;
  /** How long a VM may be open within 30 days, or within this time if it is longer, through all its links on all bastions. */
  readonly maxLifetime: Milliseconds;
  readonly mode: "enforce" | "observe";
  /** Whether sessions through the link end with it. */
  readonly endSessions: boolean;
  readonly severity: Severity | undefined;
  readonly channels: readonly string[];
  readonly fallback: readonly string[];
}

const defaultTtl = hours(8);
/** Eight hours on every day of 30. */
const defaultMaxLifetime = days(10);

/**
 * The first rule that matches for certain is the base; without one it is the default, eight hours, enforced. Rules before it that may only
 * tighten do so, all of them: one that is stricter by little keeps no other from being stricter by more.
 */
export function judge(subject: Subject, policy: Policy, now: Instant): Verdict {
  const { base, tighteners } = decidingRules(subject, policy, now);
  const verdict = tighteners.map(verdictOf).reduce(tightened, verdictOf(base ?? builtInDefault));
  return { ...verdict, rule: (mainRule(tighteners) ?? base ?? builtInDefault).name };
}

/** The rule that a verdict is named after; undefined for the built-in default. */
export function decidingRule(subject: Subject, policy: Policy, now: Instant): Rule | undefined {
  const { base, tighteners } = decidingRules(subject, policy, now);
  return mainRule(tighteners) ?? base;
}

/** One that forbids says most. */
const mainRule = (tighteners: readonly Rule[]): Rule | undefined =>
  tighteners.find(({ allow }) => allow === false) ?? tighteners[0];

/** The rule that matches for certain, undefined for the built-in default, and those before it that make its verdict stricter. */
export function decidingRules(
  subject: Subject,
  policy: Policy,
  now: Instant,
): { readonly base: Rule | undefined; readonly tighteners: readonly Rule[] } {
  const matching = policy.rules.filter((rule) => isInForce(rule, now) && matches(rule, subject));
  const base = matching.find((rule) => !mayOnlyTighten(rule, subject));
  const before = base === undefined ? matching : matching.slice(0, matching.indexOf(base));
  const otherwise = verdictOf(base ?? builtInDefault);
  return { base, tighteners: before.filter((rule) => !loosens(verdictOf(rule), otherwise)) };
}

const builtInDefault: Rule = { name: "none matched: built-in default" };

/** Whether a rule matches by tag and does not vouch for who writes them, or by a name of the creator that Entra does not vouch for. */
const mayOnlyTighten = (rule: Rule, subject: Subject): boolean =>
  (rule.match?.tags !== undefined && rule.trustTags !== true) ||
  conditionsOf(rule, subject).some(({ isClaimed }) => isClaimed === true);

/** At `validUntil` itself the rule no longer counts; without one it counts for good. */
export const isInForce = (rule: Rule, now: Instant): boolean =>
  rule.validUntil === undefined || now < rule.validUntil;

/**
 * Tags are writable by whoever owns the VM, and some names by whoever has them: a rule that matches by those may tighten what would hold
 * without it, never loosen it. One that forbids does not loosen by the ttl it leaves open.
 */
const loosens = (tagged: Verdict, otherwise: Verdict): boolean =>
  (tagged.allowed && (!otherwise.allowed || tagged.ttl > otherwise.ttl)) ||
  (tagged.mode === "observe" && otherwise.mode === "enforce");

/**
 * What such a rule may add to what would hold without it: it forbids, shortens, enforces, ends sessions, is louder and tells
 * more channels.
 */
function tightened(otherwise: Verdict, tagged: Verdict): Verdict {
  const isEverywhere = tagged.channels.length === 0 || otherwise.channels.length === 0;
  return {
    rule: tagged.rule,
    allowed: tagged.allowed && otherwise.allowed,
    mode: tagged.mode === "enforce" ? "enforce" : otherwise.mode,
    ttl: Math.min(tagged.ttl, otherwise.ttl),
    warnBefore: Math.min(tagged.warnBefore, otherwise.warnBefore),
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

/** Of a ttl and a lifetime that the rule states the stricter holds; one that it does not state gives way to the other. */
const lengthsOf = ({ ttl = defaultTtl, maxLifetime }: Rule) => ({
  ttl: Math.min(ttl, maxLifetime ?? ttl),
  maxLifetime: maxLifetime ?? Math.max(defaultMaxLifetime, ttl),
});

/** The longest that any rule, or none, lets a VM be open. */
export const longestLifetime = ({ rules }: Policy): Milliseconds =>
  Math.max(...[builtInDefault, ...rules].map((rule) => lengthsOf(rule).maxLifetime));

function verdictOf(rule: Rule): Verdict {
  const { ttl, maxLifetime } = lengthsOf(rule);
  return {
    rule: rule.name,
    allowed: rule.allow ?? true,
    ttl,
    warnBefore: Math.min(rule.warnBefore ?? Math.min(Math.max(ttl / 4, minutes(15)), hours(4)), ttl),
    maxLifetime,
    mode: rule.mode ?? "enforce",
    endSessions: rule.endSessions ?? false,
    severity: rule.severity,
    channels: rule.channels ?? [],
    fallback: rule.fallback ?? [],
  };
}

const matches = (rule: Rule, subject: Subject): boolean =>
  conditionsOf(rule, subject).every(({ holds }) => holds);
