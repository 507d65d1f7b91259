import type { TimerHandler } from "@azure/functions";
import { isLocalEndpoint } from "../../config/endpoints.ts";
import type { Config } from "../../config/config.ts";
import { sweep, type Spread } from "../../core/flows/watch/sweep.ts";
import { halfInterval } from "../api/request/sweep-due.ts";
import { portsOf, type App } from "../invocation.ts";

/** When sweeps come, and whether of a real Azure: no run of the local stack depends on chance. */
export type SweepTimes = Pick<Config, "sweepSchedule" | "armEndpoint">;

/** Every interval: one reconcile message a bastion, within half of the interval. An incomplete sweep throws, so that the platform shows it red. */
export const sweepTimer =
  (app: App, times: SweepTimes): TimerHandler =>
  async (_timer, context) => {
    await sweep(portsOf(app, context), app.settings, spreadOf(times, app));
  };

const spreadOf = ({ sweepSchedule, armEndpoint }: SweepTimes, { world }: App): Spread | undefined =>
  isLocalEndpoint(armEndpoint)
    ? undefined
    : { within: halfInterval(sweepSchedule, world.clock.now()), chance: Math.random };
