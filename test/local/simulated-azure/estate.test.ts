import { describe, expect, it } from "vitest";
import { errorOf, hub, simulatedAzure, staging } from "./azure-client.ts";

const subscription = "11111111-0000-4000-8000-000000000001";
const machineIds = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `/subscriptions/${subscription}/resourceGroups/rg-many/providers/Microsoft.Compute/virtualMachines/vm-${String(index).padStart(4, "0")}`,
  }));

async function azureAsking(query: string) {
  const azure = await simulatedAzure();
  const ask = (more: object = {}) =>
    azure.send("POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", {
      body: { query, ...more },
    });
  return { azure, ask };
}

describe("bastions", () => {
  it("starts with two, and five VMs", async () => {
    const azure = await simulatedAzure();
    const state = (await azure.control("state")) as {
      bastions: { name: string }[];
      vms: { name: string }[];
      links: unknown[];
    };
    expect(state.bastions.map(({ name }) => name)).toEqual(["bas-hub-weu", "bas-edge-neu"]);
    expect(state.vms.map(({ name }) => name)).toEqual([
      "vm-staging-01",
      "vm-prod-db-01",
      "vm-prod-web-01",
      "vm-build-01",
      "vm-legacy-01",
    ]);
    expect(state.links).toEqual([]);
  });

  it("shows a bastion as ARM does, with the id as it is stored", async () => {
    const azure = await simulatedAzure();
    expect((await azure.arm("GET", hub.toLowerCase())).body).toMatchObject({
      id: hub,
      name: "bas-hub-weu",
      type: "Microsoft.Network/bastionHosts",
      location: "westeurope",
      sku: { name: "Standard" },
      properties: { provisioningState: "Succeeded", enableShareableLink: true },
    });
  });

  it("switches the feature with PUT, and is Updating until the operation ends", async () => {
    const azure = await simulatedAzure({ settings: { operationInMs: 60_000 } });
    const body = {
      location: "westeurope",
      sku: { name: "Standard" },
      properties: { enableShareableLink: false },
    };
    const put = await azure.arm("PUT", hub, { body });
    expect(put).toMatchObject({
      status: 200,
      body: { properties: { provisioningState: "Updating", enableShareableLink: false } },
    });
    expect(put.headers.get("azure-asyncoperation")).toContain("/operations/");
    await azure.control("clock", { advance: "PT1M" });
    expect((await azure.arm("GET", hub)).body).toMatchObject({
      properties: { provisioningState: "Succeeded", enableShareableLink: false },
    });
  });

  it("creates a bastion with PUT (201), and deletes it", async () => {
    const azure = await simulatedAzure();
    const created = hub.replace("bas-hub-weu", "bas-new");
    expect((await azure.arm("PUT", created, { body: { location: "westeurope" } })).status).toBe(201);
    await azure.control("clock", { advance: "PT1S" });
    expect((await azure.arm("DELETE", created)).status).toBe(202);
    await azure.control("clock", { advance: "PT1S" });
    expect(errorOf(await azure.arm("GET", created))).toEqual({ status: 404, code: "ResourceNotFound" });
    expect((await azure.arm("DELETE", created)).status).toBe(204);
  });

  it("lists and disconnects active sessions", async () => {
    const azure = await simulatedAzure();
    await azure.control("sessions", [
      { bastionId: hub, vmId: staging, sessionId: "s1", userName: "root", protocol: "SSH" },
    ]);
    const asked = await azure.arm("POST", `${hub}/getActiveSessions`);
    expect(asked.status).toBe(202);
    expect((await azure.ended(asked)).body).toMatchObject({
      value: [
        { sessionId: "s1", userName: "root", targetHostName: "vm-staging-01", targetResourceId: staging },
      ],
    });
    const ended = await azure.arm("POST", `${hub}/disconnectActiveSessions`, {
      body: { sessionIds: ["s1", "s2"] },
    });
    expect(ended.body).toMatchObject({
      value: [{ state: "Disconnected" }, { sessionId: "s2", state: "NotFound" }],
    });
    expect((await azure.ended(await azure.arm("POST", `${hub}/getActiveSessions`))).body).toEqual({
      value: [],
    });
  });

  it("shows VMs with their tags", async () => {
    const azure = await simulatedAzure();
    expect((await azure.arm("GET", staging)).body).toMatchObject({ id: staging, tags: { env: "staging" } });
    expect(
      (await azure.arm("GET", `/subscriptions/${subscription}/providers/Microsoft.Compute/virtualMachines`))
        .body,
    ).toMatchObject({
      value: { length: 5 },
    });
    expect(errorOf(await azure.arm("GET", `${staging}-gone`))).toEqual({
      status: 404,
      code: "ResourceNotFound",
    });
  });
});

describe("Resource Graph", () => {
  it("answers rows of the type that is asked for", async () => {
    const { ask } = await azureAsking("Resources\n| where type =~ 'Microsoft.Network/BastionHosts'");
    expect((await ask()).body).toMatchObject({
      totalRecords: 2,
      count: 2,
      resultTruncated: "false",
      data: [
        {
          name: "bas-edge-neu",
          type: "microsoft.network/bastionhosts",
          resourceGroup: "rg-edge-neu",
          subscriptionId: subscription,
          sku: { name: "Premium" },
        },
        { name: "bas-hub-weu", id: hub, properties: { enableShareableLink: true } },
      ],
    });
  });

  it("honours ids, columns and aliases", async () => {
    const { ask } = await azureAsking(
      `Resources | where type in~ ('microsoft.compute/virtualmachines') and id in~ ('${staging.toUpperCase()}') | project id, env = tostring(tags.env)`,
    );
    expect((await ask()).body).toMatchObject({ data: [{ id: staging, env: "staging" }] });
  });

  it.each`
    scope                                    | count
    ${{ subscriptions: [subscription] }}     | ${2}
    ${{ subscriptions: ["other"] }}          | ${0}
    ${{ managementGroups: ["mg-platform"] }} | ${2}
  `("keeps to the scope $scope", async ({ scope, count }: { scope: object; count: number }) => {
    const { ask } = await azureAsking("Resources | where type == 'microsoft.network/bastionhosts'");
    expect((await ask(scope)).body).toMatchObject({ count });
  });

  it("pages by $top and $skipToken, in order of id", async () => {
    const { azure, ask } = await azureAsking(
      "resources | where type =~ 'microsoft.compute/virtualmachines' | project id | order by id asc",
    );
    await azure.control("estate", { bastions: [], vms: machineIds(2_500) });
    const first = (await ask()).body as { $skipToken: string; count: number };
    const second = (await ask({ options: { $skipToken: first.$skipToken } })).body as { $skipToken: string };
    const third = (await ask({ options: { $skipToken: second.$skipToken } })).body;
    expect(first).toMatchObject({ totalRecords: 2_500, count: 1_000, data: { 0: machineIds(1)[0] } });
    expect(third).toMatchObject({
      count: 500,
      resultTruncated: "false",
      data: { 499: machineIds(2_500)[2_499] },
    });
    expect(third).not.toHaveProperty("$skipToken");
    expect((await ask({ options: { $top: 10, $skip: 2_495 } })).body).toMatchObject({ count: 5 });
  });

  it("loses rows, and says so, when the ids are not projected", async () => {
    const { ask } = await azureAsking(
      "resources | where type =~ 'microsoft.compute/virtualmachines' | project name",
    );
    const { body } = await ask({ options: { $top: 2 } });
    expect(body).toMatchObject({ count: 2, resultTruncated: "true" });
    expect(body).not.toHaveProperty("$skipToken");
  });

  it.each`
    query
    ${"Resources"}
    ${"Resources | where type =~ 'microsoft.storage/storageaccounts'"}
    ${"Resources | where type =~ 'microsoft.network/bastionhosts' | summarize count()"}
    ${"Resources | where type =~ 'microsoft.network/bastionhosts' and properties.x == true"}
    ${"Resources | where type =~ 'microsoft.network/bastionhosts' | project coalesce(id, name)"}
  `("refuses what it does not understand: $query", async ({ query }: { query: string }) => {
    const { ask } = await azureAsking(query);
    expect(errorOf(await ask())).toEqual({ status: 400, code: "InvalidQuery" });
  });
});
