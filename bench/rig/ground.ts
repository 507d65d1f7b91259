/** What the product stands on while it is measured: storage and the simulated Azure, each a process of its own, so that what they use is not ours. */
import * as z from "zod";
import { startChild, type Child } from "../../local/stack/child.ts";
import { cpuOf, type OthersCpu } from "./others-share.ts";

export interface Ground {
  readonly storage: string;
  readonly azureUrl: string;
  /** The simulation's switches: GET, or POST with a body. */
  control(path: string, body?: unknown): Promise<unknown>;
  /** Undefined where nobody can tell. */
  othersCpu(): Promise<OthersCpu | undefined>;
  close(): Promise<void>;
}

const storageReady = z.object({ ready: z.literal("storage"), connectionString: z.string() });
const azureReady = z.object({ ready: z.literal("simulated-azure"), url: z.url() });

/** On free ports, in memory. Azure answers at once and its operations end at once, unless told otherwise. */
export async function openGround(settings: Readonly<Record<string, number | boolean>> = {}): Promise<Ground> {
  const storage = await startChild({
    name: "storage",
    command: ["bench/rig/storage.ts"],
    ready: storageReady,
  });
  const azure = await startAzure(storage.announcement.connectionString).catch(async (error: unknown) => {
    await storage.stop();
    throw error;
  });
  const ground = groundOn(storage, azure);
  await ground.control("settings", { operationInMs: 0, ...settings });
  return ground;
}

const startAzure = (storage: string) =>
  startChild({
    name: "simulated Azure",
    command: ["local/simulated-azure/main.ts", "--port", "0"],
    environment: { SIMULATED_AZURE_STORAGE: storage, SIMULATED_AZURE_WEBHOOK: "" },
    ready: azureReady,
  });

function groundOn(
  storage: Child<z.output<typeof storageReady>>,
  azure: Child<z.output<typeof azureReady>>,
): Ground {
  return {
    ...groundAt(storage.announcement.connectionString, azure.announcement.url),
    async othersCpu() {
      const [ofAzurite, ofAzure] = [await cpuOf(storage.pid), await cpuOf(azure.pid)];
      return ofAzurite === undefined || ofAzure === undefined
        ? undefined
        : { azurite: ofAzurite, azure: ofAzure };
    },
    async close() {
      await azure.stop();
      await storage.stop();
    },
  };
}

/** What somebody else started, and stops. */
export function groundAt(storage: string, azureUrl: string): Ground {
  return {
    storage,
    azureUrl,
    async control(path, body) {
      const response = await fetch(
        `${azureUrl}/_sim/${path}`,
        body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
      );
      if (!response.ok)
        throw new Error(
          `The simulated Azure answered ${response.status} to ${path}: ${await response.text()}`,
        );
      return await response.json();
    },
    othersCpu: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}
