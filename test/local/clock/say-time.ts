/** Says, as often as it is asked, what time it is in this process and in a thread of it. */
import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

/** What the clock says, whichever way it is asked, and what must not change. */
export interface Look {
  readonly now: number;
  readonly fresh: number;
  readonly text: number;
  readonly performance: number;
  readonly given: string;
  readonly year: number;
  readonly isDate: boolean;
}

const look = (): Look => ({
  now: Date.now(),
  fresh: new Date().getTime(),
  text: Date.parse(Date()),
  performance: performance.timeOrigin + performance.now(),
  given: new Date(0).toISOString(),
  year: new Date(2030, 0, 1).getFullYear(),
  isDate:
    new Date() instanceof Date &&
    new Date().constructor === Date &&
    new (class extends Date {})() instanceof Date,
});

async function answerFor(thread: Worker): Promise<void> {
  const answer = once(thread, "message") as Promise<[Look]>;
  thread.postMessage("look");
  process.send?.([look(), (await answer)[0]]);
}

if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url));
  process.on("message", () => void answerFor(thread));
} else {
  parentPort?.on("message", () => parentPort?.postMessage(look()));
}
