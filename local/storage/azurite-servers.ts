/**
 * Azurite's servers, built from its own modules: the package has no public entry for running it in-process.
 * The version is pinned exactly, and the constructor arguments are the ones of that version.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { StoragePorts } from "../local-settings.ts";

export interface AzuriteServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

type Construct<Result> = new (...args: readonly unknown[]) => Result;

const host = "127.0.0.1";
const keepAliveInS = 5;

/** Servers that are not listening yet. Loading Azurite takes half a second, so it is loaded here and not at import. */
export function azuriteServers(
  ports: StoragePorts,
  directory: string | undefined,
): Record<keyof StoragePorts, AzuriteServer> {
  switchOffTelemetry();
  return {
    blob: extentServer("blob", ports.blob, directory),
    queue: extentServer("queue", ports.queue, directory),
    table: tableServer(ports.table, directory),
  };
}

const load = createRequire(import.meta.url);

function azuriteClass<Result>(path: string): Construct<Result> {
  return (load(`azurite/dist/src/${path}.js`) as { default: Construct<Result> }).default;
}

/** Azurite phones home unless told not to before the first request. */
function switchOffTelemetry(): void {
  const { AzuriteTelemetryClient } = load("azurite/dist/src/common/Telemetry.js") as {
    AzuriteTelemetryClient: { init(location: string, enabled: boolean, env: unknown): void };
  };
  AzuriteTelemetryClient.init("", false, undefined);
}

/** After the log switches: not loose, any API version, no certificate, key, password or OAuth, path-style URLs. */
const common = [false, true, "", "", "", undefined, false] as const;
const quietWithAccessLogFirst = [false, undefined, false, undefined] as const;
const quietWithDebugLogFirst = [false, false, undefined, undefined] as const;

function extentServer(service: "blob" | "queue", port: number, directory: string | undefined): AzuriteServer {
  const name = service === "blob" ? "Blob" : "Queue";
  const at = (file: string) => join(directory ?? "", file);
  const extents = [{ locationId: "Default", locationPath: at(`__${service}storage__`), maxConcurrency: 10 }];
  const databases = [at(`__azurite_db_${service}__.json`), at(`__azurite_db_${service}_extent__.json`)];
  const Configuration = azuriteClass(`${service}/${name}Configuration`);
  const Server = azuriteClass<AzuriteServer>(`${service}/${name}Server`);
  return new Server(
    new Configuration(
      host,
      port,
      keepAliveInS,
      ...databases,
      extents,
      ...quietWithAccessLogFirst,
      ...common,
      directory === undefined,
    ),
  );
}

function tableServer(port: number, directory: string | undefined): AzuriteServer {
  const Configuration = azuriteClass("table/TableConfiguration");
  const Server = azuriteClass<AzuriteServer>("table/TableServer");
  const database = join(directory ?? "", "__azurite_db_table__.json");
  return new Server(
    new Configuration(
      host,
      port,
      keepAliveInS,
      database,
      ...quietWithDebugLogFirst,
      ...common,
      directory === undefined,
    ),
  );
}
