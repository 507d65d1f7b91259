import { describe, expect, it } from "vitest";
import { teamsWorkflowPath } from "../../../local/local-settings.ts";
import type { Answer, Client } from "./azure-client.ts";
import { until } from "../../eventually.ts";
import { edge, errorOf, hub, memorySink, simulatedAzure } from "./azure-client.ts";

const graphQuery = { query: "Resources | where type =~ 'microsoft.network/bastionhosts' | project id, name" };

const resourceGraph = (azure: Client) =>
  azure.send("POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", {
    body: graphQuery,
  });
const directory = (azure: Client) => azure.send("GET", "/v1.0/users/jane@contoso.example");
const logs = (azure: Client) =>
  azure.send("POST", "/v1/workspaces/w/query", { body: { query: "AzureActivity" } });
const teams = (azure: Client) =>
  azure.send("POST", teamsWorkflowPath, { body: { type: "message" }, claims: null });
const names = (answer: Answer) => (answer.body as { data: { name: string }[] }).data.map(({ name }) => name);

describe("habits of events", () => {
  async function azureWithSink() {
    const sink = memorySink();
    return { azure: await simulatedAzure({ sink }), events: sink.events };
  }
  const subjects = (events: readonly Readonly<Record<string, unknown>>[]) =>
    events.map(({ subject }) => String(subject).split("/").at(-1));

  it("eventsTwice: the same event again", async () => {
    const { azure, events } = await azureWithSink();
    await azure.faults({ eventsTwice: true });
    await azure.list(hub);
    await until(() => events.length === 2);
    expect(events[0]?.["id"]).toBe(events[1]?.["id"]);
  });

  it("eventsLate: minutes later", async () => {
    const { azure, events } = await azureWithSink();
    await azure.faults({ eventsLate: true });
    await azure.list(hub);
    await azure.control("clock", { advance: "PT2M" });
    expect(events).toEqual([]);
    await azure.control("clock", { advance: "PT1M" });
    expect(subjects(events)).toEqual(["bas-hub-weu"]);
  });

  it("eventsOutOfOrder: the later one first, and the last one all the same", async () => {
    const { azure, events } = await azureWithSink();
    await azure.faults({ eventsOutOfOrder: true });
    await azure.list(hub);
    await azure.list(edge);
    await until(() => events.length === 2);
    expect(subjects(events)).toEqual(["bas-edge-neu", "bas-hub-weu"]);
    await azure.list(hub);
    await azure.control("clock", { advance: "PT1S" });
    await azure.control("clock", { advance: "PT5S" });
    await until(() => events.length === 3);
  });

  it("eventsLost: in the Activity Log, and nowhere else", async () => {
    const { azure, events } = await azureWithSink();
    await azure.faults({ eventsLost: true });
    await azure.list(hub);
    await azure.control("clock", { advance: "P1D" });
    expect(events).toEqual([]);
    expect(await azure.control("activity")).toHaveLength(1);
  });
});

describe("habits of Teams, Graph, Log Analytics and Resource Graph", () => {
  it.each`
    fault                | status | shown
    ${"teams202Nothing"} | ${202} | ${0}
    ${"teams429"}        | ${429} | ${0}
    ${"teams413"}        | ${413} | ${0}
    ${"teams500"}        | ${500} | ${0}
    ${"teams503"}        | ${503} | ${0}
  `("$fault", async ({ fault, status, shown }: { fault: string; status: number; shown: number }) => {
    const azure = await simulatedAzure();
    await azure.faults({ [fault]: true });
    const answer = await teams(azure);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("retry-after")).toBe(status === 429 ? "2" : null);
    expect(await azure.control("teams/messages")).toHaveLength(shown);
  });

  it("teamsAnswersLost: shown, and the sender never knows", async () => {
    const azure = await simulatedAzure();
    await azure.faults({ teamsAnswersLost: true });
    await expect(teams(azure)).rejects.toThrow("fetch failed");
    expect(await azure.control("teams/messages")).toHaveLength(1);
  });

  it("graph403", async () => {
    const azure = await simulatedAzure();
    await azure.faults({ graph403: true });
    expect(errorOf(await directory(azure))).toEqual({ status: 403, code: "Authorization_RequestDenied" });
  });

  it("logsNotIngested", async () => {
    const azure = await simulatedAzure();
    await azure.list(hub);
    expect((await logs(azure)).body).toMatchObject({ tables: [{ rows: [expect.any(Array)] }] });
    await azure.faults({ logsNotIngested: true });
    expect((await logs(azure)).body).toMatchObject({ tables: [{ name: "PrimaryResult", rows: [] }] });
  });

  it("resourceGraphLags: answers what was when the habit began", async () => {
    const azure = await simulatedAzure();
    await azure.faults({ resourceGraphLags: true });
    await azure.control("estate", { bastions: [{ id: hub.replace("bas-hub-weu", "bas-new") }], vms: [] });
    expect(names(await resourceGraph(azure))).toEqual(["bas-edge-neu", "bas-hub-weu"]);
    await azure.faults({ resourceGraphLags: false });
    expect(names(await resourceGraph(azure))).toEqual(["bas-new"]);
  });

  it("resourceGraphOmits one", async () => {
    const azure = await simulatedAzure();
    await azure.faults({ resourceGraphOmits: true });
    expect(names(await resourceGraph(azure))).toEqual(["bas-hub-weu"]);
  });
});
