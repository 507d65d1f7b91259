import { resourceGraphEstate } from "./azure/estate.ts";
import { armControlPlane } from "./azure/control-plane.ts";
import { credentialFor } from "./azure/credential.ts";
import { storageQueues } from "./azure/queues.ts";
import { queueClient, tableClient, type StorageAccess } from "./azure/storage-clients.ts";
import { teamsWorkflow } from "./azure/teams-workflow.ts";
import { watchTable } from "./azure/watch-table.ts";
import type { Config, StorageChoice } from "./config.ts";
import { instant } from "./core/domain/time.ts";
import type { Channel, Clock, Ports } from "./core/ports.ts";
import { renderCard, workflowMessage } from "./core/render/adaptive-card.ts";

/** The ports but the log, which belongs to one invocation. */
export type World = Omit<Ports, "log">;

const systemClock: Clock = { now: () => instant(Date.now()) };

/** Config → ports. Connects to nothing: clients are made here, calls happen later. */
export function wire(config: Config): World {
  const access = storageAccess(config.storage);
  const arm = { endpoint: config.armEndpoint, credential: credentialFor(config.credential), clock: systemClock };
  const { subscriptions, managementGroups, teamsWebhookUrl, consoleUrl } = config;
  return {
    clock: systemClock,
    controlPlane: armControlPlane(arm),
    estate: resourceGraphEstate({ ...arm, scope: { subscriptions, managementGroups } }),
    table: watchTable(tableClient(access, "watchdog")),
    queues: storageQueues((name) => queueClient(access, name)),
    channels: teamsWebhookUrl === undefined ? [] : [teamsChannel(teamsWebhookUrl, consoleUrl)],
  };
}

/** The channel alone, for a watchdog whose other settings are bad. */
export const teamsChannel = (url: string, consoleUrl: string | undefined): Channel =>
  teamsWorkflow({ url, render: (alert) => workflowMessage(renderCard(alert, consoleUrl)) });

function storageAccess(storage: StorageChoice): StorageAccess {
  if (storage.kind === "connection-string") return storage;
  const { accountName, clientId } = storage;
  return { kind: "identity", accountName, credential: credentialFor({ kind: "managed-identity", clientId }) };
}
