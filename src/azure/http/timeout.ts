import type { Milliseconds } from "../../core/domain/time.ts";

/** What the work comes to, or undefined if that takes longer. The work goes on, and whoever keeps its promise has the answer later. */
export async function withTimeout<Value>(
  work: Promise<Value>,
  patienceInMs: Milliseconds,
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceInMs, undefined);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}
