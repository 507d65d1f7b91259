import { conditionsOf, type Condition, type Subject } from "./conditions.ts";
import { decidingRule, decidingRules, isInForce, judge, type Policy, type Verdict } from "./policy.ts";
import type { Rule } from "./policy-schema.ts";
import { formatInstant, type Instant } from "../time.ts";

/**
 * What became of one rule, and why. `tightens`: it makes the verdict of the rule that decides stricter. `outranked`: it matches by tag or by an unverified name, and may not loosen what holds without it.
 */
export interface RuleExplanation {
  readonly rule: string;
  readonly outcome: "decides" | "tightens" | "does not match" | "outranked" | "not reached";
  readonly why: readonly string[];
}

/** What `judge` says about one link, and how each rule fared on the way to it. */
export interface Explanation {
  readonly verdict: Verdict;
  /** Every rule, in the order of the policy. */
  readonly rules: readonly RuleExplanation[];
}

/**
 * Which rule decides, and why none before it did. Uses what `judge` uses, so that it cannot tell another
 * story.
 */
export function explain(subject: Subject, policy: Policy, now: Instant): Explanation {
  const decider = decidingRule(subject, policy, now);
  const { tighteners } = decidingRules(subject, policy, now);
  const place = decider ? policy.rules.indexOf(decider) : Infinity;
  const rules = policy.rules.map((rule, index) => {
    if (index === place) return { ...matched(rule, subject), outcome: "decides" } as const;
    if (tighteners.includes(rule)) return { ...matched(rule, subject), outcome: "tightens" } as const;
    return index > place ? notReached(rule) : explainRule(rule, subject, now);
  });
  return { verdict: judge(subject, policy, now), rules };
}

/** Why a rule that no earlier one keeps from deciding does not decide. */
export function explainRule(rule: Rule, subject: Subject, now: Instant): RuleExplanation {
  const { name } = rule;
  if (!isInForce(rule, now))
    return {
      rule: name,
      outcome: "does not match",
      why: [`it was valid until ${formatInstant(rule.validUntil ?? now)}`],
    };
  const failing = conditionsOf(rule, subject).filter(({ holds }) => !holds);
  if (failing.length > 0) return { rule: name, outcome: "does not match", why: failing.map(words) };
  return {
    rule: name,
    outcome: "outranked",
    why: [
      rule.match?.tags !== undefined && rule.trustTags !== true
        ? "it matches by tag, which whoever owns the VM writes: without `trustTags` it may only be stricter than what holds without it"
        : "it matches the creator by a name that Entra may not have verified: it may only be stricter than what holds without it",
    ],
  };
}

function matched(rule: Rule, subject: Subject): Omit<RuleExplanation, "outcome"> {
  const conditions = conditionsOf(rule, subject);
  return {
    rule: rule.name,
    why: conditions.length === 0 ? ["it matches every link"] : conditions.map(words),
  };
}

const notReached = ({ name }: Rule): RuleExplanation => ({
  rule: name,
  outcome: "not reached",
  why: ["an earlier rule decides"],
});

const words = ({ field, wanted, found, holds }: Condition): string =>
  `${field} ${found === undefined ? "is not known" : `"${found}"`} ${holds ? "matches" : found === undefined ? "and would have to match" : "does not match"} "${wanted}"`;
