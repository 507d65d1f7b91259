import type * as z from "zod";
import type { Destinations } from "../alerts/destination.ts";
import type { Severity } from "../alerts/alert-kinds.ts";
import type { Subject } from "./conditions.ts";
import { decidingRules, decidingRulesByCreator, type DecidingRules } from "./deciding-rules.ts";
import type { policySchema, Rule } from "./policy-schema.ts";
import { days, hours, minutes, type Instant, type Milliseconds } from "../time.ts";

/** A policy in force. Its hash, SHA-256 of its text, names it in every fact. */
export type Policy = Omit<z.output<typeof policySchema>, "rules" | "alerts" | "silence"> & {
  readonly rules: readonly Rule[];
  readonly alerts: Destinations;
  readonly hash: string;
  readonly text: string;
};

/** The blob that holds the text as it was hashed. */
export const policyName = ({ hash }: Pick<Policy, "hash">): string => `policies/${hash}.json`;

/** Whether any rule asks for tags: only then are they read. */
export const matchesByTag = (policy: Policy): boolean =>
  policy.rules.some(({ match }) => match?.tags !== undefined);

/** What the policy says about a link. */
export interface Verdict {
  /** The base: the rule that matches for certain. */
  readonly rule: string;
  /** The rules before it that make its verdict stricter, in their order. */
  readonly tightenedBy: readonly string[];
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
  /** It is forbidden, and would be allowed if its creator turned out to be somebody who may have made it; undefined: whoever made it. */
  readonly creatorDecides?: CreatorDecides | undefined;
}

/** The rule that forbids a link, and the one that would decide, and allow it, with another creator. */
interface CreatorDecides {
  readonly forbids: string;
  readonly allows: string;
}

const defaultTtl = hours(8);
/** Eight hours on every day of 30. */
const defaultMaxLifetime = days(10);

/**
 * The first rule that matches for certain is the base; without one it is the default, eight hours, enforced. Every rule before it that may only
 * tighten does so, field by field: one that is looser in one field keeps nothing from being stricter in another.
 */
export function judge(subject: Subject, policy: Policy, now: Instant): Verdict {
  const deciding = decidingRules(subject, policy, now);
  const verdict = verdictBy(deciding);
  if (verdict.allowed) return verdict;
  const otherwise = decidingRulesByCreator(subject, policy, now)
    .map(verdictBy)
    .find(({ allowed }) => allowed);
  if (!otherwise) return verdict;
  const forbids = deciding.tighteners.find(({ allow }) => allow === false)?.name ?? verdict.rule;
  return { ...verdict, creatorDecides: { forbids, allows: otherwise.rule } };
}

const builtInDefault: Rule = { name: "none matched: built-in default" };

function verdictBy({ base = builtInDefault, tighteners }: DecidingRules): Verdict {
  const tightenedBy = tighteners.filter((rule) => tightens(rule, base)).map(({ name }) => name);
  return { ...verdictOf(tighteners.reduce(tightened, base)), rule: base.name, tightenedBy };
}

/** Whether `rule` is stricter than `base`, undefined for the built-in default, in any field. */
export const tightens = (rule: Rule, base: Rule = builtInDefault): boolean =>
  JSON.stringify(verdictOf(tightened(base, rule))) !== JSON.stringify(verdictOf(base));

/** The base with what `rule` states and is stricter in; what it does not state stays. */
function tightened(base: Rule, rule: Rule): Rule {
  const { ttl, maxLifetime, channels, fallback } = verdictOf(base);
  const most = Math.min(maxLifetime, rule.maxLifetime ?? maxLifetime);
  return {
    ...base,
    allow: base.allow !== false && rule.allow !== false,
    ttl: Math.min(ttl, rule.ttl ?? ttl, most),
    maxLifetime: most,
    warnBefore: shorter(base.warnBefore, rule.warnBefore),
    mode: rule.mode === "enforce" ? "enforce" : base.mode,
    endSessions: base.endSessions === true || rule.endSessions === true,
    severity: louder(rule.severity, base.severity),
    channels: rule.channels === undefined ? base.channels : united(channels, rule.channels),
    fallback: [...new Set([...fallback, ...(rule.fallback ?? [])])],
  };
}

const shorter = (one: Milliseconds | undefined, other: Milliseconds | undefined): Milliseconds | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/** No channel means all of them. */
const united = (channels: readonly string[], more: readonly string[]): string[] =>
  channels.length === 0 || more.length === 0 ? [] : [...new Set([...channels, ...more])];

const loudness: readonly Severity[] = ["low", "medium", "high"];

/** A rule that says nothing leaves it to the facts; to those another may add, not take away. */
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

/** The longest notice that any rule, or none, gives. */
export const longestWarning = ({ rules }: Policy): Milliseconds =>
  Math.max(...[builtInDefault, ...rules].map((rule) => verdictOf(rule).warnBefore));

function verdictOf(rule: Rule): Verdict {
  const { ttl, maxLifetime } = lengthsOf(rule);
  return {
    rule: rule.name,
    tightenedBy: [],
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
