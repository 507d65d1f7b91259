import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { World } from "./world.ts";

/** Not every machine has a second loopback address; another port is another host, too. */
const addresses = ["127.0.0.2", "127.0.0.1"];

const forgedLink = {
  vm: {
    id: "/subscriptions/forged/resourceGroups/forged/providers/Microsoft.Compute/virtualMachines/vm-forged",
  },
  bsl: "https://bst-forged.bastion.azure.com/api/shareable-url/forged",
  createdAt: "2020-01-01T00:00:00.0000Z",
};

/** The host a hostile `nextLink` points to. It notes who comes, whether they bring a token, and serves a link that must never be believed. */
export async function startHostileHost(world: World): Promise<Server> {
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    world.memory.hostileRequests.push({
      at: world.isoNow(),
      method: request.method ?? "GET",
      path: (request.url ?? "/").split("?")[0] ?? "/",
      authorization: authorization !== undefined,
    });
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify({ value: [forgedLink] }));
  });
  const address = await listenOnFirst(server, addresses);
  world.hostileUrl = `http://${address}:${(server.address() as AddressInfo).port}`;
  return server;
}

async function listenOnFirst(server: Server, candidates: readonly string[]): Promise<string> {
  const [address, ...others] = candidates;
  if (address === undefined) throw new Error("The hostile host cannot listen on any loopback address");
  try {
    await listen(server, { host: address, port: 0 });
    return address;
  } catch {
    return listenOnFirst(server, others);
  }
}

export async function listen(server: Server, at: { host: string; port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
