import type { TimerHandler } from "@azure/functions";
import * as z from "zod";
import type { ConfigError } from "../../config/config.ts";
import type { Alert } from "../../core/domain/alerts/alert.ts";
import { instant, seconds } from "../../core/domain/time.ts";
import type { Channel } from "../../core/ports.ts";

const everyHours = 6;

/**
 * Stands in for everything while the configuration is bad: fails every interval, so that the platform shows red, and tells the
 * channel, if there is one, at the first run and every six hours. Messages wait in their queues meanwhile.
 */
export const misconfiguredTimer = (error: ConfigError, channel: Channel | undefined): TimerHandler => {
  let toldAt: number | undefined;
  return async (timer) => {
    const now = Date.now();
    const last = lastRun(timer) ?? toldAt;
    if (channel && (last === undefined || sixHoursOf(last) !== sixHoursOf(now)))
      await channel.send([alertOf(error, now)], { now: instant(now), within: seconds(10) });
    toldAt = now;
    throw error;
  };
};

const schedule = z.object({
  scheduleStatus: z.object({ last: z.iso.datetime({ offset: true, local: true }) }),
});

/** When the platform ran this timer before, whichever instance it was; undefined where it does not keep that. */
function lastRun(timer: unknown): number | undefined {
  const parsed = schedule.safeParse(timer);
  return parsed.success ? Date.parse(parsed.data.scheduleStatus.last) : undefined;
}

const sixHoursOf = (epochMilliseconds: number): number =>
  Math.floor(epochMilliseconds / (everyHours * 3_600_000));

const alertOf = (error: ConfigError, now: number): Alert => ({
  id: "CONFIG",
  kind: "watchdog-trouble",
  severity: "high",
  at: instant(now),
  bastionId: undefined,
  links: [],
  linkCount: 0,
  actors: {},
  notes: [{ kind: "misconfigured", problems: error.problems }],
});
