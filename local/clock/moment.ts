/** Waiting for a moment on a clock that may leap. Node's timers count real time, so the clock is looked at again every 50 ms. */
import { setTimeout as delay } from "node:timers/promises";

const napInMs = 50;

/** Runs `run` once, soon after the clock has reached `moment`, however it got there. Returns how to call that off. Keeps no process alive. */
export function atMoment(moment: number, run: () => void, now: () => number = () => Date.now()): () => void {
  let nap: NodeJS.Timeout;
  const wait = () => {
    nap = setTimeout(look, Math.min(Math.max(0, moment - now()), napInMs)).unref();
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
  while (Date.now() < moment && !signal.aborted) {
    await delay(Math.min(moment - Date.now(), napInMs), undefined, { signal }).catch(() => undefined);
  }
}
