/** The story as it is printed: seconds since the start, where it happened, what happened. */
export class TimeLine {
  readonly #startedAt: number;
  readonly #print: (line: string) => void;

  constructor(startedAt: number, print: (line: string) => void) {
    this.#startedAt = startedAt;
    this.#print = print;
  }

  azure(what: string): void {
    this.#line("Azure", what);
  }

  channel(title: string): void {
    this.#line("channel", title);
  }

  kept(promise: string): void {
    this.#line("", `✔ ${promise}`);
  }

  broken(step: string, why: string): void {
    this.#line("", `✘ ${step}\n     ${why}`);
  }

  get elapsedInMs(): number {
    return Date.now() - this.#startedAt;
  }

  #line(where: string, what: string): void {
    const seconds = (this.elapsedInMs / 1000).toFixed(1).padStart(6);
    this.#print(`${seconds} s  ${where.padEnd(8)} ${what}`);
  }
}
