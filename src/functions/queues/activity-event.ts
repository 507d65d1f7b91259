import type { EventGridHandler } from "@azure/functions";
import { acceptEvent } from "../../core/flows/watch/accept-event.ts";
import { portsOf, type App } from "../invocation.ts";

/**
 * An event that Event Grid pushed to the app: the second door, switched off in the deployed default because a stopped app loses
 * what is pushed to it. A failure throws, which Event Grid answers with its own retries.
 */
export const activityEvent =
  (app: App): EventGridHandler =>
  (event, context) =>
    acceptEvent(event, portsOf(app, context), app.settings);
