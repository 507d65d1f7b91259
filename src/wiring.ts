import { resourceGraphEstate } from "./azure/estate.ts";
import { armControlPlane } from "./azure/control-plane.ts";
import { credentialFor } from "./azure/credential.ts";
import { graphDirectory } from "./azure/directory.ts";
import { evidence } from "./azure/evidence.ts";
import type { GraphOptions } from "./azure/graph-client.ts";
import { workspaceLogs } from "./azure/logs.ts";
import { graphMail } from "./azure/graph-mail.ts";
import { storageQueues } from "./azure/queues.ts";
import { queueClient, tableClient, type StorageAccess } from "./azure/storage-clients.ts";
import { teamsWorkflow } from "./azure/teams-workflow.ts";
import { watchTable } from "./azure/watch-table.ts";
import { signedWebhook } from "./azure/webhook.ts";
import type { Config, StorageChoice } from "./config.ts";
import { instant } from "./core/domain/time.ts";
import type { Channel, Clock, EvidencePorts } from "./core/ports.ts";
import { renderCard, workflowMessage } from "./core/render/adaptive-card.ts";
import { cloudEvent, eventSource } from "./core/render/cloud-event.ts";
import { renderMail } from "./core/render/mail.ts";

/** The ports but the log, which belongs to one invocation. */
export type World = Omit<EvidencePorts, "log">;

const systemClock: Clock = { now: () => instant(Date.now()) };

/** Config → ports. Connects to nothing: clients are made here, calls happen later. */
export function wire(config: Config, warn: (message: string) => void): World {
  const access = storageAccess(config.storage);
  const arm = { endpoint: config.armEndpoint, credential: credentialFor(config.credential), clock: systemClock };
  const graph = { endpoint: config.graphEndpoint, credential: arm.credential, clock: systemClock };
  const { subscriptions, managementGroups } = config;
  return {
    clock: systemClock,
    controlPlane: armControlPlane(arm),
    estate: resourceGraphEstate({ ...arm, scope: { subscriptions, managementGroups } }),
    table: watchTable(tableClient(access, "watchdog")),
    evidence: evidence(access),
    queues: storageQueues((name) => queueClient(access, name)),
    channels: channels(config, graph),
    logs: config.logs && workspaceLogs({ ...arm, ...config.logs }),
    directory: config.directory ? graphDirectory({ ...graph, tellRefused: warn }) : undefined,
  };
}

function channels({ teamsWebhookUrl, mail, webhook, consoleUrl, principalId }: Config, graph: GraphOptions): readonly Channel[] {
  return [
    ...(teamsWebhookUrl === undefined ? [] : [teamsChannel(teamsWebhookUrl, consoleUrl)]),
    ...(mail === undefined ? [] : [graphMail({ ...graph, ...mail, render: (alert) => renderMail(alert, consoleUrl) })]),
    ...(webhook === undefined ? [] : [signedWebhook({ ...webhook, render: (alert) => cloudEvent(alert, eventSource(principalId)) })]),
  ];
}

/** The channel alone, for a watchdog whose other settings are bad. */
export const teamsChannel = (url: string, consoleUrl: string | undefined): Channel =>
  teamsWorkflow({ url, render: (alert) => workflowMessage(renderCard(alert, consoleUrl)) });

function storageAccess(storage: StorageChoice): StorageAccess {
  if (storage.kind === "connection-string") return storage;
  const { accountName, clientId } = storage;
  return { kind: "identity", accountName, credential: credentialFor({ kind: "managed-identity", clientId }) };
}
