import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "../../eventually.ts";
import { errorOf, hub, simulatedAzure } from "./azure-client.ts";

describe("a webhook subscription", () => {
  const servers: ReturnType<typeof createServer>[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function endpoint(
    answer: (
      request: IncomingMessage,
      body: string,
    ) => { status: number; body?: unknown; headers?: Record<string, string> },
  ) {
    const received: { method: string; type: string; body: unknown }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        received.push({
          method: request.method ?? "",
          type: String(request.headers["aeg-event-type"]),
          body: text ? (JSON.parse(text) as unknown) : null,
        });
        const reply = answer(request, text);
        response
          .writeHead(reply.status, { "Content-Type": "application/json", ...reply.headers })
          .end(JSON.stringify(reply.body));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
  }

  const echo = (request: IncomingMessage, body: string) => {
    if (request.headers["aeg-event-type"] !== "SubscriptionValidation") return { status: 202 };
    const [event] = JSON.parse(body) as [{ data: { validationCode: string } }];
    return { status: 200, body: { validationResponse: event.data.validationCode } };
  };

  it("echoes a code first, then gets notifications as an array, in Event Grid's schema", async () => {
    const hook = await endpoint(echo);
    const azure = await simulatedAzure();
    const created = await azure.send("POST", "/_sim/subscriptions", {
      body: { url: hook.url, eventSchema: "EventGridSchema" },
    });
    expect(created).toMatchObject({ status: 201, body: { state: "active" } });
    await azure.list(hub);
    await until(() => hook.received.length === 2);
    expect(hook.received).toMatchObject([
      {
        type: "SubscriptionValidation",
        body: [{ eventType: "Microsoft.EventGrid.SubscriptionValidationEvent" }],
      },
      {
        type: "Notification",
        body: [{ eventType: "Microsoft.Resources.ResourceActionSuccess", subject: hub }],
      },
    ]);
  });

  it("allows the origin first, then gets notifications, as CloudEvents", async () => {
    const hook = await endpoint((request) => ({
      status: 200,
      headers: request.method === "OPTIONS" ? { "WebHook-Allowed-Origin": "eventgrid.azure.net" } : {},
    }));
    const azure = await simulatedAzure();
    expect((await azure.send("POST", "/_sim/subscriptions", { body: { url: hook.url } })).status).toBe(201);
    await azure.list(hub);
    await until(() => hook.received.length === 2);
    expect(hook.received).toMatchObject([
      { method: "OPTIONS" },
      { type: "Notification", body: [{ specversion: "1.0", subject: hub }] },
    ]);
  });

  it.each`
    answer                                                | why
    ${{ status: 202, body: { validationResponse: "?" } }} | ${"202 is not 200"}
    ${{ status: 200, body: { validationResponse: "?" } }} | ${"the code is another"}
    ${{ status: 404 }}                                    | ${"nobody is there"}
  `("is refused when $why", async ({ answer }: { answer: { status: number; body?: unknown } }) => {
    const hook = await endpoint(() => answer);
    const azure = await simulatedAzure();
    const created = await azure.send("POST", "/_sim/subscriptions", {
      body: { url: hook.url, eventSchema: "EventGridSchema" },
    });
    expect(errorOf(created)).toEqual({ status: 400, code: "EndpointValidationFailed" });
    expect(await azure.control("subscriptions")).toEqual([]);
  });

  it("is sent an event again after a 500, and not after a 400", async () => {
    let status = 500;
    const hook = await endpoint((request, body) =>
      request.headers["aeg-event-type"] === "SubscriptionValidation" ? echo(request, body) : { status },
    );
    const azure = await simulatedAzure({ webhook: hook.url, settings: { eventSchema: "EventGridSchema" } });
    await until(async () => JSON.stringify(await azure.control("subscriptions")).includes("active"));
    await azure.list(hub);
    await until(() => hook.received.length === 2);
    status = 400;
    await until(async () => {
      await azure.control("clock", { advance: "PT10S" });
      return hook.received.length === 3;
    });
    await until(async () => JSON.stringify(await azure.control("subscriptions")).includes('"dropped":1'));
    await azure.control("clock", { advance: "PT2H" });
    expect(hook.received.map(({ type }) => type)).toEqual([
      "SubscriptionValidation",
      "Notification",
      "Notification",
    ]);
  });
});
