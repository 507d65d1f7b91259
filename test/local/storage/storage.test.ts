import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import { describe, expect, it } from "vitest";
import { startStorage, storageOptions } from "../../../local/storage/main.ts";

const queueNames = async (connectionString: string) => {
  const names: string[] = [];
  for await (const queue of QueueServiceClient.fromConnectionString(connectionString).listQueues())
    names.push(queue.name);
  return names;
};

describe("storage", () => {
  it("serves queues, tables and blobs at its connection string", async () => {
    const storage = await startStorage();
    const { connectionString, blob } = storage.announcement;
    await QueueServiceClient.fromConnectionString(connectionString).createQueue("some-queue");
    expect(await queueNames(connectionString)).toEqual(["some-queue"]);
    const table = TableClient.fromConnectionString(connectionString, "things", {
      allowInsecureConnection: true,
    });
    await table.createTable();
    await table.createEntity({ partitionKey: "p", rowKey: "r", value: 7 });
    expect(await table.getEntity("p", "r")).toMatchObject({ value: 7 });
    expect((await fetch(`${blob}/devstoreaccount1?comp=list`)).status).toBe(403);
    await storage.close();
  });

  it("in memory is empty on every start", async () => {
    const first = await startStorage();
    await QueueServiceClient.fromConnectionString(first.announcement.connectionString).createQueue(
      "some-queue",
    );
    await first.close();
    const second = await startStorage();
    expect(await queueNames(second.announcement.connectionString)).toEqual([]);
    await second.close();
  });

  it("in a directory survives a clean restart", async () => {
    const directory = await mkdtemp(join(tmpdir(), "storage-"));
    const first = await startStorage({ directory: join(directory, "new") });
    const queue = QueueServiceClient.fromConnectionString(first.announcement.connectionString).getQueueClient(
      "kept",
    );
    await queue.create();
    await queue.sendMessage("hello");
    await first.close();
    const second = await startStorage({ directory: join(directory, "new") });
    const again = QueueServiceClient.fromConnectionString(
      second.announcement.connectionString,
    ).getQueueClient("kept");
    expect((await again.peekMessages()).peekedMessageItems.map((message) => message.messageText)).toEqual([
      "hello",
    ]);
    await second.close();
    await rm(directory, { recursive: true });
  });

  it("refuses a port that is taken, and says so", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    await expect(startStorage({ ports: { blob: 0, queue: port, table: 0 } })).rejects.toThrow(
      `Port ${port} is taken`,
    );
    holder.close();
  });
});

describe("npm run storage", () => {
  it("prints one ready line and ends with 0 on SIGTERM", async () => {
    const child = spawn(process.execPath, ["local/storage/main.ts", "--memory", "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let stdout = "";
    for await (const chunk of child.stdout) {
      stdout += String(chunk);
      child.kill("SIGTERM");
    }
    const announcement = JSON.parse(stdout) as Record<string, string>;
    expect(Object.keys(announcement)).toEqual(["ready", "connectionString", "blob", "queue", "table"]);
    expect(announcement["queue"]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(child.exitCode ?? (await once(child, "exit"))[0]).toBe(0);
  });

  it.each([
    [["--memory"], { ports: { blob: 10000, queue: 10001, table: 10002 } }],
    [["--memory", "--ports", "1,2,3"], { ports: { blob: 1, queue: 2, table: 3 } }],
    [["--memory", "--port", "0"], { ports: { blob: 0, queue: 0, table: 0 } }],
    [["--memory", "--port", "500"], { ports: { blob: 500, queue: 501, table: 502 } }],
  ])("%j means %j", (args, options) => {
    expect(storageOptions(args)).toEqual(options);
  });

  it("keeps its data under .local without --memory", () => {
    expect(storageOptions([]).directory).toMatch(/\/\.local\/azurite$/);
  });

  it.each([
    [["--ports", "1,2"]],
    [["--ports", "1,2,3,4"]],
    [["--port", "x"]],
    [["--port", "65535"]],
    [["--what"]],
  ])("refuses %j", (args) => {
    expect(() => storageOptions(args)).toThrow();
  });
});
