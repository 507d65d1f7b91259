interface Appointment {
  readonly dueAt: number;
  readonly run: () => void;
  timer: NodeJS.Timeout;
}

const longestTimerInMs = 2 ** 31 - 1;

/**
 * The clock of the simulated Azure and everything that is still to happen on it: operations that end, events that arrive late.
 * Real time passes here too; `advance` jumps ahead, and what falls due on the way happens at once and in order.
 */
export class Timeline {
  #aheadInMs = 0;
  readonly #appointments = new Set<Appointment>();

  now(): number {
    return Date.now() + this.#aheadInMs;
  }

  after(delayInMs: number, run: () => void): void {
    const appointment: Appointment = { dueAt: this.now() + delayInMs, run, timer: setTimeout(() => undefined) };
    this.#appointments.add(appointment);
    this.#arm(appointment);
  }

  advance(byInMs: number): void {
    this.#aheadInMs += byInMs;
    const inOrder = [...this.#appointments].sort((a, b) => a.dueAt - b.dueAt);
    for (const appointment of inOrder) this.#meetOrArm(appointment);
  }

  /** Back to real time; whatever was still to happen does not. */
  reset(): void {
    for (const { timer } of this.#appointments) clearTimeout(timer);
    this.#appointments.clear();
    this.#aheadInMs = 0;
  }

  #arm(appointment: Appointment): void {
    clearTimeout(appointment.timer);
    const waitInMs = Math.min(Math.max(0, appointment.dueAt - this.now()), longestTimerInMs);
    appointment.timer = setTimeout(() => {
      this.#meetOrArm(appointment);
    }, waitInMs);
    appointment.timer.unref();
  }

  #meetOrArm(appointment: Appointment): void {
    if (appointment.dueAt > this.now()) {
      this.#arm(appointment);
      return;
    }
    clearTimeout(appointment.timer);
    if (this.#appointments.delete(appointment)) appointment.run();
  }
}
