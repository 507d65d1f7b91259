/**
 * Loaded before anything else (`node --import`), in a process and in each of its threads: from here on `Date` is ahead of the machine's
 * clock by what the file named in `LOCAL_CLOCK_FILE` says. Without the variable nothing changes. `performance.now` and Node's timers stay
 * real: who waits for a moment waits by `moment.ts`.
 */
import { clockFileVariable, follower } from "./clock-file.ts";

function shiftDate(ahead: () => number): void {
  const machine = Date;
  const machineNow = Date.now;
  const now = () => machineNow() + ahead();
  machine.now = now;
  globalThis.Date = new Proxy(machine, {
    apply: () => new machine(now()).toString(),
    construct: (target, args: unknown[], asked: NewableFunction): Date =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, asked) as Date,
  });
  machine.prototype.constructor = globalThis.Date;
}

const file = process.env[clockFileVariable];
if (file) shiftDate(follower(file));
