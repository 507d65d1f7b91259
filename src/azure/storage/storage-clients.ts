import type { TokenCredential } from "@azure/core-auth";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { TableClient } from "@azure/data-tables";
import { QueueClient } from "@azure/storage-queue";
import { isLoopbackHost } from "../../core/domain/loopback.ts";

/** How we reach the storage account: with its key (local stack, tests) or as the app's managed identity. */
export type StorageAccess = (
  | { readonly kind: "connection-string"; readonly value: string }
  | {
      readonly kind: "identity";
      readonly accountName: string;
      readonly credential: TokenCredential;
      /** The Azure cloud's: what follows the account and the service in a host. */
      readonly endpointSuffix: string;
    }
) & {
  /** How often a request is sent while the storage is busy or silent; the SDKs wait in between. Default: once. */
  readonly tries?: number;
};

/** How long one request may take. Azure itself gives up on a table request after 30 s. */
export const storageTimeoutInMs = 30_000;

/** Nothing sleeps inside a function: a failure is thrown at once, and the queue brings the work back later. */
const tableOptions = ({ tries = 1 }: StorageAccess) => ({ retryOptions: { maxRetries: tries - 1 } });
export const queueAndBlobOptions = ({ tries = 1 }: StorageAccess) => ({
  retryOptions: { maxTries: tries, retryDelayInMs: 1_000 },
});

/** A client of one table. Refuses to send the account's key in plain text anywhere but to this machine. */
export function tableClient(access: StorageAccess, tableName: string): TableClient {
  const client = connectTable(access, tableName);
  refusePlainText(client.url);
  client.pipeline.addPolicy(requestTimeout);
  return client;
}

function connectTable(access: StorageAccess, tableName: string): TableClient {
  if (access.kind === "identity")
    return new TableClient(serviceUrl(access, "table"), tableName, access.credential, tableOptions(access));
  const allowInsecureConnection = /\bTableEndpoint=http:/i.test(access.value);
  return TableClient.fromConnectionString(access.value, tableName, {
    ...tableOptions(access),
    allowInsecureConnection,
  });
}

/** A client of one queue, under the same rule. */
export function queueClient(access: StorageAccess, queueName: string): QueueClient {
  const client =
    access.kind === "identity"
      ? new QueueClient(
          `${serviceUrl(access, "queue")}/${queueName}`,
          access.credential,
          queueAndBlobOptions(access),
        )
      : new QueueClient(access.value, queueName, queueAndBlobOptions(access));
  refusePlainText(client.url);
  return client;
}

export function serviceUrl(
  access: StorageAccess & { readonly kind: "identity" },
  service: "table" | "queue" | "blob",
): string {
  return `https://${access.accountName}.${service}.${access.endpointSuffix}`;
}

/** An account key, or what it signs, goes over plain http to this machine only. */
export function refusePlainText(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || isLoopbackHost(hostname)) return;
  throw new Error(`The storage endpoint on ${hostname} is plain http; only a loopback address may be`);
}

/** A request without an end would hold its function, and its queue message, for as long as the host allows. */
const requestTimeout: PipelinePolicy = {
  name: "requestTimeout",
  sendRequest(request, next) {
    request.timeout = storageTimeoutInMs;
    return next(request);
  },
};
