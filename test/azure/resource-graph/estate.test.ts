import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { resourceGraphEstate } from "../../../src/azure/resource-graph/estate.ts";
import type { EstateScope } from "../../../src/azure/resource-graph/estate.ts";
import type { Wire, WireAnswer } from "../arm-on-the-wire.ts";
import { armOnTheWire, bastionId, countingCredential, hub, subscription, vmId } from "../arm-on-the-wire.ts";

const one: EstateScope = { subscriptions: [subscription], managementGroups: [] };
const spoke = bastionId(hub.id.replace("bst-hub", "bst-spoke"));
const row = (id: string) => ({
  id,
  name: "any",
  location: "westeurope",
  sku: { name: "Standard" },
  properties: { enableShareableLink: true },
});
const facts = (bastion: typeof hub) => ({
  bastion,
  region: "westeurope",
  sku: "Standard",
  shareableLinksEnabled: true,
});
const page = (data: readonly unknown[], more: object = {}): WireAnswer => ({
  json: {
    totalRecords: data.length,
    count: data.length,
    resultTruncated: "false",
    facets: [],
    data,
    ...more,
  },
});
const estateAt = (wire: Wire, scope: EstateScope | "everything" = one) =>
  resourceGraphEstate({ endpoint: wire.endpoint, credential: countingCredential(), scope });

describe("bastions", () => {
  it("are asked for in one ordered query", async () => {
    const wire = await armOnTheWire(page([row(hub.id)]));
    expect(await estateAt(wire).bastions()).toEqual([facts(hub)]);
    expect(wire.requests).toEqual([
      {
        method: "POST",
        url: "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01",
        authorization: "Bearer secret-access-token-1",
        body: {
          subscriptions: [subscription],
          query:
            "resources | where type =~ 'microsoft.network/bastionhosts' | project id, name, location, sku, properties | order by id asc",
          options: { $top: 1000, resultFormat: "objectArray" },
        },
      },
    ]);
  });

  it("come page by page", async () => {
    const wire = await armOnTheWire(
      page([row(hub.id)], { $skipToken: "next", resultTruncated: "true" }),
      page([row(spoke.id)]),
    );
    expect(await estateAt(wire).bastions()).toEqual([facts(hub), facts(spoke)]);
    expect(wire.requests.map(({ body }) => (body as { options: object }).options)).toEqual([
      { $top: 1000, resultFormat: "objectArray" },
      { $skipToken: "next", $top: 1000, resultFormat: "objectArray" },
    ]);
  });

  it("of subscriptions and of management groups are two queries and one list", async () => {
    const wire = await armOnTheWire(page([row(hub.id)]), page([row(hub.id.toLowerCase()), row(spoke.id)]));
    const found = await estateAt(wire, {
      subscriptions: [subscription],
      managementGroups: ["mg-prod"],
    }).bastions();
    expect(found.map(({ bastion }) => bastion.name)).toEqual(["bst-hub", "bst-spoke"]);
    expect(wire.requests.map(({ body }) => body)).toMatchObject([
      { subscriptions: [subscription] },
      { managementGroups: ["mg-prod"] },
    ]);
  });

  it.each([
    [{ id: hub.id }, { region: undefined, sku: undefined, shareableLinksEnabled: undefined }],
    [
      { ...row(hub.id), sku: "Standard", properties: null, location: 7 },
      { region: undefined, sku: undefined, shareableLinksEnabled: undefined },
    ],
    [{ ...row(hub.id), properties: { enableShareableLink: false } }, { shareableLinksEnabled: false }],
  ])("are there whatever their details: %j", async (data, expected) => {
    expect(await estateAt(await armOnTheWire(page([data]))).bastions()).toMatchObject([
      { bastion: hub, ...expected },
    ]);
  });

  it.each<[string, WireAnswer[], string]>([
    [
      "a page fails",
      [page([row(hub.id)], { $skipToken: "n" }), { status: 500, json: {} }],
      "Asking Resource Graph: 500",
    ],
    [
      "a page is throttled",
      [{ status: 429, json: { error: { code: "RateLimiting" } } }],
      "Asking Resource Graph: 429 RateLimiting",
    ],
    [
      "we may not",
      [{ status: 403, json: { error: { code: "AccessDenied", message: "No." } } }],
      "Asking Resource Graph: 403 AccessDenied No.",
    ],
    [
      "rows were left out",
      [page([row(hub.id)], { resultTruncated: "true" })],
      "Resource Graph left rows out and offers no next page",
    ],
    [
      "subscriptions were left out",
      [{ json: { data: [row(hub.id)] }, headers: { "x-ms-tenant-subscription-limit-hit": "true" } }],
      "Resource Graph left subscriptions out: the scope is larger than one query covers. Name subscriptions or smaller management groups instead",
    ],
    [
      "data is a table",
      [{ json: { data: { columns: [], rows: [] } } }],
      "Asking Resource Graph: 200 the answer is not what was asked for",
    ],
    [
      "the answer is no JSON",
      [{ text: "<html>" }],
      "Asking Resource Graph: 200 the answer is not what was asked for",
    ],
    ["nobody answers", [{ instead: "hang" }], "Asking Resource Graph: no answer within 20000 ms"],
    [
      "a row is no bastion",
      [page([row(hub.id), row(vmId("vm-1")), 7])],
      "2 of 3 rows of Resource Graph cannot be read as bastions",
    ],
    ["pages never end", [page([], { $skipToken: "n" })], "Resource Graph has more rows after 100 pages"],
  ])("throw when %s", async (_, answers, message) => {
    const error: unknown = await estateAt(await armOnTheWire(...answers))
      .bastions()
      .catch((caught: unknown) => caught);
    expect(error).toEqual(new Error(message));
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("secret-access-token");
  });

  it("are whole where Azure says that no limit was hit", async () => {
    const wire = await armOnTheWire({
      json: { data: [row(hub.id)] },
      headers: { "x-ms-tenant-subscription-limit-hit": "false" },
    });
    expect(await estateAt(wire).bastions()).toEqual([facts(hub)]);
  });

  it("of the whole tenant are asked for only when that is said", async () => {
    const wire = await armOnTheWire(page([row(hub.id)]));
    expect(await estateAt(wire, "everything").bastions()).toEqual([facts(hub)]);
    expect(Object.keys(wire.requests[0]?.body as object).sort()).toEqual(["options", "query"]);
  });

  it("need a scope, because none would mean everything", () => {
    const options = { endpoint: "https://management.azure.com", credential: countingCredential() };
    expect(() =>
      resourceGraphEstate({ ...options, scope: { subscriptions: [], managementGroups: [] } }),
    ).toThrow("The scope names neither a subscription nor a management group");
  });
});

describe("virtual machines", () => {
  const elsewhere = "22222222-2222-4222-8222-222222222222";

  it("are looked up by id in their own subscription, whatever the scope", async () => {
    const far = vmId("vm-far").replace(subscription, elsewhere);
    const wire = await armOnTheWire(
      page([{ id: vmId("VM-1"), tags: { Env: "prod" } }]),
      page([{ id: far, tags: null }]),
    );
    const found = await estateAt(wire, { subscriptions: [], managementGroups: ["mg"] }).virtualMachines([
      vmId("vm-1"),
      far,
      vmId("VM-1"),
    ]);
    expect([...found]).toEqual([
      [vmId("vm-1").toLowerCase(), { vmId: vmId("VM-1"), tags: { Env: "prod" } }],
      [far.toLowerCase(), { vmId: far, tags: {} }],
    ]);
    expect(wire.requests.map(({ body }) => body)).toMatchObject([
      { subscriptions: [subscription] },
      { subscriptions: [elsewhere] },
    ]);
    expect((wire.requests[0]?.body as { query: string }).query).toBe(
      "resources | where type =~ 'microsoft.compute/virtualmachines' | where id in~ " +
        "('/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg-apps/providers/microsoft.compute/virtualmachines/vm-1') " +
        "| project id, tags | order by id asc",
    );
  });

  it("of a uniform scale set have the tags of their set, which is asked for once", async () => {
    const set = vmId("x").replace("/virtualMachines/x", "/virtualMachineScaleSets/vmss-Web");
    const [first, second, other] = [
      `${set}/virtualMachines/0`,
      `${set}/virtualMachines/1`,
      `${set}2/virtualMachines/0`,
    ];
    const wire = await armOnTheWire(page([{ id: set, tags: { env: "prod" } }]));
    const found = await estateAt(wire).virtualMachines([first, second, other]);
    expect([first, second, other].map((id) => found.get(id.toLowerCase())?.tags)).toEqual([
      { env: "prod" },
      { env: "prod" },
      undefined,
    ]);
    expect(wire.requests.map(({ body }) => (body as { query: string }).query)).toEqual([
      "resources | where type =~ 'microsoft.compute/virtualmachinescalesets' | where id in~ " +
        "('/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg-apps/providers/microsoft.compute/virtualmachinescalesets/vmss-web', " +
        "'/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg-apps/providers/microsoft.compute/virtualmachinescalesets/vmss-web2') " +
        "| project id, tags | order by id asc",
    ]);
  });

  it("are asked for 200 at a time", async () => {
    const wire = await armOnTheWire(page([]));
    await estateAt(wire).virtualMachines(Array.from({ length: 401 }, (_, n) => vmId(`vm-${n}`)));
    expect(
      wire.requests.map(({ body }) => (body as { query: string }).query.split("virtualmachines/").length - 1),
    ).toEqual([200, 200, 1]);
  });

  it.each([
    "",
    "vm-1",
    "') | project secrets | where ('a' == 'a",
    `${vmId("a")}' or id == '${vmId("b")}`,
    `${vmId("a")}\n`,
    hub.id,
  ])("that are %j are not asked for at all", async (id) => {
    const wire = await armOnTheWire(page([]));
    expect(await estateAt(wire).virtualMachines([id])).toEqual(new Map());
    expect(wire.requests).toEqual([]);
  });

  it("in rows that cannot be read are not known, and a tag without text is empty", async () => {
    const wire = await armOnTheWire(
      page([7, { tags: {} }, { id: vmId("a"), tags: { n: 1, t: "x" } }, { id: vmId("b"), tags: "x" }]),
    );
    expect([...(await estateAt(wire).virtualMachines([vmId("a")])).values()]).toEqual([
      { vmId: vmId("a"), tags: { n: "", t: "x" } },
      { vmId: vmId("b"), tags: {} },
    ]);
  });

  it("throw when Azure refuses", async () => {
    const wire = await armOnTheWire({ status: 403, json: { error: { code: "AccessDenied" } } });
    await expect(estateAt(wire).virtualMachines([vmId("a")])).rejects.toThrow(
      "Asking Resource Graph: 403 AccessDenied",
    );
  });
});
