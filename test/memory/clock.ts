import type { Clock } from "../../src/core/ports.ts";
import { after, instant, parseInstant, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";

/** A clock that stands still until a test moves it. */
export interface SettableClock extends Clock {
  set(moment: Instant): void;
  advance(length: Milliseconds): Instant;
}

export function settableClock(start: Instant = at("2026-11-21T08:00:00Z")): SettableClock {
  let moment = start;
  return {
    now: () => moment,
    set: (next) => {
      moment = next;
    },
    advance: (length) => (moment = after(moment, length)),
  };
}

/** A moment as people write it; a typo in a test is an error, not the epoch. */
export function at(text: string): Instant {
  const moment = parseInstant(text);
  if (moment === undefined) throw new Error(`"${text}" is no date`);
  return instant(moment);
}

/** Whoever sleeps is all that happens: time passes at once. */
export const sleepOn =
  (clock: SettableClock) =>
  async (length: Milliseconds): Promise<void> => {
    await Promise.resolve();
    clock.advance(Math.max(0, length));
  };
