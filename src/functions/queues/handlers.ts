import { activityEvent } from "./activity-event.ts";
import { activityMessage } from "./activity-message.ts";
import { alertMessage } from "./alert-message.ts";
import type { App } from "../invocation.ts";
import { poisonMessage } from "./poison-message.ts";
import { reconcileMessage } from "./reconcile-message.ts";

/** What Event Grid and the queues bring. */
export const messageHandlers = (app: App) => ({
  activityEvent: activityEvent(app),
  activity: activityMessage(app),
  reconcile: reconcileMessage(app),
  alerts: alertMessage(app),
  "activity-poison": poisonMessage("activity", app),
  "reconcile-poison": poisonMessage("reconcile", app),
  "reconcile-later-poison": poisonMessage("reconcile-later", app),
  "alerts-poison": poisonMessage("alerts", app),
});
