import { afterAll, beforeAll } from "vitest";
import { startStorage } from "../local/storage/main.ts";
import type { StorageAccess } from "../src/azure/storage/storage-clients.ts";

type RunningStorage = Awaited<ReturnType<typeof startStorage>>;

/** Azurite for one test file: in memory, on free ports, without telemetry. Its address is known once the tests run. */
export function azurite(): () => StorageAccess {
  let running: RunningStorage | undefined;
  beforeAll(async () => {
    running = await startStorage();
  }, 30_000);
  afterAll(async () => {
    await running?.close();
  });
  return () => {
    if (!running) throw new Error("Azurite runs only inside tests and hooks");
    return { kind: "connection-string", value: running.announcement.connectionString };
  };
}

let tables = 0;

/** A table name that no other test of this file uses: Azurite starts once, tests do not meet. */
export const freshTableName = (): string => `watchdog${++tables}`;
