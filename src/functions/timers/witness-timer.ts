import type { TimerHandler } from "@azure/functions";
import { witness, type WitnessPorts } from "../../core/flows/witness/witness.ts";
import { portsOf, type App } from "../invocation.ts";

export interface WitnessApp extends App {
  readonly world: Omit<WitnessPorts, "log">;
}

/** Every quarter of an hour: what the Activity Log has and Event Grid did not bring. A subscription that failed throws, so that the platform shows it red. */
export const witnessTimer =
  (app: WitnessApp): TimerHandler =>
  async (_timer, context) => {
    await witness({ ...portsOf(app, context), activityLog: app.world.activityLog }, app.settings);
  };
