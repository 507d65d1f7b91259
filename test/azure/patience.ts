import { onTestFinished, vi } from "vitest";

/** How long a wait takes that is sure to be in vain. */
const inVainInMs = 50;
const realTimeout = AbortSignal.timeout.bind(AbortSignal);

let waits: AbortController[] = [];
let isOver = false;

function timeout(): AbortSignal {
  if (isOver) return realTimeout(inVainInMs);
  const wait = new AbortController();
  waits.push(wait);
  return wait.signal;
}

function runsOut(): void {
  isOver = true;
  for (const wait of waits)
    wait.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
}

/**
 * Takes the waits of a test for answers (`AbortSignal.timeout`) out of real time: however slow the machine, none ends before `runsOut` is
 * called, where an answer is certain never to come. Those that begin later end soon.
 */
export function patience(): { readonly runsOut: () => void } {
  const spy = vi.spyOn(AbortSignal, "timeout").mockImplementation(timeout);
  onTestFinished(() => {
    spy.mockRestore();
    [waits, isOver] = [[], false];
  });
  return { runsOut };
}
