import type { Milliseconds } from "../../../src/core/domain/time.ts";
import type { Step } from "../steps.ts";
import { stepsOf, type MoveName, type Own } from "./moves.ts";

/** What one owner is up to: moves one after the other, each before the one before has come to its end. */
export interface Scheme extends Own {
  readonly moves: readonly Turn[];
}

interface Turn {
  /** Since the move before began. */
  readonly after: Milliseconds;
  readonly move: MoveName;
  /** In which of its ways. */
  readonly way: number;
}

interface Timed {
  readonly at: Milliseconds;
  readonly step: Step;
}

/** Everything that happens, whoever does it, in its order. */
export function unfolded(steps: readonly Step[], schemes: readonly Scheme[] = []): readonly Step[] {
  const all = [...timed(steps, 0), ...schemes.flatMap(timedScheme)].sort((a, b) => a.at - b.at);
  return all.map(({ at, step }, n) => ({ ...step, after: at - (all[n - 1]?.at ?? 0) }));
}

function timed(steps: readonly Step[], from: Milliseconds): readonly Timed[] {
  let at = from;
  return steps.map((step) => ({ at: (at += step.after), step }));
}

function timedScheme({ moves, ...own }: Scheme): readonly Timed[] {
  let at = 0;
  return moves.flatMap(({ after, move, way }) => timed(stepsOf(move, way, own), (at += after)));
}
