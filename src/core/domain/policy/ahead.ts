/** What the policy will say: rules end, and each end ahead is looked at. */
import { latest, type Instant, type Milliseconds } from "../time.ts";
import type { Subject } from "./conditions.ts";
import { endsAhead } from "./deciding-rules.ts";
import { judge, type Policy, type Verdict } from "./policy.ts";

/** A stretch of time in which the same rules are in force: from now, or the end of a rule, until the end of the next. */
export interface Spell {
  readonly from: Instant;
  /** Undefined: for good. */
  readonly until: Instant | undefined;
  readonly verdict: Verdict;
}

/** From `now` on, in their order. Each is judged only once it is asked for, the first not at all where `verdict` is known. */
export function* spellsOf(
  subject: Subject,
  policy: Policy,
  { now, verdict = judge(subject, policy, now) }: { readonly now: Instant; readonly verdict?: Verdict },
): Generator<Spell, void> {
  const ends = endsAhead(subject, policy, now);
  yield { from: now, until: ends[0], verdict };
  for (const [index, from] of ends.entries())
    yield { from, until: ends[index + 1], verdict: judge(subject, policy, from) };
}

/** When the policy calls a link over. */
export interface End {
  readonly at: Instant;
  /** How long before people are warned: as the rule says that holds until then. */
  readonly warnBefore: Milliseconds;
  /** A rule that allows the link ends then and leaves it forbidden: nothing reaches past that. */
  readonly isRulesEnd: boolean;
}

/**
 * The first moment at which the rules in force at that moment call the link over. `endUnder`: when a verdict would end it, if it held for good. What is
 * forbidden now, whoever made it, is over by that alone, whatever ends later.
 */
export function firstEnd(spells: Iterable<Spell>, endUnder: (verdict: Verdict) => Instant): End {
  let before: Verdict | undefined;
  for (const { from, until, verdict } of spells) {
    const end = before ? endAfter(before, { from, verdict }, endUnder) : endOf(verdict, endUnder);
    const isOver = !before && !verdict.allowed && verdict.creatorDecides === undefined;
    if (until === undefined || end.at < until || isOver) return end;
    before = verdict;
  }
  throw new Error("there is a spell that has no end");
}

const endOf = (verdict: Verdict, endUnder: (verdict: Verdict) => Instant): End => ({
  at: endUnder(verdict),
  warnBefore: verdict.warnBefore,
  isRulesEnd: false,
});

/** What a spell makes of a link that the one before it left. */
function endAfter(
  before: Verdict,
  { from, verdict }: Pick<Spell, "from" | "verdict">,
  endUnder: (verdict: Verdict) => Instant,
): End {
  const isRulesEnd = !verdict.allowed && verdict.creatorDecides === undefined;
  const at = isRulesEnd ? from : latest(from, endUnder(verdict));
  return { at, warnBefore: at === from ? before.warnBefore : verdict.warnBefore, isRulesEnd };
}
