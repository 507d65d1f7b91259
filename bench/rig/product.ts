import functions from "@azure/functions";
import { localSettings } from "../../local/local-settings.ts";
import { readConfig, type Config } from "../../src/config/config.ts";
import type { FlowSettings } from "../../src/core/flows/settings.ts";
import type { Asker, EvidencePorts } from "../../src/core/ports.ts";
import { wire, type AppPorts } from "../../src/wiring.ts";
import type { Ground } from "./ground.ts";

/** The product with its real adapters, as `main.ts` makes it; the settings are the local stack's. */
export interface Product {
  readonly world: AppPorts;
  readonly settings: Config & FlowSettings;
  readonly ports: EvidencePorts;
}

/** As it is deployed when nobody sets more than must be set: one channel, no workspace. */
export const asDeployed = {
  WATCHDOG_MAIL_FROM: "",
  WATCHDOG_MAIL_TO: "",
  WATCHDOG_WEBHOOK_URL: "",
  WATCHDOG_WEBHOOK_SECRET: "",
  WATCHDOG_LOGS_WORKSPACE_ID: "",
};

export function productOn(
  { storage, azureUrl }: Pick<Ground, "storage" | "azureUrl">,
  changes: Readonly<Record<string, string>> = {},
): Product {
  const config = readConfig({ ...localSettings(storage, azureUrl), ...asDeployed, ...changes });
  const world = wire(config, () => undefined);
  const settings = { ...config, startedAt: world.clock.now() };
  return { world, settings, ports: { ...world, log: { info: silent, warn: silent, error: silent } } };
}

const silent = (): void => undefined;

/** A context as the platform makes it; what is logged is thrown away. */
export const anInvocation = () =>
  new functions.InvocationContext({
    invocationId: "11111111-0000-4000-8000-0000000000ff",
    functionName: "bench",
    logHandler: silent,
  });

/** Whom Azure counts apart, like the command line: nothing is answered from what is remembered. */
export const uncounted: Asker = {
  mayAsk: () => Promise.resolve(true),
  mayQuery: () => Promise.resolve(true),
};
