/**
 * The local Functions host: everything around the app that Azure provides. The app itself runs unchanged in a worker thread, driven
 * through the programming model's own protocol, so what works here works under the real worker.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Part } from "../part.ts";
import { adminApi } from "./admin.ts";
import { type App, startApp } from "./app-thread.ts";
import { eventGridWebhook } from "./event-grid.ts";
import { type HostedFunction, isKind, readFunctions } from "./functions.ts";
import { type HostJson, readHostJson } from "./host-json.ts";
import { httpFunctions } from "./http-functions.ts";
import { type HttpListener, listen } from "./http-server.ts";
import { type Invoker, invoker } from "./invoker.ts";
import { keyCheck } from "./keys.ts";
import { type Log, hostLog, logToStderr } from "./log.ts";
import { type Listener, listenToQueue } from "./queue-listener.ts";
import { queueOutputs } from "./queue-outputs.ts";
import type { Settings } from "./settings.ts";
import { signIn } from "./sign-in.ts";
import { type Timer, startTimer } from "./timers.ts";

export interface FunctionsHostOptions {
  /** The built app: `package.json` with `main`, `host.json`, the bundle. */
  readonly appDirectory: string;
  /** App settings. They go before this process's own environment. */
  readonly settings: Readonly<Record<string, string>>;
  /** 0 (the default) = any free port. */
  readonly port?: number;
  /** How long a queue message is hidden while its handler runs. Default: 10 minutes, as in Azure. */
  readonly leaseInMs?: number;
  /** The function key. Default: `FUNCTIONS_LOCAL_KEY` among the settings, else a new one on every start. */
  readonly key?: string;
  readonly log?: Log;
}

export interface FunctionsAnnouncement {
  readonly url: string;
  readonly key: string;
}

const leaseOfAzureInMs = 10 * 60_000;
const graceInMs = 5_000;
const platformSettings: Settings = {
  AZURE_FUNCTIONS_ENVIRONMENT: "Development",
  FUNCTIONS_WORKER_RUNTIME: "node",
};

interface Running {
  readonly app: App;
  readonly invoker: Invoker;
  readonly timers: ReadonlyMap<string, Timer>;
  readonly listeners: readonly Listener[];
  readonly http: HttpListener;
}

/** Resolves when the app is loaded, its queues are there and HTTP listens; rejects, leaving nothing behind, when any of it cannot be. */
export async function startFunctionsHost(
  options: FunctionsHostOptions,
): Promise<Part<FunctionsAnnouncement>> {
  const log = options.log ?? logToStderr;
  const settings: Settings = {
    ...platformSettings,
    ...process.env,
    ...options.settings,
    WEBSITE_AUTH_ENABLED: "True",
  };
  const key = options.key ?? settings["FUNCTIONS_LOCAL_KEY"] ?? randomBytes(24).toString("hex");
  const hostJson = readHostJson(options.appDirectory);
  const timeoutInMs = hostJson.functionTimeout;
  const app = await startApp({ directory: options.appDirectory, environment: settings, timeoutInMs, log });
  try {
    const functions = readFunctions(app.functions, {
      settings,
      routePrefix: hostJson.extensions.http.routePrefix,
    });
    const running = await startTriggers({ app, functions, hostJson, options, key, log });
    let closing: Promise<void> | undefined;
    return {
      announcement: { ready: "functions", url: running.http.url, key },
      close: () => (closing ??= closeHost(running)),
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

interface Loaded {
  readonly app: App;
  readonly functions: readonly HostedFunction[];
  readonly hostJson: HostJson;
  readonly options: FunctionsHostOptions;
  readonly key: string;
  readonly log: Log;
}

/** HTTP first: a port that is taken must fail before a message is touched. */
async function startTriggers({ app, functions, hostJson, options, key, log }: Loaded): Promise<Running> {
  const { queues } = hostJson.extensions;
  const invocations = invoker(app, queueOutputs(queues.messageEncoding), log);
  const hasKey = keyCheck(key);
  const enabled = functions.filter((candidate) => !candidate.disabled);
  const timers = new Map<string, Timer>();
  const http = await listen(options.port ?? 0, {
    signIn: signIn(),
    admin: adminApi({ functions, timers, invoker: invocations, hasKey }),
    eventGrid: eventGridWebhook(enabled, invocations, hasKey),
    functions: httpFunctions(enabled, invocations, hasKey),
  });
  const leaseInMs = options.leaseInMs ?? leaseOfAzureInMs;
  const context = { invoker: invocations, options: queues, leaseInMs, log };
  const listeners = await Promise.all(
    enabled.filter(isKind("queue")).map((target) => listenToQueue(target, context)),
  );
  for (const target of functions.filter(isKind("timer")))
    timers.set(target.name, startTimer(target, invocations, log));
  hostLog(log)(
    "information",
    `Hosting ${functions.map(({ name, disabled }) => name + (disabled ? " (disabled)" : "")).join(", ")}`,
  );
  return { app, invoker: invocations, timers, listeners, http };
}

/** Nothing new is taken; what runs has five seconds; then the app goes, and messages it still held return to their queue. */
async function closeHost({ app, invoker: invocations, timers, listeners, http }: Running): Promise<void> {
  for (const timer of timers.values()) timer.stop();
  const quiet = Promise.all([
    http.stop(),
    invocations.idle(),
    ...listeners.map((listener) => listener.stop()),
  ]);
  await within(graceInMs, quiet);
  await app.close();
  await within(graceInMs, quiet);
  await http.end();
}

async function within(timeoutInMs: number, work: Promise<unknown>): Promise<void> {
  const given = new AbortController();
  await Promise.race([work, delay(timeoutInMs, undefined, { signal: given.signal }).catch(() => undefined)]);
  given.abort();
}
