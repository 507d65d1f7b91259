import { activityEvent } from "./activity-event.ts";
import { activityMessage } from "./activity-message.ts";
import { alertMessage, type AlertsApp } from "./alert-message.ts";
import { poisonMessage } from "./poison-message.ts";
import { reconcileMessage } from "./reconcile-message.ts";
import { sessionsMessage } from "./sessions-message.ts";

/** What Event Grid and the queues bring. */
export const messageHandlers = (app: AlertsApp) => ({
  activityEvent: activityEvent(app),
  activity: activityMessage(app),
  reconcile: reconcileMessage(app),
  alerts: alertMessage(app),
  sessions: sessionsMessage(app),
  activityPoison: poisonMessage("activity", app),
  reconcilePoison: poisonMessage("reconcile", app),
  reconcileLaterPoison: poisonMessage("reconcile-later", app),
  alertsPoison: poisonMessage("alerts", app),
  sessionsPoison: poisonMessage("sessions", app),
});
