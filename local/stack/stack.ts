/**
 * Everything on this machine that Azure provides, as processes: storage, the simulated Azure, and the Functions host with the built app.
 * Events travel by the Storage queue `activity`, which is the deployed default.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { clockFileVariable } from "../clock/clock-file.ts";
import { localSettings, watchdogClientId, type StoragePorts } from "../local-settings.ts";
import roles from "../../infra/modules/role-actions.json" with { type: "json" };
import { type Child, failure, startChild } from "./child.ts";

export interface StackOptions {
  /** 0 = any free port. Default: any free port for all. */
  readonly ports?: {
    readonly storage: StoragePorts;
    readonly simulatedAzure: number;
    readonly functions: number;
  };
  /** Keep the data of the storage under `.local/`; otherwise everything is in memory. */
  readonly onDisk?: boolean;
  /** App settings beside those that every local app gets. An empty one counts as not set. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The file that all parts take their clock from; `POST /_sim/clock` of the simulated Azure advances it. Default: the machine's clock. */
  readonly clockFile?: string;
  /** How long a queue message is hidden while it is handled. Default: ten minutes, as in Azure. */
  readonly leaseInSeconds?: number;
}

export interface Stack {
  readonly storage: string;
  readonly azureUrl: string;
  /** Of the simulated Azure's chance. `SIMULATED_AZURE_SEED` sets it. */
  readonly seed: number;
  readonly functionsUrl: string;
  /** The function key; it stays the same when the host is started again. */
  readonly key: string;
  /** What the Functions host has printed since the stack was started, restarts included. */
  functionsLog(): readonly string[];
  /** Kills the Functions host as a power cut would. */
  killFunctions(): Promise<void>;
  /** Starts the Functions host again, in the same place, with other settings if some are given. */
  restartFunctions(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves, with the reason, when a part ends that was not asked to. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
}

const storageReady = z.object({ ready: z.literal("storage"), connectionString: z.string() });
const azureReady = z.object({ ready: z.literal("simulated-azure"), url: z.url(), seed: z.int() });
const functionsReady = z.object({ ready: z.literal("functions"), url: z.url(), key: z.string() });
type FunctionsReady = z.output<typeof functionsReady>;

const anyPort = { storage: { blob: 0, queue: 0, table: 0 }, simulatedAzure: 0, functions: 0 };

/** Resolves when all parts are ready. Fails, leaving nothing running, with the name and the last words of the part that did not start. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { ports = anyPort, clockFile = "" } = options;
  const clock = { [clockFileVariable]: clockFile };
  const started: Child<unknown>[] = [];
  let report: (what: string) => void = () => undefined;
  const broken = new Promise<string>((settle) => (report = settle));
  const keep = <C extends Child<unknown>>(child: C): C => {
    started.unshift(child);
    watch(child, report);
    return child;
  };
  try {
    const storage = keep(await startStorage(ports.storage, options.onDisk === true, clock));
    const { connectionString } = storage.announcement;
    const azure = keep(
      await startAzure(ports.simulatedAzure, { ...clock, SIMULATED_AZURE_STORAGE: connectionString }),
    );
    const console =
      ports.functions === 0 ? {} : { WATCHDOG_CONSOLE_URL: `http://127.0.0.1:${ports.functions}/console` };
    const base = { ...localSettings(connectionString, azure.announcement.url), ...console, ...clock };
    const host = functionsHost({ ...options, port: ports.functions, broken: report, base });
    await host.start();
    return running({ storage, azure, host, broken });
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

type Environment = Readonly<Record<string, string>>;

const startStorage = ({ blob, queue, table }: StoragePorts, onDisk: boolean, environment: Environment) =>
  startChild({
    name: "storage",
    command: [
      "local/storage/main.ts",
      "--ports",
      [blob, queue, table].join(),
      ...(onDisk ? [] : ["--memory"]),
    ],
    environment,
    ready: storageReady,
  });

/** What a deployment grants: whatever else the watchdog asks for is refused, as in Azure. */
const watchdogActions = [
  ...roles.linkSecretsReader.actions,
  ...roles.linkRevoker.actions,
  ...roles.endSessionsActions,
];

/** Azure wants to be asked again after ten seconds, which the watchdog obeys in real time; here nobody has to wait for that. */
const startAzure = (port: number, environment: Environment) =>
  startChild({
    name: "simulated Azure",
    command: ["local/simulated-azure/main.ts", "--port", String(port)],
    environment: {
      ...environment,
      SIMULATED_AZURE_WEBHOOK: "",
      SIMULATED_AZURE_SETTINGS: '{"pollAfterInSeconds":1}',
      SIM_RIGHTS: JSON.stringify({ [watchdogClientId]: watchdogActions }),
    },
    ready: azureReady,
  });

interface HostOptions extends StackOptions {
  readonly port: number;
  readonly broken: (what: string) => void;
  readonly base: Readonly<Record<string, string>>;
}

interface FunctionsHost {
  readonly log: () => readonly string[];
  readonly current: () => Child<FunctionsReady>;
  start(settings?: Readonly<Record<string, string>>): Promise<void>;
}

/** The one part that can be killed and started again: port and key stay, the log goes on. */
function functionsHost(options: HostOptions): FunctionsHost {
  const key = randomBytes(24).toString("hex");
  const lease = options.leaseInSeconds === undefined ? [] : ["--lease", String(options.leaseInSeconds)];
  const past: string[] = [];
  let { port } = options;
  let child: Child<FunctionsReady> | undefined;
  return {
    log: () => [...past, ...(child?.lines ?? [])],
    current: () => {
      if (child) return child;
      throw new Error("The Functions host was not started");
    },
    start: async (settings = options.settings ?? {}) => {
      past.push(...(child?.lines ?? []));
      child = undefined;
      child = await startChild({
        name: "functions host",
        command: ["local/functions-host/main.ts", "--port", String(port), ...lease],
        environment: { ...withoutForeignSettings(), ...options.base, ...settings, FUNCTIONS_LOCAL_KEY: key },
        ready: functionsReady,
      });
      port = Number(new URL(child.announcement.url).port);
      watch(child, options.broken);
    },
  };
}

/** Says so when a part ends that nobody told to. */
function watch({ name, ended, lines }: Child<unknown>, broken: (what: string) => void): void {
  void ended.then(({ why, onPurpose }) => {
    if (!onPurpose) broken(failure(name, why, lines));
  });
}

/** Settings of the shell that starts us would be settings nobody chose: the stack has its own. */
function withoutForeignSettings(): Record<string, string> {
  const names = Object.keys(process.env).filter(
    (name) => name.startsWith("WATCHDOG_") || name.startsWith("AzureWebJobs"),
  );
  return Object.fromEntries(names.map((name) => [name, ""]));
}

interface Parts {
  readonly storage: Child<z.output<typeof storageReady>>;
  readonly azure: Child<z.output<typeof azureReady>>;
  readonly host: FunctionsHost;
  readonly broken: Promise<string>;
}

function running({ storage, azure, host, broken }: Parts): Stack {
  const { url, key } = host.current().announcement;
  let stopping: Promise<void> | undefined;
  return {
    storage: storage.announcement.connectionString,
    azureUrl: azure.announcement.url,
    seed: azure.announcement.seed,
    functionsUrl: url,
    key,
    functionsLog: host.log,
    killFunctions: () => host.current().kill(),
    restartFunctions: async (settings) => {
      await host.current().stop();
      await host.start(settings);
    },
    broken,
    stop: () => (stopping ??= stopAll([host.current(), azure, storage])),
  };
}

/** In the order given: who uses something goes before what it uses. */
async function stopAll(children: readonly Child<unknown>[]): Promise<void> {
  for (const child of children) await child.stop();
}
