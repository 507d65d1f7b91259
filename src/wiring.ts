import { azureClock } from "./azure/azure-clock.ts";
import { sleep } from "./azure/system-clock.ts";
import { credentialFor } from "./azure/identity/credential.ts";
import { graphDirectory } from "./azure/graph/directory.ts";
import type { GraphOptions } from "./azure/graph/graph-client.ts";
import { graphMail } from "./azure/graph/graph-mail.ts";
import type { EstateOptions } from "./azure/resource-graph/estate.ts";
import {
  noting,
  seenTags,
  tagBook,
  type SeenTags,
  type TagNames,
} from "./azure/resource-graph/known-tags.ts";
import { lazily } from "./lazily.ts";
import type { ArmOptions } from "./azure/arm/pipeline.ts";
import type { NamingOptions } from "./azure/naming/names.ts";
import type { LogsOptions } from "./azure/log-analytics/logs.ts";
import type { StorageAccess } from "./azure/storage/storage-clients.ts";
import { teamsWorkflow } from "./azure/webhooks/teams-workflow.ts";
import { signedWebhook } from "./azure/webhooks/signed-webhook.ts";
import type { WebhookChoice } from "./config/channels.ts";
import type { Config } from "./config/config.ts";
import type { Alert } from "./core/domain/alerts/alert.ts";
import type { StorageChoice } from "./config/storage.ts";
import type {
  ActivityLog,
  Channel,
  Clock,
  Estate,
  EvidencePorts,
  LedgerTable,
  Logs,
  NameBook,
  Queues,
} from "./core/ports.ts";
import type { Pages } from "./core/render/alert/card-places.ts";

/** The ports but the log, which belongs to one invocation. */
export interface AppPorts extends Omit<EvidencePorts, "log"> {
  readonly activityLog: ActivityLog;
}

/** Config → ports. Connects to nothing: clients are made here, calls happen later. */
export function wire(config: Config, warn: (message: string) => void): AppPorts {
  const access = storageAccess(config.storage);
  const clock = azureClock();
  const arm = {
    endpoint: config.armEndpoint,
    credential: credentialFor(config.credential),
    clock,
  };
  const graph = { endpoint: config.graphEndpoint, credential: arm.credential, clock };
  const directory = config.directory ? graphDirectory({ ...graph, tellRefused: warn }) : undefined;
  const seen = seenTags(clock);
  const { subscriptions, managementGroups } = config;
  const estate = estateIn({ ...arm, scope: { subscriptions, managementGroups } }, seen, config.tagNames);
  const rows = lazily(() => table(access, clock), ["readLedger"]);
  return {
    clock,
    asker: lazily(async () =>
      (await import("./core/flows/asking/asking.ts")).askerOver({ table: rows, clock }),
    ),
    activityLog: activityLog(arm),
    controlPlane: lazily(async () =>
      (await import("./azure/bastion/control-plane.ts")).armControlPlane({
        ...arm,
        networkApiVersion: config.networkApiVersion,
      }),
    ),
    estate,
    table: rows,
    evidence: lazily(async () =>
      (await import("./azure/storage/evidence.ts")).evidence(storageAccess(config.evidence)),
    ),
    queues: lazily(() => queues(access)),
    channels: channels(config, graph),
    ...{ lanes: new Map(), sleep, directory },
    logs: config.logs && logs({ ...arm, ...config.logs }),
    naming: naming({ ...arm, directory }),
    tags: tagBook({ estate, seen }),
  };
}

const estateIn = (options: EstateOptions, seen: SeenTags, names: TagNames): Estate =>
  lazily(async () =>
    noting((await import("./azure/resource-graph/estate.ts")).resourceGraphEstate(options), seen, names),
  );

async function table(access: StorageAccess, clock: Clock): Promise<LedgerTable> {
  const [{ tableClient }, { watchTable }, { believing }] = await Promise.all([
    import("./azure/storage/storage-clients.ts"),
    import("./azure/table/watch-table.ts"),
    import("./core/flows/store/believing.ts"),
  ]);
  return believing(watchTable(tableClient(access, "watchdog")), clock);
}

async function queues(access: StorageAccess): Promise<Queues> {
  const [{ queueClient }, { storageQueues }] = await Promise.all([
    import("./azure/storage/storage-clients.ts"),
    import("./azure/storage/queues.ts"),
  ]);
  return storageQueues((name) => queueClient(access, name));
}

const activityLog = (options: ArmOptions): ActivityLog =>
  lazily(async () => (await import("./azure/activity-log/activity-log.ts")).armActivityLog(options));

const naming = (options: NamingOptions): NameBook =>
  lazily(async () => (await import("./azure/naming/names.ts")).azureNames(options));

const logs = (options: LogsOptions): Logs =>
  lazily(async () => (await import("./azure/log-analytics/logs.ts")).workspaceLogs(options));

function channels(
  { teamsWebhookUrl, mail, webhook, consoleUrl, docsUrl, principalId, cloud }: Config,
  graph: GraphOptions,
): readonly Channel[] {
  const pages = { consoleUrl, docsUrl, portalUrl: cloud.portal };
  return [
    ...(teamsWebhookUrl === undefined ? [] : [teamsChannel(teamsWebhookUrl, pages)]),
    ...(mail === undefined
      ? []
      : [
          graphMail({
            ...{ ...graph, ...mail },
            render: async (alerts) =>
              (await import("./core/render/alert/message.ts")).mailMessage(alerts, pages),
          }),
        ]),
    ...(webhook === undefined ? [] : [signedWebhook({ ...webhook, render: eventsOf(webhook, principalId) })]),
  ];
}

/** The channel alone, for a watchdog whose other settings are bad. */
export const teamsChannel = (url: string, pages: Pages = {}): Channel =>
  teamsWorkflow({
    url,
    render: async (alerts, mostLinks) => {
      const [{ renderMessage }, { workflowMessage }] = await Promise.all([
        import("./core/render/alert/message.ts"),
        import("./core/render/alert/adaptive-card.ts"),
      ]);
      const few = alerts.map((alert) => ({ ...alert, links: alert.links.slice(0, mostLinks) }));
      return [workflowMessage(renderMessage(few, pages))];
    },
  });

/** Each event is a body; or, where they are sent as a batch, all of them are one. */
const eventsOf =
  ({ isBatched }: WebhookChoice, principalId: string | undefined) =>
  async (alerts: readonly Alert[], mostLinks?: number): Promise<readonly object[]> => {
    const { cloudEvents, eventSource } = await import("./core/render/alert/cloud-event.ts");
    const events = alerts.flatMap((alert) => cloudEvents(alert, eventSource(principalId), mostLinks));
    if (!isBatched) return events;
    return mostLinks === undefined ? [events] : events.map((event) => [event]);
  };

function storageAccess(storage: StorageChoice): StorageAccess {
  if (storage.kind === "connection-string") return storage;
  const { clientId, ...account } = storage;
  return { ...account, credential: credentialFor({ kind: "managed-identity", clientId }) };
}
