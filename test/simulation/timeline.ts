import { after, instant, type Instant, type Milliseconds } from "../../src/core/domain/time.ts";
import type { Clock } from "../../src/core/ports.ts";
import type { Random } from "./random.ts";

/**
 * Virtual time and everything that is still to happen in it. What is due at the same moment happens in an order that the
 * seed decides: that is how runs interleave.
 */
export interface Timeline extends Clock {
  at(moment: Instant, happen: Happening): void;
  after(wait: Milliseconds, happen: Happening): void;
  /** When the next thing happens; undefined when nothing is left. */
  next(): Instant | undefined;
  /** Lets time pass until the next thing, and that happen. */
  step(): Promise<void>;
  /** Time passes without anything happening; never backwards. */
  passTo(moment: Instant): Promise<void>;
}

type Happening = () => void | Promise<void>;

interface Appointment {
  readonly at: Instant;
  readonly order: number;
  readonly happen: Happening;
}

export interface TimelineOptions {
  readonly start: Instant;
  readonly random: Random;
  /** Told of every move of the clock, so that another clock can follow. Answers the time it then is. */
  readonly follow?: ((moment: Instant) => Promise<Instant>) | undefined;
}

export function timeline({ start, random, follow }: TimelineOptions): Timeline {
  let now = start;
  const appointments: Appointment[] = [];
  const at = (moment: Instant, happen: Happening) => {
    const appointment = { at: instant(Math.max(moment, now)), order: random.next(), happen };
    let place = appointments.length;
    for (
      let before = appointments[place - 1];
      before && isAfter(before, appointment);
      before = appointments[place - 1]
    )
      place -= 1;
    appointments.splice(place, 0, appointment);
  };
  const passTo = async (moment: Instant) => {
    if (moment <= now) return;
    now = follow ? await follow(moment) : moment;
  };
  return {
    now: () => now,
    at,
    after: (wait, happen) => {
      at(after(now, wait), happen);
    },
    next: () => appointments[0]?.at,
    step: async () => {
      const next = appointments.shift();
      if (!next) return;
      await passTo(next.at);
      await next.happen();
    },
    passTo,
  };
}

const isAfter = (a: Appointment, b: Appointment): boolean =>
  a.at > b.at || (a.at === b.at && a.order > b.order);

/** Everything that can go on without another I/O call has gone on. */
export const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
