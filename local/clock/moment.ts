/** Waiting for a moment on a clock that may leap. Node's timers count real time, so where a clock file is followed the clock is looked at again every 50 ms. */
import { setTimeout as delay } from "node:timers/promises";
import { clockFileVariable } from "./clock-file.ts";

const betweenLooksInMs = 50;
const longestTimeoutInMs = 2 ** 31 - 1;
const leaps = (): boolean => Boolean(process.env[clockFileVariable]);
const napInMs = (): number => (leaps() ? betweenLooksInMs : longestTimeoutInMs);

/** Runs `run` once, soon after the clock has reached `moment`, however it got there. Returns how to call that off. Keeps no process alive. */
export function atMoment(moment: number, run: () => void, now: () => number = () => Date.now()): () => void {
  let nap: NodeJS.Timeout;
  const wait = () => {
    nap = setTimeout(look, Math.min(Math.max(0, moment - now()), napInMs())).unref();
  };
  const look = () => {
    if (now() < moment) wait();
    else run();
  };
  wait();
  return () => {
    clearTimeout(nap);
  };
}

/** Resolves once the clock has reached `moment`, or on `signal`. */
export async function untilMoment(moment: number, signal: AbortSignal): Promise<void> {
  const nap = () =>
    delay(Math.min(Math.max(0, moment - Date.now()), napInMs()), undefined, { signal }).catch(
      () => undefined,
    );
  do await nap();
  while (leaps() && Date.now() < moment && !signal.aborted);
}
