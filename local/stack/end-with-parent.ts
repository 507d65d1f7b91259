/**
 * Loaded before a part of the stack that was started as a child process: a parent that dies, however it dies, closes the channel
 * between the two, and the part then stops as if it had been asked to.
 */
import { isMainThread } from "node:worker_threads";

const graceInMs = 10_000;

if (isMainThread && process.channel) {
  process.once("disconnect", () => {
    setTimeout(() => process.exit(1), graceInMs).unref();
    process.kill(process.pid, "SIGTERM");
  });
  process.channel.unref();
}
