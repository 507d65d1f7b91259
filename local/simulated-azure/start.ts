import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Part } from "../part.ts";
import { Rights, type Grants } from "./rights.ts";
import { activityLogRoutes } from "./arm/activity-log.ts";
import { eventGridRoutes } from "./arm/event-grid.ts";
import { subscriptionListRoutes } from "./arm/subscriptions.ts";
import { bastionActionRoutes } from "./arm/bastion-actions.ts";
import { bastionHostRoutes } from "./arm/bastion-hosts.ts";
import { operationRoutes } from "./arm/operations.ts";
import { virtualMachineRoutes } from "./arm/virtual-machines.ts";
import { mailRoutes } from "./graph/mail.ts";
import { pageRoutes } from "./teams/pages.ts";
import { webhookReceiverRoutes } from "./webhooks/webhook-receiver.ts";
import { workflowWebhookRoutes } from "./teams/workflow-webhook.ts";
import type { Clock } from "./clock.ts";
import { changeStateRoutes } from "./control/change-state.ts";
import { readStateRoutes } from "./control/read-state.ts";
import { subscriptionRoutes } from "./control/subscriptions.ts";
import { switchRoutes } from "./control/switches.ts";
import { directoryRoutes } from "./graph/directory.ts";
import type { EventSink } from "./events/event-sink.ts";
import { publisher } from "./events/publisher.ts";
import { storageQueueSink } from "./events/storage-queue-sink.ts";
import { Webhooks } from "./events/webhooks.ts";
import { listen, startHostileHost } from "./hostile-host.ts";
import { requestListener } from "./http/server.ts";
import { logAnalyticsRoutes } from "./log-analytics/log-analytics.ts";
import { resourceGraphRoutes } from "./resource-graph/resource-graph.ts";
import type { Settings } from "./settings.ts";
import { defaultSettings } from "./settings.ts";
import { World } from "./world.ts";

export interface SimulatedAzureOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Connection string of the storage whose `activity` queue gets the events; without it no queue does. */
  readonly storage?: string;
  /** A webhook that gets the events, too, as soon as it answers the handshake. */
  readonly webhook?: string;
  /** A sink of the caller's own: tests see events without any storage. */
  readonly sink?: EventSink;
  readonly settings?: Partial<Settings>;
  /** By default everybody may do everything. */
  readonly rights?: Grants;
  /** Decides everything that is left to chance; always the same by default. */
  readonly seed?: number;
  /** A clock of its own by default. */
  readonly clock?: Clock;
}

export type SimulatedAzure = Part<{ readonly url: string; readonly teams: string; readonly seed: number }>;

/** Starts the stand-in for Azure on loopback. Everything it knows is in memory and gone when it is closed. */
export async function startSimulatedAzure(options: SimulatedAzureOptions = {}): Promise<SimulatedAzure> {
  const { seed = 1 } = options;
  const world = new World({ ...defaultSettings, ...options.settings }, seed, options.clock);
  world.rights = new Rights(options.rights);
  const webhooks = new Webhooks(world);
  const sinks = [options.sink, options.storage ? storageQueueSink(options.storage) : undefined].filter(
    (sink) => sink !== undefined,
  );
  world.publish = publisher(world, { [Symbol.iterator]: () => [...sinks, ...webhooks].values() });
  world.undelivered = () => sinks.reduce((sum, sink) => sum + (sink.undelivered?.() ?? 0), 0);
  const hostileHost = await startHostileHost(world);
  const server = createServer(requestListener(world, routesWith(webhooks)));
  await listen(server, { host: "127.0.0.1", port: options.port ?? 0 }).catch(async (error: unknown) => {
    await stop(hostileHost);
    throw error;
  });
  if (options.webhook) void webhooks.add(options.webhook, world.settings.eventSchema).validateUntilActive();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    announcement: { ready: "simulated-azure", url, teams: `${url}/teams`, seed },
    close: async () => {
      world.timeline.reset();
      for (const sink of [...sinks, ...webhooks]) sink.close();
      await Promise.all([stop(server), stop(hostileHost)]);
    },
  };
}

function routesWith(webhooks: Webhooks) {
  return [
    ...bastionHostRoutes,
    ...bastionActionRoutes,
    ...operationRoutes,
    ...virtualMachineRoutes,
    ...activityLogRoutes,
    ...eventGridRoutes,
    ...subscriptionListRoutes,
    ...resourceGraphRoutes,
    ...logAnalyticsRoutes,
    ...directoryRoutes,
    ...mailRoutes,
    ...webhookReceiverRoutes,
    ...workflowWebhookRoutes,
    ...pageRoutes,
    ...readStateRoutes,
    ...changeStateRoutes,
    ...switchRoutes,
    ...subscriptionRoutes(webhooks),
  ];
}

/** Hanging connections are cut: they would never end by themselves. */
async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
