import { setTimeout as delay } from "node:timers/promises";

export interface Expectation {
  /** What should come true, in words that fit after "Expected". */
  readonly expected: string;
  readonly withinInMs: number;
  /** What is there instead; asked for only when it is needed. */
  readonly saw: () => unknown;
}

const pollEveryMs = 100;

/** Waits until `probe` finds something. When it does not in time, the error says what was expected and what was seen. */
export async function eventually<Found>(
  { expected, withinInMs, saw }: Expectation,
  probe: () => Found | undefined | Promise<Found | undefined>,
): Promise<Found> {
  const until = Date.now() + withinInMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() >= until)
      throw new Error(
        `Expected within ${withinInMs / 1000} s: ${expected}\n     Saw: ${inWords(await saw())}`,
      );
    await delay(pollEveryMs);
  }
}

function inWords(seen: unknown): string {
  if (typeof seen === "string") return seen;
  if (Array.isArray(seen))
    return seen.length === 0 ? "nothing" : seen.map((one: unknown) => `\n       - ${inWords(one)}`).join("");
  return JSON.stringify(seen);
}
