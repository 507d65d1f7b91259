/**
 * bastion-watchdog on one page: every trigger, where it comes from, and the flow it calls.
 *
 * Whatever happens, it ends in `reconcile`: read what is remembered, list the links in Azure, decide, commit, act.
 * Events, timers, people and retries only say when.
 */
import { app } from "@azure/functions";
import manifest from "../package.json" with { type: "json" };
import { ConfigError, readConfig, type Config } from "./config.ts";
import { activityEvent } from "./functions/activity-event.ts";
import { activityMessage } from "./functions/activity-message.ts";
import { alertMessage } from "./functions/alert-message.ts";
import { consoleActions } from "./functions/console/actions.ts";
import { alertsView, bastionView, consolePage, ledgerView, linkView, overviewView } from "./functions/console/pages.ts";
import { anchorTimer } from "./functions/anchor-timer.ts";
import { archiveTimer } from "./functions/archive-timer.ts";
import { digestTimer } from "./functions/digest-timer.ts";
import { bastionsHttp } from "./functions/bastions-http.ts";
import { healthHttp, unhealthyHttp } from "./functions/health-http.ts";
import { ledgerHttp } from "./functions/ledger-http.ts";
import { linkHttp, linksHttp } from "./functions/links-http.ts";
import { misconfiguredTimer } from "./functions/misconfigured-timer.ts";
import type { EvidenceApp } from "./functions/invocation.ts";
import { openapiHttp } from "./functions/openapi-http.ts";
import { poisonMessage } from "./functions/poison-message.ts";
import { reconcileMessage } from "./functions/reconcile-message.ts";
import { scanHttp } from "./functions/scan-http.ts";
import { sweepTimer } from "./functions/sweep-timer.ts";
import { teamsChannel, wire } from "./wiring.ts";

const connection = "AzureWebJobsStorage";

function watch(config: Config): void {
  const watchdog = {
    world: wire(config, (message) => {
      console.warn(message);
    }),
    settings: config,
  };

  // Azure tells us: Event Grid → queue (the deployed default), or Event Grid → function (switched off by a setting).
  app.storageQueue("activity-message", { queueName: "activity", connection, handler: activityMessage(watchdog) });
  app.eventGrid("activity-event", { handler: activityEvent(watchdog) });

  // Nobody tells us: every interval each bastion gets a message, so that a lost event costs one interval.
  app.timer("sweep", { schedule: config.sweepSchedule, handler: sweepTimer(watchdog) });

  // The day in one alert, also when all is quiet. Local time is judged in code.
  app.timer("digest", { schedule: "0 0 * * * *", handler: digestTimer(config.digest, watchdog) });

  // One bastion, one operation. What is due later waits in a queue of its own.
  app.storageQueue("reconcile", { queueName: "reconcile", connection, handler: reconcileMessage(watchdog) });
  app.storageQueue("reconcile-later", { queueName: "reconcile-later", connection, handler: reconcileMessage(watchdog) });

  // Alerts that did not get through at the first try.
  app.storageQueue("deliver-alert", { queueName: "alerts", connection, handler: alertMessage(watchdog) });

  // The ledger's outside: an anchor every hour, archive and verification every night.
  app.timer("anchor", { schedule: "0 7 * * * *", handler: anchorTimer(watchdog) });
  app.timer("archive", { schedule: "0 40 2 * * *", handler: archiveTimer(watchdog) });

  // Machines and probes ask. Read-only; no route serves people, too.
  answerMachines(watchdog, config);

  // People look and act on pages. The platform signs them in; who may, our code decides.
  const people = { ...watchdog, console: config.console };
  const pages = {
    console: overviewView,
    "console/link": linkView,
    "console/bastion": bastionView,
    "console/ledger": ledgerView,
    "console/alerts": alertsView,
  };
  for (const [route, view] of Object.entries(pages)) {
    app.http(route.replace("/", "-"), { methods: ["GET"], route, authLevel: "anonymous", handler: consolePage(people, view) });
  }
  app.http("console-actions", { methods: ["POST"], route: "console/actions", authLevel: "anonymous", handler: consoleActions(people) });

  // What failed five times is never silent.
  for (const queue of ["activity", "reconcile", "reconcile-later", "alerts"]) {
    app.storageQueue(`${queue}-poison`, { queueName: `${queue}-poison`, connection, handler: poisonMessage(queue, watchdog) });
  }
}

function answerMachines(watchdog: EvidenceApp, { sweepSchedule: schedule }: Config): void {
  const health = { ...watchdog, schedule, version: manifest.version, startedAt: watchdog.world.clock.now() };
  app.http("scan", { methods: ["POST"], route: "api/scan", authLevel: "function", handler: scanHttp(watchdog) });
  app.http("links", { methods: ["GET", "HEAD"], route: "api/links", authLevel: "function", handler: linksHttp(watchdog) });
  app.http("link", { methods: ["GET", "HEAD"], route: "api/links/{id}", authLevel: "function", handler: linkHttp(watchdog) });
  app.http("bastions", { methods: ["GET", "HEAD"], route: "api/bastions", authLevel: "function", handler: bastionsHttp(watchdog) });
  app.http("ledger", { methods: ["GET", "HEAD"], route: "api/ledger", authLevel: "function", handler: ledgerHttp(watchdog) });
  app.http("health", { methods: ["GET", "HEAD"], route: "api/health", authLevel: "anonymous", handler: healthHttp(health) });
  app.http("openapi", {
    methods: ["GET", "HEAD"],
    route: "api/openapi.json",
    authLevel: "anonymous",
    handler: openapiHttp(manifest.version),
  });
}

/** A bad configuration is loud: health says why, a timer fails every interval, and messages wait in their queues. */
function refuse(error: ConfigError): void {
  const channel = error.teamsWebhookUrl === undefined ? undefined : teamsChannel(error.teamsWebhookUrl, undefined);
  console.error(error.message);
  app.http("health", { methods: ["GET", "HEAD"], route: "api/health", authLevel: "anonymous", handler: unhealthyHttp(error) });
  app.timer("misconfigured", { schedule: "0 */5 * * * *", runOnStartup: true, handler: misconfiguredTimer(error, channel) });
}

try {
  watch(readConfig(process.env));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  refuse(error);
}
