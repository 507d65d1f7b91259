/**
 * bastion-watchdog on one page: every trigger, where it comes from, and the flow it calls.
 *
 * Whatever happens, it ends in `reconcile`: read what is remembered, list the links in Azure, decide, commit, act.
 * Events, timers, people and retries only say when.
 */
import { app, type HttpHandler, type HttpMethod } from "@azure/functions";
import { ConfigError, readConfig, type Config } from "./config/config.ts";
import type { EvidenceApp } from "./functions/invocation.ts";
import { lazily } from "./lazily.ts";
import { teamsChannel, wire } from "./wiring.ts";

const connection = "AzureWebJobsStorage";

function watch(config: Config): void {
  const world = wire(config, (message) => {
    console.warn(message);
  });
  const startedAt = world.clock.now();
  const watchdog = { world, settings: { ...config, startedAt } };

  // Code is loaded at its first call: an instance that serves a queue never pays for pages.
  const messages = lazily(async () =>
    (await import("./functions/queues/handlers.ts")).messageHandlers(watchdog),
  );
  const timers = lazily(async () =>
    (await import("./functions/timers/handlers.ts")).timerHandlers(watchdog, config),
  );

  // Azure tells us: Event Grid → queue (the deployed default), or Event Grid → function (where a setting asks for it).
  app.storageQueue("activityMessage", { queueName: "activity", connection, handler: messages.activity });
  if (config.eventGridTrigger) app.eventGrid("activityEvent", { handler: messages.activityEvent });

  // Nobody tells us: every interval each bastion gets a message, so that a lost event costs one interval.
  app.timer("sweep", { schedule: config.sweepSchedule, handler: timers.sweep });

  // Event Grid may be deaf: what it did not bring is read from the Activity Log, beside the minutes of the sweep.
  app.timer("witness", { schedule: "0 3/15 * * * *", handler: timers.witness });

  // The day in one alert, also when all is quiet. Local time is judged in code.
  app.timer("digest", { schedule: "0 0 * * * *", handler: timers.digest });

  // One bastion, one operation. What is due later waits in a queue of its own.
  app.storageQueue("reconcile", { queueName: "reconcile", connection, handler: messages.reconcile });
  app.storageQueue("reconcileLater", {
    queueName: "reconcile-later",
    connection,
    handler: messages.reconcile,
  });

  // Alerts that did not get through at the first try.
  app.storageQueue("deliverAlert", { queueName: "alerts", connection, handler: messages.alerts });

  // What a page of the console wants to know and Azure takes seconds to tell. Nothing that enforces waits here.
  app.storageQueue("sessions", { queueName: "sessions", connection, handler: messages.sessions });

  // The ledger's outside: an anchor every hour, archive and verification every night.
  app.timer("anchor", { schedule: "0 7 * * * *", handler: timers.anchor });
  app.timer("archive", { schedule: "0 40 2 * * *", handler: timers.archive });

  answerMachines(watchdog, config);
  answerPeople(watchdog, config);

  // What failed five times is never silent.
  const poison = [
    ["activityPoison", "activity-poison"],
    ["reconcilePoison", "reconcile-poison"],
    ["reconcileLaterPoison", "reconcile-later-poison"],
    ["alertsPoison", "alerts-poison"],
    ["sessionsPoison", "sessions-poison"],
  ] as const;
  for (const [name, queueName] of poison)
    app.storageQueue(name, { queueName, connection, handler: messages[name] });
}

/** Machines and probes ask. Read-only; no route serves people, too. */
function answerMachines(watchdog: EvidenceApp, { sweepSchedule: schedule, warnings }: Config): void {
  const about = { schedule, warnings, startedAt: watchdog.settings.startedAt };
  const machines = lazily(async () =>
    (await import("./functions/api/handlers.ts")).machineHandlers(watchdog, about),
  );
  app.http("scan", { methods: ["POST"], route: "api/scan", authLevel: "function", handler: machines.scan });
  app.http("links", { methods: reading, route: "api/links", authLevel: "function", handler: machines.links });
  app.http("link", {
    methods: reading,
    route: "api/links/{id}",
    authLevel: "function",
    handler: machines.link,
  });
  app.http("bastions", {
    methods: reading,
    route: "api/bastions",
    authLevel: "function",
    handler: machines.bastions,
  });
  app.http("ledger", {
    methods: reading,
    route: "api/ledger",
    authLevel: "function",
    handler: machines.ledger,
  });
  answerProbes(machines);
}

const reading: HttpMethod[] = ["GET", "HEAD"];

/** How it is, and what can be asked. */
function answerProbes(machines: Readonly<Record<"health" | "status" | "openapi", HttpHandler>>): void {
  app.http("health", {
    methods: reading,
    route: "api/health",
    authLevel: "anonymous",
    handler: machines.health,
  });
  app.http("status", {
    methods: reading,
    route: "api/status",
    authLevel: "function",
    handler: machines.status,
  });
  app.http("openapi", {
    methods: reading,
    route: "api/openapi.json",
    authLevel: "anonymous",
    handler: machines.openapi,
  });
}

/** People look and act on pages. The platform signs them in; who may, our code decides. */
function answerPeople(watchdog: EvidenceApp, { console }: Config): void {
  const pages = lazily(async () =>
    (await import("./functions/console/handlers.ts")).consoleHandlers({ ...watchdog, console }),
  );
  const page = (name: string, route: string, handler: HttpHandler) => {
    app.http(name, { methods: ["GET"], route, authLevel: "anonymous", handler });
  };
  page("console", "console", pages.overview);
  page("consoleLink", "console/link", pages.link);
  page("consoleBastion", "console/bastion", pages.bastion);
  page("consoleLedger", "console/ledger", pages.ledger);
  page("consoleAlerts", "console/alerts", pages.alerts);
  app.http("consoleActions", {
    methods: ["POST"],
    route: "console/actions",
    authLevel: "anonymous",
    handler: pages.actions,
  });
}

/** A bad configuration is loud: the status says why, a timer fails every interval, and messages wait in their queues. */
function refuse(error: ConfigError): void {
  const channel = error.teamsWebhookUrl === undefined ? undefined : teamsChannel(error.teamsWebhookUrl);
  const { health, status, timer } = lazily(async () =>
    (await import("./functions/misconfigured/handlers.ts")).misconfiguredHandlers(error, channel),
  );
  console.error(error.message);
  app.http("health", {
    methods: ["GET", "HEAD"],
    route: "api/health",
    authLevel: "anonymous",
    handler: health,
  });
  app.http("status", {
    methods: ["GET", "HEAD"],
    route: "api/status",
    authLevel: "function",
    handler: status,
  });
  app.timer("misconfigured", { schedule: "0 */5 * * * *", runOnStartup: true, handler: timer });
}

try {
  watch(readConfig(process.env));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  refuse(error);
}
