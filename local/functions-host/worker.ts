/**
 * The worker: a thread of its own in which the app runs, as it runs in the Node.js worker process in Azure. It has the app's settings as its
 * environment, loads the app's entry, says what was registered, and then runs one invocation per message.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import * as z from "zod";
import { captureConsole } from "./capture-console.ts";
import { emptyRegistry, provideCoreApi } from "./core-api.ts";
import { runHooks, runInvocation } from "./run-invocation.ts";
import type { FromWorker, LogLevel, ToWorker } from "./rpc.ts";

const manifestSchema = z.object({ main: z.string() });

const registry = emptyRegistry();
const currentFunction = new AsyncLocalStorage<string>();

function send(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function log(level: LogLevel, message: string): void {
  send({ kind: "log", entry: { level, functionName: currentFunction.getStore() ?? "app", message } });
}

const errorText = (error: unknown) => (error instanceof Error ? inspect(error) : String(error));

async function loadApp(directory: string): Promise<void> {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(resolve(directory, "package.json"), "utf8")));
  await import(pathToFileURL(resolve(directory, manifest.main)).href);
  if (registry.model === undefined) throw new Error(`${manifest.main} registered no function`);
  const capabilities = await registry.model.getCapabilities?.({});
  if (capabilities?.["HttpUri"] !== undefined)
    throw new Error("The local host does not know HTTP streaming (enableHttpStream)");
  await runHooks(registry, "appStart", { hookData: {} });
  registry.locked = true;
}

async function start(directory: string): Promise<void> {
  provideCoreApi(registry, log);
  captureConsole(log);
  try {
    await loadApp(directory);
    send({
      kind: "registered",
      functions: JSON.stringify([...registry.functions.values()].map((entry) => entry.metadata)),
    });
  } catch (error) {
    send({ kind: "refused", error: errorText(error) });
  }
}

async function receive(message: ToWorker): Promise<void> {
  if (message.kind === "stop") {
    await runHooks(registry, "appTerminate", { hookData: {} }).catch((error: unknown) => {
      log("error", errorText(error));
    });
    parentPort?.close();
    return;
  }
  await currentFunction.run(message.functionName, async () => {
    try {
      send({ kind: "done", id: message.id, response: await runInvocation(registry, message, log) });
    } catch (error) {
      send({ kind: "failed", id: message.id, error: errorText(error) });
    }
  });
}

parentPort?.on("message", (message: ToWorker) => void receive(message));
await start(z.string().parse(workerData));
