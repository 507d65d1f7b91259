import { advanceClockFile } from "../clock/clock-file.ts";

/** What the simulated Azure takes for the time, and how it is moved. */
export interface Clock {
  now(): number;
  /** Resolves when everybody who shares the clock reads the new time. */
  advance(byInMs: number): Promise<void>;
  /** Back to real time, where that hurts nobody else. */
  reset(): void;
}

/** A clock of Azure's own: when it leaps, Azure and the app disagree about the time. */
export function ownClock(): Clock {
  let aheadInMs = 0;
  return {
    now: () => Date.now() + aheadInMs,
    advance: (byInMs) => {
      aheadInMs += byInMs;
      return Promise.resolve();
    },
    reset: () => {
      aheadInMs = 0;
    },
  };
}

/** The clock of the whole stack: this process follows the file, as storage and app do. Time that has passed for them stays passed. */
export const sharedClock = (file: string): Clock => ({
  now: () => Date.now(),
  advance: (byInMs) => advanceClockFile(file, byInMs),
  reset: () => undefined,
});
