/** What of a policy can never matter, or matters only once a creator is known: found without any link. */
import { idKey } from "../arm-id.ts";
import { anyGuid } from "../guid.ts";
import { isByTagAlone } from "./deciding-rules.ts";
import { matchesGlob } from "./glob.ts";
import { tagKey } from "./rule-matcher.ts";
import { tightens, type Policy } from "./policy.ts";
import type { Rule } from "./policy-schema.ts";

/** Two rules of a policy that have to do with each other. */
export interface RulePair {
  readonly rule: Rule;
  readonly by: Rule;
}

/** Rules of which none is ever reached: `by`, before each, is the base of every link that it matches. */
export const shadowedRules = ({ rules }: Pick<Policy, "rules">): readonly RulePair[] =>
  rules.flatMap((rule, index) => {
    const by = rules.slice(0, index).find((earlier) => shadows(earlier, rule));
    return by ? [{ rule, by }] : [];
  });

/** Rules that may only make others stricter, and are not stricter than any rule that they could be joined with. */
export const idleRules = ({ rules }: Pick<Policy, "rules">): readonly Rule[] =>
  rules.filter((rule, index) => {
    const behind = rules.slice(index + 1);
    const last = behind.findIndex(matchesAlways);
    const bases =
      last < 0 ? [...behind.filter(mayBeBase), undefined] : behind.slice(0, last + 1).filter(mayBeBase);
    return !mayBeBase(rule) && bases.every((base) => !tightens(rule, base));
  });

/** Rules that forbid what `by`, before them, allows to its creators: while nobody is known, neither holds for certain. */
export const forbiddenPastCreators = ({ rules }: Pick<Policy, "rules">): readonly RulePair[] =>
  rules.flatMap((rule, index) => {
    if (rule.allow !== false) return [];
    const by = rules
      .slice(0, index)
      .find(
        (earlier) =>
          earlier.match?.creator !== undefined &&
          earlier.allow !== false &&
          mayBeBase(earlier) &&
          !areApart(earlier, rule),
      );
    return by ? [{ rule, by }] : [];
  });

/** Rules that forbid by creator: where several may have made a link, it is forbidden for a possible one. */
export const forbiddenByCreator = ({ rules }: Pick<Policy, "rules">): readonly Rule[] =>
  rules.filter(({ allow, match }) => allow === false && match?.creator !== undefined);

/** Whether it matches every link, for good. */
export const matchesAlways = ({ match, validUntil }: Rule): boolean =>
  Object.keys(match ?? {}).length === 0 && validUntil === undefined;

/** Whether it can match for certain, so that nothing behind it counts. */
const mayBeBase = (rule: Rule): boolean => !isByTagAlone(rule) && !isByDisplayName(rule.match?.creator);

/** No user principal name, object ID or app ID: only names that nobody vouches for can be it. */
export const isByDisplayName = (creator: string | undefined): boolean =>
  creator !== undefined && !/[*?@]/.test(creator) && !anyGuid.test(creator);

const shadows = (earlier: Rule, rule: Rule): boolean =>
  earlier.match?.creator === undefined &&
  mayBeBase(earlier) &&
  lastsAsLong(earlier, rule) &&
  patternsOf(earlier).every(([field, pattern]) => {
    const inner = patternsOf(rule).find(([other]) => other === field)?.[1];
    return inner !== undefined && isWithin(inner, pattern);
  });

const lastsAsLong = (one: Rule, other: Rule): boolean =>
  one.validUntil === undefined || (other.validUntil !== undefined && other.validUntil <= one.validUntil);

/** Both name one thing of a kind, and not the same. */
const areApart = (one: Rule, other: Rule): boolean =>
  patternsOf(one).some(([field, pattern]) =>
    patternsOf(other).some(
      ([same, another]) =>
        field === same && isLiteral(pattern) && isLiteral(another) && !matchesGlob(pattern, another),
    ),
  );

const patternsOf = ({ match = {} }: Rule): readonly (readonly [field: string, pattern: string])[] => {
  const { tags = {}, ...rest } = match;
  return [
    ...Object.entries(rest).flatMap(([field, pattern]) =>
      pattern === undefined ? [] : [[field, pattern] as const],
    ),
    ...Object.entries(tags).map(([name, pattern]) => [`tag ${tagKey(name)}`, pattern] as const),
  ];
};

const isLiteral = (pattern: string): boolean => !/[*?]/.test(pattern);

/** Whether all that `inner` matches, `outer` matches as well. True only where it is certain. */
function isWithin(inner: string, outer: string): boolean {
  if (outer === "**" || idKey(inner) === idKey(outer)) return true;
  if (isLiteral(inner)) return matchesGlob(outer, inner);
  const [, head] = /^(.*[^*])\*\*$/su.exec(outer) ?? [];
  return head !== undefined && idKey(inner).startsWith(idKey(head));
}
