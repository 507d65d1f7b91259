import { setTimeout as delay } from "node:timers/promises";

const pollEveryMs = 20;
/** A quarter of a minute, for a machine that is busy with other things; never what is claimed. */
const polls = 750;

/** Waits for what comes by itself: the check's answer as soon as it does not throw, or, at the end of the patience, its last failure. Time that is faked does not move. */
export async function eventually<Answer>(check: () => Answer | Promise<Answer>): Promise<Answer> {
  for (let poll = 1; poll < polls; poll += 1) {
    try {
      return await check();
    } catch {
      await delay(pollEveryMs);
    }
  }
  return await check();
}

/** Waits until it holds. */
export const until = (holds: () => boolean | Promise<boolean>): Promise<void> =>
  eventually(async () => {
    if (!(await holds())) throw new Error("Waited for something that did not happen");
  });
