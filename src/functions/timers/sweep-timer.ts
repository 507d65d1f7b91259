import type { TimerHandler } from "@azure/functions";
import { sweep } from "../../core/flows/watch/sweep.ts";
import { portsOf, type App } from "../invocation.ts";

/** Every interval: one reconcile message a bastion. An incomplete sweep throws, so that the platform shows it red. */
export const sweepTimer =
  (app: App): TimerHandler =>
  async (_timer, context) => {
    await sweep(portsOf(app, context), app.settings);
  };
