/** Who gets what, where everybody wants one thing of their own and several may fit (a maximum matching in a bipartite graph, by augmenting paths). */
export interface Pairing<Left, Right> {
  readonly of: ReadonlyMap<Left, Right>;
  /** Those for whom nothing is left. */
  readonly leftOver: readonly Left[];
  /** Of some who want more than there is, everybody who may be the one without: one and those whose things they want. */
  readonly contenders: (left: Left) => readonly Left[];
}

/** Whoever comes first in `lefts` is never left over for the sake of one who comes later. */
export function match<Left, Right>(
  lefts: readonly Left[],
  fitting: (left: Left) => readonly Right[],
): Pairing<Left, Right> {
  const owner = new Map<Right, Left>();
  const place = (left: Left, seen: Set<Right>): boolean => {
    const wanted = fitting(left);
    const free = wanted.find((right) => !owner.has(right));
    for (const right of free === undefined ? wanted : [free]) {
      if (seen.has(right)) continue;
      seen.add(right);
      const before = owner.get(right);
      if (before !== undefined && !place(before, seen)) continue;
      owner.set(right, left);
      return true;
    }
    return false;
  };
  const leftOver = lefts.filter((left) => !place(left, new Set()));
  const contenders = (first: Left): readonly Left[] => {
    const found = new Set([first]);
    for (const left of found)
      for (const right of fitting(left)) {
        const other = owner.get(right);
        if (other !== undefined) found.add(other);
      }
    return [...found];
  };
  return { of: new Map([...owner].map(([right, left]) => [left, right])), leftOver, contenders };
}
