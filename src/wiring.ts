import { credentialFor } from "./azure/credential.ts";
import { graphDirectory } from "./azure/directory.ts";
import type { GraphOptions } from "./azure/graph-client.ts";
import { graphMail } from "./azure/graph-mail.ts";
import { lazily } from "./lazily.ts";
import type { LogsOptions } from "./azure/logs.ts";
import type { StorageAccess } from "./azure/storage-clients.ts";
import { teamsWorkflow } from "./azure/teams-workflow.ts";
import { signedWebhook } from "./azure/webhook.ts";
import type { Config, StorageChoice } from "./config.ts";
import { instant } from "./core/domain/time.ts";
import type { Channel, Clock, EvidencePorts, LedgerTable, Logs, Queues } from "./core/ports.ts";
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
    controlPlane: lazily(async () => (await import("./azure/control-plane.ts")).armControlPlane(arm)),
    estate: lazily(async () =>
      (await import("./azure/estate.ts")).resourceGraphEstate({ ...arm, scope: { subscriptions, managementGroups } }),
    ),
    table: lazily(() => table(access), ["readLedger"]),
    evidence: lazily(async () => (await import("./azure/evidence.ts")).evidence(access)),
    queues: lazily(() => queues(access)),
    channels: channels(config, graph),
    logs: config.logs && logs({ ...arm, ...config.logs }),
    directory: config.directory ? graphDirectory({ ...graph, tellRefused: warn }) : undefined,
  };
}

async function table(access: StorageAccess): Promise<LedgerTable> {
  const [{ tableClient }, { watchTable }] = await Promise.all([import("./azure/storage-clients.ts"), import("./azure/watch-table.ts")]);
  return watchTable(tableClient(access, "watchdog"));
}

async function queues(access: StorageAccess): Promise<Queues> {
  const [{ queueClient }, { storageQueues }] = await Promise.all([import("./azure/storage-clients.ts"), import("./azure/queues.ts")]);
  return storageQueues((name) => queueClient(access, name));
}

const logs = (options: LogsOptions): Logs => lazily(async () => (await import("./azure/logs.ts")).workspaceLogs(options));

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
