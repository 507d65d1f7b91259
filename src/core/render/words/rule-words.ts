/** What a link is judged by: the rule that matched for certain, and those that make it stricter. Names stand as they came. */
export const ruleWords = ({
  rule,
  tightenedBy,
}: {
  readonly rule: string;
  readonly tightenedBy?: readonly string[] | undefined;
}): string =>
  tightenedBy === undefined || tightenedBy.length === 0
    ? rule
    : `${rule}, tightened by ${tightenedBy.join(", ")}`;
