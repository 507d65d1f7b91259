/**
 * The app in its worker thread, seen from the host. A thread that dies (an uncaught error, a timeout) takes its running invocations
 * with it; the next invocation starts a new one, as Azure starts a new worker process.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import type { FromWorker, InvocationRequest, InvocationResponse, LogEntry, ToWorker } from "./rpc.ts";

export interface AppOptions {
  readonly directory: string;
  /** The whole environment the app sees. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** An invocation that runs longer costs the thread its life, as in Azure. */
  readonly timeoutInMs: number;
  readonly log: (entry: LogEntry) => void;
}

export interface App {
  /** JSON of what the app registered; see `readFunctions`. */
  readonly functions: string;
  /** Resolves with the handler's outcome; rejects, with the stack in the message, when the handler threw or the app died. */
  invoke(functionName: string, request: InvocationRequest): Promise<InvocationResponse>;
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  /** From now on new calls go to a new thread. */
  readonly retire: () => void;
  readonly functions: string;
  readonly pending: Map<string, Settle>;
}

interface Settle {
  resolve(response: InvocationResponse): void;
  reject(error: Error): void;
}

/** Loads the app; rejects with the app's own error when it cannot be loaded or a registration is refused. */
export async function startApp(options: AppOptions): Promise<App> {
  let current: Promise<Thread> | undefined;
  let closed = false;
  const launch = () => {
    if (closed) throw new Error("The host is closing");
    const launched = launchThread(options, () => {
      if (current === launched) current = undefined;
    });
    current = launched;
    return launched;
  };
  const { functions } = await launch();
  return {
    functions,
    invoke: async (functionName, request) =>
      invokeIn(await (current ?? launch()), options.timeoutInMs, { functionName, request }),
    close: async () => {
      closed = true;
      if (current !== undefined) await stopThread((await current).worker);
    },
  };
}

function launchThread(options: AppOptions, retire: () => void): Promise<Thread> {
  const worker = new Worker(new URL("worker.ts", import.meta.url), {
    workerData: options.directory,
    env: definedOnly(options.environment),
    stdout: true,
    stderr: true,
  });
  logOutput(worker, options.log);
  const pending = new Map<string, Settle>();
  return new Promise((resolve, reject) => {
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "registered") resolve({ worker, pending, retire, functions: message.functions });
      else if (message.kind === "refused") refuse(worker, new Error(message.error), reject);
      else if (message.kind === "log") options.log(message.entry);
      else settle(pending, message);
    });
    let cause = "The app stopped its process";
    worker.on("error", (error: unknown) => {
      cause = `The app died of an uncaught error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      options.log({ level: "critical", functionName: "app", message: cause });
    });
    worker.on("exit", () => {
      retire();
      reject(new Error(cause));
      for (const waiting of pending.values()) waiting.reject(new Error(cause));
      pending.clear();
    });
  });
}

function refuse(worker: Worker, error: Error, reject: (error: Error) => void): void {
  reject(error);
  void worker.terminate();
}

function settle(pending: Map<string, Settle>, message: Extract<FromWorker, { id: string }>): void {
  const waiting = pending.get(message.id);
  pending.delete(message.id);
  if (message.kind === "done") waiting?.resolve(message.response);
  else waiting?.reject(new Error(message.error));
}

async function invokeIn(
  { worker, pending, retire }: Thread,
  timeoutInMs: number,
  call: { functionName: string; request: InvocationRequest },
): Promise<InvocationResponse> {
  const id = randomUUID();
  const overdue = setTimeout(() => {
    const waiting = pending.get(id);
    pending.delete(id);
    waiting?.reject(
      new Error(
        `Timeout: "${call.functionName}" ran longer than ${timeoutInMs / 1000} s; the worker is restarted`,
      ),
    );
    retire();
    void worker.terminate();
  }, timeoutInMs);
  try {
    return await new Promise<InvocationResponse>((resolve, reject) => {
      pending.set(id, { resolve, reject });
      worker.postMessage({ kind: "invoke", id, ...call } satisfies ToWorker);
    });
  } finally {
    clearTimeout(overdue);
  }
}

const graceToTerminateInMs = 500;

/** Lets `appTerminate` hooks run; a thread that stays longer is ended. */
async function stopThread(worker: Worker): Promise<void> {
  const exited = once(worker, "exit");
  worker.postMessage({ kind: "stop" } satisfies ToWorker);
  const overdue = setTimeout(() => void worker.terminate(), graceToTerminateInMs);
  await exited;
  clearTimeout(overdue);
}

/** What the app writes past `console`, and Node's own warnings, line by line. */
function logOutput(worker: Worker, log: (entry: LogEntry) => void): void {
  const speak = (level: LogEntry["level"]) => (message: string) => {
    log({ level, functionName: "app", message });
  };
  createInterface({ input: worker.stdout }).on("line", speak("information"));
  createInterface({ input: worker.stderr }).on("line", speak("warning"));
}

function definedOnly(environment: AppOptions["environment"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
