/**
 * bastion-watchdog on one page: every trigger, where it comes from, and the flow it calls.
 *
 * Whatever happens, it ends in `reconcile`: read what is remembered, list the links in Azure, decide, commit, act.
 * Events, timers, people and retries only say when.
 */
import { app } from "@azure/functions";
import { ConfigError, readConfig, type Config } from "./config.ts";
import { activityEvent } from "./functions/activity-event.ts";
import { activityMessage } from "./functions/activity-message.ts";
import { alertMessage } from "./functions/alert-message.ts";
import { healthHttp, unhealthyHttp } from "./functions/health-http.ts";
import { misconfiguredTimer } from "./functions/misconfigured-timer.ts";
import { poisonMessage } from "./functions/poison-message.ts";
import { reconcileMessage } from "./functions/reconcile-message.ts";
import { scanHttp } from "./functions/scan-http.ts";
import { sweepTimer } from "./functions/sweep-timer.ts";
import { teamsChannel, wire } from "./wiring.ts";

const connection = "AzureWebJobsStorage";

function watch(config: Config): void {
  const watchdog = { world: wire(config), settings: config };

  // Azure tells us: Event Grid → queue (the deployed default), or Event Grid → function (switched off by a setting).
  app.storageQueue("activity-message", { queueName: "activity", connection, handler: activityMessage(watchdog) });
  app.eventGrid("activity-event", { handler: activityEvent(watchdog) });

  // Nobody tells us: every interval each bastion gets a message, so that a lost event costs one interval.
  app.timer("sweep", { schedule: config.sweepSchedule, handler: sweepTimer(watchdog) });

  // One bastion, one operation. What is due later waits in a queue of its own.
  app.storageQueue("reconcile", { queueName: "reconcile", connection, handler: reconcileMessage(watchdog) });
  app.storageQueue("reconcile-later", { queueName: "reconcile-later", connection, handler: reconcileMessage(watchdog) });

  // Alerts that did not get through at the first try.
  app.storageQueue("deliver-alert", { queueName: "alerts", connection, handler: alertMessage(watchdog) });

  // People and probes ask.
  app.http("scan", { methods: ["POST"], route: "api/scan", authLevel: "function", handler: scanHttp(watchdog) });
  app.http("health", { methods: ["GET"], route: "api/health", authLevel: "anonymous", handler: healthHttp });

  // What failed five times is never silent.
  for (const queue of ["activity", "reconcile", "reconcile-later", "alerts"]) {
    app.storageQueue(`${queue}-poison`, { queueName: `${queue}-poison`, connection, handler: poisonMessage(queue, watchdog) });
  }
}

/** A bad configuration is loud: health says why, a timer fails every interval, and messages wait in their queues. */
function refuse(error: ConfigError): void {
  const channel = error.teamsWebhookUrl === undefined ? undefined : teamsChannel(error.teamsWebhookUrl, undefined);
  console.error(error.message);
  app.http("health", { methods: ["GET"], route: "api/health", authLevel: "anonymous", handler: unhealthyHttp(error) });
  app.timer("misconfigured", { schedule: "0 */5 * * * *", runOnStartup: true, handler: misconfiguredTimer(error, channel) });
}

try {
  watch(readConfig(process.env));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  refuse(error);
}
