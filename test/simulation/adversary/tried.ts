import { minutes } from "../../../src/core/domain/time.ts";
import type { History } from "../histories.ts";
import { moveNames, type MoveName } from "./moves.ts";
import type { Scheme } from "./schemes.ts";

/** In how many histories something was tried. */
export interface Tried {
  readonly moves: Record<MoveName, number>;
  /** Three different moves of one owner, the third within half an hour of the first. */
  threeTogether: number;
}

export const nothingTried = (): Tried => ({
  moves: Object.fromEntries(moveNames.map((move) => [move, 0])) as Record<MoveName, number>,
  threeTogether: 0,
});

/** What is tried in a history. */
export const movesIn = ({ schemes = [] }: History): ReadonlySet<MoveName> =>
  new Set(schemes.flatMap(({ moves }) => moves.map(({ move }) => move)));

export function addTried(tried: Tried, history: History): void {
  const { schemes = [] } = history;
  for (const move of movesIn(history)) tried.moves[move] += 1;
  if (schemes.some(hasThreeTogether)) tried.threeTogether += 1;
}

const together = minutes(30);

function hasThreeTogether({ moves }: Scheme): boolean {
  return moves.some((_, first) => {
    let since = 0;
    const within = moves.slice(first).filter(({ after }, n) => (since += n === 0 ? 0 : after) <= together);
    return new Set(within.map(({ move }) => move)).size >= 3;
  });
}
