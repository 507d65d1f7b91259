import { Cron } from "croner";
import { instant, type Instant, type Milliseconds } from "../../../core/domain/time.ts";

/**
 * The last but one time at which the sweep was due: one that has not ended since then is two intervals late. Undefined for a schedule that has not
 * come true twice, or that only the platform can read.
 */
export function secondLastDue(schedule: string, now: Instant): Instant | undefined {
  try {
    const due = new Cron(schedule, { timezone: "UTC", domAndDow: true, paused: true }).previousRuns(
      2,
      new Date(now),
    )[1];
    return due && instant(due.getTime());
  } catch {
    return undefined;
  }
}

/** Half of the time from one sweep to the next; 0 for a schedule that only the platform can read. */
export function halfInterval(schedule: string, now: Instant): Milliseconds {
  try {
    const cron = new Cron(schedule, { timezone: "UTC", domAndDow: true, paused: true });
    const [first, second] = cron.nextRuns(2, new Date(now));
    return first && second ? (second.getTime() - first.getTime()) / 2 : 0;
  } catch {
    return 0;
  }
}
