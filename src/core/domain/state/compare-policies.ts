import type { RuleChanges } from "../alerts/note.ts";
import type { Policy } from "../policy/policy.ts";
import type { Rule } from "../policy/policy-schema.ts";

type Rules = Pick<Policy, "rules">;

/** Rules of one name are taken as one, as alerts name them. */
export function compareRules({ rules: before }: Rules, { rules: after }: Rules): RuleChanges {
  const [old, now] = [textsOf(before), textsOf(after)];
  const names = (from: ReadonlyMap<string, string>, is: (name: string, text: string) => boolean) =>
    [...from].filter(([name, text]) => is(name, text)).map(([name]) => name);
  const stayed = names(now, (name, text) => old.get(name) === text);
  const order = [...old.keys()].filter((name) => stayed.includes(name));
  return {
    came: names(now, (name) => !old.has(name)),
    went: names(old, (name) => !now.has(name)),
    changed: names(now, (name, text) => old.has(name) && old.get(name) !== text),
    moved: stayed.filter((name, index) => order[index] !== name),
  };
}

function textsOf(rules: readonly Rule[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const rule of rules) texts.set(rule.name, (texts.get(rule.name) ?? "") + JSON.stringify(sorted(rule)));
  return texts;
}

const sorted = (rule: Rule): object => Object.fromEntries(Object.entries(rule).sort());

/** Nothing but rules that forbid came, so that no link is allowed longer than before. */
export const isOnlyTighter = ({ came, went, changed, moved }: RuleChanges, { rules }: Rules): boolean =>
  went.length + changed.length + moved.length === 0 &&
  came.length > 0 &&
  came.every((name) =>
    rules
      .filter((rule) => rule.name === name)
      .every(({ allow, mode }) => allow === false && mode !== "observe"),
  );
