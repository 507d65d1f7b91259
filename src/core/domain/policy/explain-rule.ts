import { conditionsOf, type Condition, type Subject } from "./conditions.ts";
import { decidingRules, isByTagAlone, isInForce } from "./deciding-rules.ts";
import { judge, tightens, type Policy, type Verdict } from "./policy.ts";
import type { Rule } from "./policy-schema.ts";
import { formatInstant, type Instant } from "../time.ts";

/**
 * What became of one rule, and why. `decides`: it is the base. `tightens`: it makes the base's verdict stricter. `outranked`: it matches, may only be stricter, and is
 * not. `not known`: it waits for the creator.
 */
export interface RuleExplanation {
  readonly rule: string;
  readonly outcome: "decides" | "tightens" | "does not match" | "outranked" | "not known" | "not reached";
  readonly why: readonly string[];
}

/** What `judge` says about one link, and how each rule fared on the way to it. */
export interface Explanation {
  readonly verdict: Verdict;
  /** Every rule, in the order of the policy. */
  readonly rules: readonly RuleExplanation[];
}

/**
 * Which rules decide, and why the others do not. Uses what `judge` uses, so that it cannot tell another
 * story.
 */
export function explain(subject: Subject, policy: Policy, now: Instant): Explanation {
  const { base, tighteners } = decidingRules(subject, policy, now);
  const place = base ? policy.rules.indexOf(base) : Infinity;
  const rules = policy.rules.map((rule, index) => {
    if (index === place) return { ...matched(rule, subject), outcome: "decides" } as const;
    if (index > place) return notReached(rule);
    return tighteners.includes(rule) && tightens(rule, base)
      ? ({ ...matched(rule, subject), outcome: "tightens" } as const)
      : explainRule(rule, subject, now);
  });
  return { verdict: judge(subject, policy, now), rules };
}

/** Why a rule that no earlier one keeps from deciding adds nothing. */
export function explainRule(rule: Rule, subject: Subject, now: Instant): RuleExplanation {
  const { name } = rule;
  if (!isInForce(rule, now))
    return {
      rule: name,
      outcome: "does not match",
      why: [`it was valid until ${formatInstant(rule.validUntil ?? now)}`],
    };
  const conditions = conditionsOf(rule, subject);
  const lacking = conditions.filter(({ standing }) => standing === "fails" || standing === "open");
  if (lacking.length > 0) {
    const isOpen = lacking.every(({ standing }) => standing === "open");
    return { rule: name, outcome: isOpen ? "not known" : "does not match", why: lacking.map(words) };
  }
  return { rule: name, outcome: "outranked", why: [onlyStricter(rule, subject)] };
}

/** Why a rule that matches may not loosen. */
function onlyStricter(rule: Rule, { attribution }: Subject): string {
  const without = "it may only be stricter than what holds without it";
  if (isByTagAlone(rule))
    return "it matches by tag, which the VM's owner can change: without `trustTags` it may only be stricter than what holds without it";
  return attribution.kind === "ambiguous"
    ? `it does not match everyone who may have created the link: ${without}`
    : `it matches the creator by a name that Entra may not have verified: ${without}`;
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

const words = ({ field, wanted, found, standing }: Condition): string =>
  `${field} ${found === undefined ? "is not known" : `"${found}"`} ${matching(standing, found !== undefined)} "${wanted}"`;

function matching(standing: Condition["standing"], isKnown: boolean): string {
  if (!isKnown) return "and would have to match";
  if (standing === "holds") return "matches";
  return standing === "in part" ? "matches in part" : "does not match";
}
