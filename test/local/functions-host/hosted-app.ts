/** Builds small apps from source text, as `npm run bundle` builds the real one, and hosts them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BroadcastChannel } from "node:worker_threads";
import { afterAll } from "vitest";
import { QueueServiceClient } from "@azure/storage-queue";
import { type FunctionsHostOptions, startFunctionsHost } from "../../../local/functions-host/host.ts";
import type { LogEntry } from "../../../local/functions-host/rpc.ts";
import { packageApp } from "../../../local/build/package-app.ts";

export const key = "the-key";

export const hostJson = {
  version: "2.0",
  extensions: {
    http: { routePrefix: "" },
    queues: {
      maxPollingInterval: "00:00:00.200",
      visibilityTimeout: "00:00:00",
      batchSize: 2,
      newBatchThreshold: 1,
      maxDequeueCount: 3,
      messageEncoding: "base64",
    },
  },
};

/** A host, everything it logged, and how to wait for a line. */
export interface Hosted {
  readonly url: string;
  readonly log: readonly LogEntry[];
  /** The messages one function logged, in order. */
  said(functionName: string): readonly string[];
  close(): Promise<void>;
}

export type HostedOptions = Partial<FunctionsHostOptions> & { readonly hostJson?: object };

const built: string[] = [];
afterAll(() => Promise.all(built.map((directory) => rm(directory, { recursive: true, force: true }))));

/** Builds an app whose entry is `source` (the imports are given) and resolves with its directory. */
export async function buildApp(source: string, host: object = hostJson): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hosted-app-"));
  built.push(directory);
  await writeFile(join(directory, "host.json"), JSON.stringify(host));
  await writeFile(join(directory, "entry.ts"), `import { app, output } from "@azure/functions";\n${source}`);
  await packageApp({
    entry: join(directory, "entry.ts"),
    outdir: join(directory, "app"),
    hostJson: join(directory, "host.json"),
  });
  return join(directory, "app");
}

export async function hostApp(source: string, options: HostedOptions = {}): Promise<Hosted> {
  const appDirectory = await buildApp(source, options.hostJson);
  const log: LogEntry[] = [];
  const part = await startFunctionsHost({
    settings: {},
    key,
    log: (entry) => log.push(entry),
    ...options,
    appDirectory,
  });
  return {
    url: part.announcement.url,
    log,
    said: (functionName) =>
      log.filter((entry) => entry.functionName === functionName).map((entry) => entry.message),
    close: () => part.close(),
  };
}

/**
 * A door in an app: the source that `await door()` needs, and who opens it from here, once for each that waits. A handler that has logged
 * just before is waiting by the time the line is read.
 */
export function door(name: string) {
  const source = `
import { BroadcastChannel } from "node:worker_threads";
const waiting = [];
new BroadcastChannel("${name}").onmessage = () => waiting.shift()?.();
const door = () => new Promise((resolve) => waiting.push(resolve));
`;
  const channel = new BroadcastChannel(name);
  channel.unref();
  return {
    source,
    open: () => {
      channel.postMessage("open");
    },
  };
}

/** A queue in the hands of a test: plain text in, plain text out. */
export function queueAt(connectionString: string, name: string) {
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(name);
  return {
    send: (text: string) => queue.sendMessage(Buffer.from(text).toString("base64")),
    sendRaw: (text: string) => queue.sendMessage(text),
    create: () => queue.createIfNotExists(),
    exists: () => queue.exists(),
    /** Messages in it, the invisible ones too. */
    count: async () => (await queue.getProperties()).approximateMessagesCount,
    /** How often each message that can be received was received before. */
    tries: async () =>
      (await queue.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.map(
        (message) => message.dequeueCount,
      ),
    /** The raw texts of what can be received. Looking takes nothing out. */
    texts: async () =>
      (await queue.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.map(
        (message) => message.messageText,
      ),
  };
}

export const base64 = (text: string) => Buffer.from(text).toString("base64");
