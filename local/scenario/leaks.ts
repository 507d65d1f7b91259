/** Looks for the links' URLs and tokens wherever the watchdog leaves something behind. */
import { TableServiceClient, TableClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import type { AzureWire } from "./azure-wire.ts";

export interface Searched {
  readonly secrets: number;
  readonly rows: number;
  readonly messages: number;
  readonly logLines: number;
  readonly cards: number;
}

export interface Places {
  readonly azure: AzureWire;
  readonly storage: string;
  readonly logLines: readonly string[];
}

/** Throws with every place that holds a secret; answers how much was searched. */
export async function searchForSecrets({ azure, storage, logLines }: Places): Promise<Searched> {
  const secrets = await azure.secrets();
  const places = {
    row: await tableRows(storage),
    "queue message": await queueMessages(storage),
    "log line": logLines,
    card: await cards(azure),
  };
  const found = Object.entries(places).flatMap(([kind, texts]) =>
    texts
      .filter((text) => secrets.some((secret) => text.includes(secret)))
      .map((text) => `${kind}: ${redacted(text, secrets)}`),
  );
  if (found.length > 0)
    throw new Error(
      `Expected no URL or token of a link anywhere.\n     Saw ${found.length}:\n       - ${found.join("\n       - ")}`,
    );
  return {
    secrets: secrets.length,
    rows: places.row.length,
    messages: places["queue message"].length,
    logLines: logLines.length,
    cards: places.card.length,
  };
}

const redacted = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((safe, secret) => safe.replaceAll(secret, "<SECRET>"), text).slice(0, 300);

async function tableRows(storage: string): Promise<readonly string[]> {
  const options = { allowInsecureConnection: true };
  const rows: string[] = [];
  for await (const { name = "" } of TableServiceClient.fromConnectionString(storage, options).listTables()) {
    for await (const row of TableClient.fromConnectionString(storage, name, options).listEntities())
      rows.push(JSON.stringify(row));
  }
  return rows;
}

/** What can be seen without taking it, in every queue, poison included; as it is and decoded. */
async function queueMessages(storage: string): Promise<readonly string[]> {
  const service = QueueServiceClient.fromConnectionString(storage);
  const messages: string[] = [];
  for await (const { name } of service.listQueues()) {
    const { peekedMessageItems } = await service.getQueueClient(name).peekMessages({ numberOfMessages: 32 });
    messages.push(
      ...peekedMessageItems.map(
        ({ messageText }) => `${name} ${messageText} ${Buffer.from(messageText, "base64").toString()}`,
      ),
    );
  }
  return messages;
}

async function cards(azure: AzureWire): Promise<readonly string[]> {
  const messages: unknown = await (await fetch(`${azure.url}/_sim/teams/messages`)).json();
  return Array.isArray(messages)
    ? messages.map((message) => JSON.stringify(message))
    : [JSON.stringify(messages)];
}
