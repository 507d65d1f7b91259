import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { eventually } from "../../eventually.ts";
import { type Hosted, hostApp, key } from "./hosted-app.ts";

const source = `
app.timer("sweep", { schedule: "0 0 0 1 1 *", handler: (timer, context) => { context.log("swept " + timer.isPastDue); } });
app.timer("broken", { schedule: "0 0 0 1 1 *", handler: () => { throw new Error("no sweep"); } });
app.eventGrid("on-event", { handler: (event, context) => { context.log(JSON.stringify(event)); } });
app.http("page", { handler: async (request, context) => { context.log(await request.text()); return { status: 204 }; } });
app.storageQueue("work", { queueName: "work", connection: "", handler: (message, context) => {
  context.log(JSON.stringify([message, context.triggerMetadata.dequeueCount]));
} });
app.timer("off", { schedule: "* * * * * *", handler: (timer, context) => { context.log("ran"); } });
`;

/** Nothing listens there: the queue is fired by hand only. */
const nowhere =
  "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:9/devstoreaccount1;";

let host: Hosted;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-21T08:00:00Z") });
  host = await hostApp(source, {
    settings: { AzureWebJobsStorage: nowhere, "AzureWebJobs.off.Disabled": "true" },
  });
});
afterAll(async () => {
  vi.useRealTimers();
  await host.close();
});

const admin = (path: string, init: RequestInit = { method: "POST" }) =>
  fetch(`${host.url}/admin/${path}`, { ...init, headers: { "x-functions-key": key } });

describe("firing a function by hand", () => {
  it("answers 202 at once and runs it", async () => {
    expect((await admin("functions/sweep")).status).toBe(202);
    await eventually(() => {
      expect(host.said("sweep")).toEqual(["swept false"]);
    });
  });

  it("answers 200 or 500 after the run when told to wait", async () => {
    expect((await admin("functions/SWEEP?wait=true")).status).toBe(200);
    const failed = await admin("functions/broken?wait=true");
    expect([failed.status, (await failed.text()).split("\n")[0]]).toEqual([500, "Error: no sweep"]);
  });

  it.each([
    ["work", '{"input":{"a":1}}', '[{"a":1},1]'],
    ["work", '{"input":"{\\"b\\":2}"}', '[{"b":2},1]'],
    ["work", "", '["",1]'],
    ["on-event", '{"input":{"id":"1"}}', '{"id":"1"}'],
    ["page", '{"input":"text"}', "text"],
  ])("%s with %s hands over the input", async (name, body, logged) => {
    expect((await admin(`functions/${name}?wait=true`, { method: "POST", body })).status).toBe(200);
    expect(host.said(name)).toContain(logged);
  });

  it("runs a disabled one, as in Azure", async () => {
    expect(host.said("off")).toEqual([]);
    expect((await admin("functions/off?wait=true")).status).toBe(200);
    expect(host.said("off")).toEqual(["ran"]);
  });

  it("refuses an unknown function, a bad body, another method, a caller without the key", async () => {
    expect((await admin("functions/nobody")).status).toBe(404);
    expect((await admin("functions/sweep", { method: "POST", body: "{" })).status).toBe(400);
    expect((await admin("functions/sweep", { method: "GET" })).status).toBe(405);
    expect((await fetch(`${host.url}/admin/functions/sweep`, { method: "POST" })).status).toBe(401);
    expect((await fetch(`${host.url}/admin/host/status`)).status).toBe(401);
  });
});

it("the status lists the functions and when timers fire next", async () => {
  expect(await (await admin("host/status", { method: "GET" })).json()).toEqual({
    state: "Running",
    invocations: { running: 0, begun: expect.any(Number) as number },
    functions: [
      { name: "sweep", trigger: "timer", disabled: false, next: "2027-01-01T00:00:00.000Z" },
      { name: "broken", trigger: "timer", disabled: false, next: "2027-01-01T00:00:00.000Z" },
      { name: "on-event", trigger: "eventGrid", disabled: false },
      { name: "page", trigger: "http", disabled: false },
      { name: "work", trigger: "queue", disabled: false },
      { name: "off", trigger: "timer", disabled: true },
    ],
  });
});

it("a storage that is away is logged, not fatal", () => {
  expect(host.said("work")[0]).toMatch(/^Queue work cannot be made yet: /);
});
