/**
 * `npm run storage`: Azurite (blob, queue, table) inside this process, on loopback, without telemetry.
 * `--memory` keeps nothing; `--ports b,q,t` or `--port N` (three in a row; 0 = any free) move it.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type StoragePorts, defaultStoragePorts, storageConnectionString } from "../local-settings.ts";
import { type Part, runPart } from "../part.ts";
import { azuriteServers } from "./azurite-servers.ts";
import { refuseTakenPorts } from "./refuse-taken-ports.ts";

const defaultDirectory = join(resolve(import.meta.dirname, "../.."), ".local/azurite");

export interface StorageOptions {
  /** 0 = any free port. Default: any free port for all three. */
  readonly ports?: StoragePorts;
  /** Where the data lives. Without it everything is in memory. */
  readonly directory?: string;
}

export interface StorageAnnouncement {
  readonly connectionString: string;
  readonly blob: string;
  readonly queue: string;
  readonly table: string;
}

/** Starts the three services; resolves when all of them listen. Fails, starting none, when a port is taken. */
export async function startStorage(options: StorageOptions = {}): Promise<Part<StorageAnnouncement>> {
  const wanted = options.ports ?? { blob: 0, queue: 0, table: 0 };
  await refuseTakenPorts(Object.values(wanted));
  if (options.directory !== undefined) await mkdir(options.directory, { recursive: true });
  const servers = azuriteServers(wanted, options.directory);
  for (const server of Object.values(servers)) await server.start();
  const urls = {
    blob: servers.blob.getHttpServerAddress(),
    queue: servers.queue.getHttpServerAddress(),
    table: servers.table.getHttpServerAddress(),
  };
  const connectionString = storageConnectionString({
    blob: portOf(urls.blob),
    queue: portOf(urls.queue),
    table: portOf(urls.table),
  });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await Promise.all(Object.values(servers).map((server) => server.close()));
  };
  return {
    announcement: { ready: "storage", connectionString, ...urls },
    close: () => (closing ??= close()),
  };
}

const portOf = (url: string) => Number(new URL(url).port);

/** Reads the command line; throws on anything it does not know. */
export function storageOptions(args: readonly string[]): StorageOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { memory: { type: "boolean" }, ports: { type: "string" }, port: { type: "string" } },
  });
  const ports = wantedPorts(values.ports, values.port);
  return values.memory === true ? { ports } : { ports, directory: defaultDirectory };
}

function wantedPorts(list: string | undefined, first: string | undefined): StoragePorts {
  if (list === undefined && first === undefined) return defaultStoragePorts;
  const start = Number(first);
  const [blob, queue, table, ...rest] =
    list?.split(",").map(Number) ?? (start === 0 ? [0, 0, 0] : [start, start + 1, start + 2]);
  if (!isPort(blob) || !isPort(queue) || !isPort(table) || rest.length > 0) {
    throw new Error(
      "Give --ports as three port numbers, `--ports 10000,10001,10002`, or one `--port`; 0 means any free port",
    );
  }
  return { blob, queue, table };
}

const isPort = (value: number | undefined): value is number =>
  value !== undefined && Number.isInteger(value) && value >= 0 && value <= 65_535;

if (process.argv[1] === import.meta.filename)
  await runPart(() => startStorage(storageOptions(process.argv.slice(2))));
