import { atMoment } from "../clock/moment.ts";
import type { Clock } from "./clock.ts";

interface Appointment {
  readonly dueAt: number;
  readonly run: () => void;
}

const nothing = () => undefined;

/**
 * The clock of the simulated Azure and everything that is still to happen on it: operations that end, events that arrive late.
 * Real time passes here too; when the clock leaps, what falls due on the way happens at once and in order.
 */
export class Timeline {
  readonly #clock: Clock;
  readonly #appointments = new Set<Appointment>();
  #awaited = Infinity;
  #callOff: () => void = nothing;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayInMs: number, run: () => void): void {
    const dueAt = this.now() + delayInMs;
    this.#appointments.add({ dueAt, run });
    if (dueAt < this.#awaited) this.#waitFor(dueAt);
  }

  /** Resolves when everybody who shares the clock reads the new time, and what fell due here has happened. */
  async advance(byInMs: number): Promise<void> {
    await this.#clock.advance(byInMs);
    this.#meet();
  }

  /** Back to real time; whatever was still to happen does not. */
  reset(): void {
    this.#waitFor(Infinity);
    this.#appointments.clear();
    this.#clock.reset();
  }

  #waitFor(moment: number): void {
    this.#callOff();
    this.#awaited = moment;
    const meet = () => {
      this.#meet();
    };
    this.#callOff = moment === Infinity ? nothing : atMoment(moment, meet, () => this.now());
  }

  #meet(): void {
    const now = this.now();
    const due = [...this.#appointments].filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    for (const appointment of due) if (this.#appointments.delete(appointment)) appointment.run();
    this.#waitFor([...this.#appointments].reduce((first, { dueAt }) => Math.min(first, dueAt), Infinity));
  }
}
