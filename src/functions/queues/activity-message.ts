import type { StorageQueueHandler } from "@azure/functions";
import { eventsIn } from "../../core/domain/attribution/events-in.ts";
import { acceptEvent } from "../../core/flows/watch/accept-event.ts";
import { bodyOf } from "./message-body.ts";
import { portsOf, type App } from "../invocation.ts";

/**
 * An event that Event Grid put into the `activity` queue. A message that can never be understood is recorded, told and
 * acknowledged; anything else that fails throws, so that the queue brings it back and, after five times, poisons it.
 */
export const activityMessage =
  (app: App): StorageQueueHandler =>
  async (message, context) => {
    const ports = portsOf(app, context);
    for (const event of eventsIn(bodyOf(message))) await acceptEvent(event, ports, app.settings);
  };
