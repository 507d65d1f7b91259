import type { Attribution } from "../attribution/attribution.ts";
import type { Instant } from "../time.ts";
import {
  creatorTest,
  mayBeSomebodyElse,
  possibleCreators,
  standingOfCreator,
  type Fulfilment,
  tagTest,
  type Subject,
} from "./conditions.ts";
import type { Rule } from "./policy-schema.ts";
import { rulesAt, type MatchedRule, type RuleMatcher } from "./rule-matcher.ts";

/** What a verdict is made of. */
export interface DecidingRules {
  /** The first rule in force that matches for certain; undefined for the built-in default. */
  readonly base: Rule | undefined;
  /** Every rule before it that matches and may only make it stricter. */
  readonly tighteners: readonly Rule[];
}

interface Rules {
  readonly rules: readonly Rule[];
}

/** At `validUntil` itself the rule no longer counts; without one it counts for good. */
export const isInForce = (rule: Rule, now: Instant): boolean =>
  rule.validUntil === undefined || now < rule.validUntil;

/** The VM's owner writes its tags: a rule that matches by those, and does not vouch for them, may tighten, never loosen. */
export const isByTagAlone = ({ match, trustTags }: Rule): boolean =>
  match?.tags !== undefined && trustTags !== true;

/** The rules that decide about a link, by what is known of it. */
export const decidingRules = (subject: Subject, policy: Rules, now: Instant): DecidingRules =>
  decidedBy(inQuestion(subject, policy, now), creatorTest(subject.attribution));

/** The same for each who may have made it, strangers included; empty where its creator is known. */
export function decidingRulesByCreator(
  subject: Subject,
  policy: Rules,
  now: Instant,
): readonly DecidingRules[] {
  const { attribution } = subject;
  if (attribution.kind === "known") return [];
  const rules = inQuestion(subject, policy, now);
  return [
    ...possibleCreators(attribution).map((caller) => decidedBy(rules, creatorTest({ ...somebody, caller }))),
    ...(mayBeSomebodyElse(attribution) ? strangers(rules) : []),
  ];
}

/** Whether no rule by creator waits for anything: it is known who made the link, or each rule holds for all of the candidates or for none. */
export const isCreatorSettled = (attribution: Attribution, { rules }: Rules): boolean =>
  attribution.kind === "known" ||
  (!mayBeSomebodyElse(attribution) &&
    rules.every((rule) => {
      const standing = standingOfCreator(rule, attribution);
      return standing === "holds" || standing === "fails";
    }));

const somebody = { kind: "known", eventId: "", reportedAt: 0 as Instant, correlationId: undefined } as const;

/** Somebody of whom no rule speaks, and whomever the first rule by creator that allows anything speaks of: no later one reaches further. */
function strangers(rules: readonly MatchedRule[]): readonly DecidingRules[] {
  const mayAllow = rules.find(
    ({ rule, matcher }) => matcher.creator !== undefined && rule.allow !== false && !isByTagAlone(rule),
  );
  const whomOnly = (only: RuleMatcher | undefined) =>
    decidedBy(rules, (matcher) => (matcher.creator === undefined || matcher === only ? "holds" : "fails"));
  return mayAllow ? [whomOnly(mayAllow.matcher), whomOnly(undefined)] : [whomOnly(undefined)];
}

/** Those in force that ask for nothing but a creator that this link lacks. */
function inQuestion(subject: Subject, { rules }: Rules, now: Instant): readonly MatchedRule[] {
  const hasTags = tagTest(subject.tags);
  return rulesAt(subject, rules).filter(({ rule, matcher }) => isInForce(rule, now) && hasTags(matcher));
}

/** The moments ahead at which a rule ends that such a link could be judged by, in their order. */
export const endsAhead = (subject: Subject, { rules }: Rules, now: Instant): readonly Instant[] =>
  [
    ...new Set(
      rulesAt(subject, rules).flatMap(({ rule: { validUntil } }) =>
        validUntil !== undefined && validUntil > now ? [validUntil] : [],
      ),
    ),
  ].sort((one, other) => one - other);

function decidedBy(
  rules: readonly MatchedRule[],
  standingOf: (matcher: RuleMatcher) => Fulfilment,
): DecidingRules {
  const tighteners: Rule[] = [];
  for (const { rule, matcher } of rules) {
    const standing = standingOf(matcher);
    if (standing === "holds" && !isByTagAlone(rule)) return { base: rule, tighteners };
    if (standing === "holds" || standing === "in part") tighteners.push(rule);
  }
  return { base: undefined, tighteners };
}
