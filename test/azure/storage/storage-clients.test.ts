import { describe, expect, it } from "vitest";
import { storageOnTheWire } from "../storage-on-the-wire.ts";
import { queueClient, type StorageAccess, tableClient } from "../../../src/azure/storage/storage-clients.ts";

const credential = { getToken: () => Promise.resolve({ token: "t", expiresOnTimestamp: 0 }) };
const connection = (value: string): StorageAccess => ({ kind: "connection-string", value });

describe("Clients of the storage account", () => {
  it.each(["core.windows.net", "core.chinacloudapi.cn"])(
    "reach a cloud by its suffix %s",
    (endpointSuffix) => {
      const access = { kind: "identity", accountName: "stwatchdog", credential, endpointSuffix } as const;
      expect(tableClient(access, "watchdog").url).toBe(`https://stwatchdog.table.${endpointSuffix}`);
      expect(queueClient(access, "alerts").url).toBe(`https://stwatchdog.queue.${endpointSuffix}/alerts`);
    },
  );

  it.each([
    [
      "UseDevelopmentStorage=true",
      "http://127.0.0.1:10002/devstoreaccount1",
      "http://127.0.0.1:10001/devstoreaccount1/alerts",
    ],
    [
      "DefaultEndpointsProtocol=https;AccountName=stwatchdog;AccountKey=a2V5;EndpointSuffix=core.windows.net",
      "https://stwatchdog.table.core.windows.net",
      "https://stwatchdog.queue.core.windows.net/alerts",
    ],
  ])("understand %s", (value, table, queue) => {
    expect(tableClient(connection(value), "watchdog").url).toBe(table);
    expect(queueClient(connection(value), "alerts").url).toBe(queue);
  });

  it.each([
    [undefined, 1],
    [3, 3],
  ])("with %s tries send a read of a busy table %i times", async (tries, sent) => {
    const { access, requests } = await storageOnTheWire({ status: 503, code: "ServerBusy", retryAfter: "0" });
    const rows = tableClient(tries === undefined ? access : { ...access, tries }, "watchdog").listEntities();
    await expect(rows.next()).rejects.toThrow("as told");
    expect(requests.map(({ method }) => method)).toStrictEqual(Array.from({ length: sent }, () => "GET"));
  });

  it.each([
    "DefaultEndpointsProtocol=http;AccountName=stwatchdog;AccountKey=a2V5;EndpointSuffix=core.windows.net",
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://10.0.0.4:10002/a;QueueEndpoint=http://10.0.0.4:10001/a",
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1.evil.example/a;QueueEndpoint=http://localhost.evil.example/a",
  ])("refuse plain http to another machine: %s", (value) => {
    expect(() => tableClient(connection(value), "watchdog")).toThrow("plain http");
    expect(() => queueClient(connection(value), "alerts")).toThrow("plain http");
  });
});
