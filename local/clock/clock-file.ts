/**
 * One clock for many processes: a file says how far ahead of the machine's clock they are. Each line is an advance in milliseconds, and
 * lines are only ever added: time never goes back, and of two who advance at once both count.
 */
import { appendFileSync, readFileSync, statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

/** Names the file in the environment of every process that follows it. */
export const clockFileVariable = "LOCAL_CLOCK_FILE";

const rereadAfterInMs = 10;

/** How far ahead the file says we are, in milliseconds. A file that is not there yet says nothing; a line that is cut off says nothing yet. */
export function aheadInMs(file: string): number {
  if (!statSync(file, { throwIfNoEntry: false })) return 0;
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1).map(Number);
  return lines.filter((byInMs) => byInMs > 0).reduce((sum, byInMs) => sum + byInMs, 0);
}

/** The same, cheap enough to be asked at every look at the clock: the file is read again after 10 ms at the earliest. */
export function follower(file: string): () => number {
  let ahead = 0;
  let readAt = -Infinity;
  return () => {
    const now = performance.now();
    if (now - readAt < rereadAfterInMs) return ahead;
    readAt = now;
    ahead = Math.max(ahead, aheadInMs(file));
    return ahead;
  };
}

/** Lets time pass for all who follow the file. Resolves when each of them reads the new time. */
export async function advanceClockFile(file: string, byInMs: number): Promise<void> {
  appendFileSync(file, `${Math.round(byInMs)}\n`);
  await delay(2 * rereadAfterInMs);
}
