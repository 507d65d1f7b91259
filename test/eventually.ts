import { vi } from "vitest";

/** For a machine that is busy with other things; never what is claimed. */
const capInMs = 15_000;

/** Waits for what comes by itself: the check's answer as soon as it does not throw, or, at the end of the patience, its last failure. */
export const eventually = <Answer>(check: () => Answer | Promise<Answer>): Promise<Answer> =>
  vi.waitFor(check, { timeout: capInMs, interval: 20 });

/** Waits until it holds. */
export const until = (holds: () => boolean | Promise<boolean>): Promise<void> =>
  eventually(async () => {
    if (!(await holds())) throw new Error("Waited for something that did not happen");
  });
