import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Hosted, hostApp, key } from "./hosted-app.ts";

const source = `
let waiting = [];
app.eventGrid("on-event", { handler: async (event, context) => {
  context.log(JSON.stringify(event));
  if (event.data?.fail) throw new Error("cannot handle");
} });
app.eventGrid("pair", { handler: async (event) => {
  await new Promise((resolve) => { waiting.push(resolve); if (waiting.length === 2) waiting.forEach((go) => go()); });
} });
app.eventGrid("off", { handler: () => undefined });
app.http("page", { handler: () => ({ body: "page" }) });
`;

let host: Hosted;
beforeAll(async () => {
  host = await hostApp(source, { settings: { "AzureWebJobs.off.Disabled": "1" } });
});
afterAll(() => host.close());

interface Push {
  readonly functionName?: string;
  readonly code?: string;
  readonly type?: string | undefined;
  readonly body?: unknown;
}

function push({
  functionName = "on-event",
  code = key,
  type = "Notification",
  body = [],
}: Push): Promise<Response> {
  const headers: Record<string, string> = type === "" ? {} : { "aeg-event-type": type };
  const url = `${host.url}/runtime/webhooks/EventGrid?functionName=${functionName}&code=${code}`;
  return fetch(url, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("the Event Grid endpoint", () => {
  it("answers the validation handshake with the code", async () => {
    const event = {
      eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
      data: { validationCode: "C0DE" },
    };
    const response = await push({ type: "SubscriptionValidation", body: [event] });
    expect([response.status, await response.json()]).toEqual([200, { validationResponse: "C0DE" }]);
  });

  it("answers it in the CloudEvents form, where data is JSON in a string", async () => {
    const response = await push({
      type: "SubscriptionValidation",
      body: { data: '{"validationCode":"C0DE"}' },
    });
    expect([response.status, await response.json()]).toEqual([200, { validationResponse: "C0DE" }]);
  });

  it("answers CloudEvents' abuse protection", async () => {
    const response = await fetch(`${host.url}/runtime/webhooks/EventGrid?functionName=on-event&code=${key}`, {
      method: "OPTIONS",
      headers: { "WebHook-Request-Origin": "eventgrid.azure.net" },
    });
    expect([response.status, response.headers.get("webhook-allowed-origin")]).toEqual([
      200,
      "eventgrid.azure.net",
    ]);
  });

  it("hands over each event of an array as it is, and a single one", async () => {
    expect((await push({ body: [{ id: "1" }, { id: "2", data: { x: [1] } }] })).status).toBe(202);
    expect((await push({ body: { id: "3", specversion: "1.0" } })).status).toBe(202);
    expect(host.said("on-event").toSorted()).toEqual([
      '{"id":"1"}',
      '{"id":"2","data":{"x":[1]}}',
      '{"id":"3","specversion":"1.0"}',
    ]);
  });

  it("runs the events of one delivery at the same time", async () => {
    expect((await push({ functionName: "pair", body: [{ id: "a" }, { id: "b" }] })).status).toBe(202);
  });

  it("answers 500 when one of several events fails", async () => {
    expect((await push({ body: [{ id: "4" }, { id: "5", data: { fail: true } }] })).status).toBe(500);
    expect(host.said("on-event").join()).toContain("Invocation failed: Error: cannot handle");
  });

  it.each<[string, Push, number]>([
    ["an unsubscription", { type: "Unsubscribe" }, 202],
    ["no event type", { type: "" }, 400],
    ["an unknown event type", { type: "Other" }, 400],
    ["a body that is no JSON", { body: "{" }, 400],
    ["a body that is no event", { body: "7" }, 400],
    ["a validation without a code", { type: "SubscriptionValidation", body: [{}] }, 400],
    ["an unknown function", { functionName: "nobody" }, 404],
    ["a function of another kind", { functionName: "page" }, 404],
    ["a disabled function", { functionName: "off" }, 404],
    ["a wrong key", { code: "wrong" }, 401],
    ["the function's name in another case", { functionName: "ON-EVENT" }, 202],
  ])("for %s answers as Azure does", async (_what, delivery, status) => {
    expect((await push(delivery)).status).toBe(status);
  });
});
