import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import * as z from "zod";
import { clockFileVariable } from "../clock/clock-file.ts";
import { defaultSimulatedAzureUrl, storageConnectionString } from "../local-settings.ts";
import { runPart } from "../part.ts";
import { seedIn } from "./chance.ts";
import { sharedClock } from "./clock.ts";
import { settingsRequest, withoutGaps } from "./control/switches.ts";
import { startSimulatedAzure } from "./start.ts";

/**
 * `npm run simulated-azure -- --port N`. Events go to the `activity` queue of `SIMULATED_AZURE_STORAGE` (default: Azurite on its usual ports),
 * and also to `SIMULATED_AZURE_WEBHOOK` when it is set. Its clock is that of `LOCAL_CLOCK_FILE`, or one of its own.
 * `SIM_RIGHTS`, JSON: client id → RBAC actions; such a caller gets 403 for any other. Who has no entry may do everything.
 * `SIMULATED_AZURE_SETTINGS`, JSON: what is to be other than by default (`settings.ts`).
 * Faults, ids and tokens follow from `SIMULATED_AZURE_SEED`, or any seed; the ready line says it, and with it a run can be repeated.
 */
const grants = z.record(z.guid(), z.array(z.string()));

await runPart(async () => {
  const { values } = parseArgs({
    options: { port: { type: "string", default: new URL(defaultSimulatedAzureUrl).port } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`Expected --port to be a port number, got ${values.port}`);
  const { SIMULATED_AZURE_STORAGE: storage = storageConnectionString(), SIMULATED_AZURE_WEBHOOK: webhook } =
    process.env;
  const clockFile = process.env[clockFileVariable];
  const { SIMULATED_AZURE_SEED: given } = process.env;
  const seed = given ? seedIn(given) : randomInt(2 ** 31);
  const { SIM_RIGHTS, SIMULATED_AZURE_SETTINGS = "{}" } = process.env;
  const settings = withoutGaps(settingsRequest.parse(JSON.parse(SIMULATED_AZURE_SETTINGS)));
  const rights = SIM_RIGHTS ? { rights: grants.parse(JSON.parse(SIM_RIGHTS)) } : {};
  return startSimulatedAzure({
    ...{ port, storage, seed, settings, ...rights },
    ...(webhook && { webhook }),
    ...(clockFile && { clock: sharedClock(clockFile) }),
  });
});
