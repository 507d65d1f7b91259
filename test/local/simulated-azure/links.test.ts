import { describe, expect, it } from "vitest";
import { database, edge, errorOf, hub, links, simulatedAzure, staging, tokenOf } from "./azure-client.ts";

const link = /^https:\/\/bst-[0-9a-f-]{36}\.bastion\.azure\.com\/api\/shareable-url\/[0-9a-f-]{36}$/;

describe("the life of a shareable link", () => {
  it("begins when the create operation ends, and not before", async () => {
    const azure = await simulatedAzure({ settings: { operationInMs: 60_000 } });
    const accepted = await azure.arm("POST", `${hub}/createShareableLinks`, {
      body: { vms: [{ vm: { id: staging } }] },
    });
    expect(accepted.status).toBe(202);
    expect(accepted.headers.get("retry-after")).toBe("10");
    const location = accepted.headers.get("location") ?? "";
    const status = accepted.headers.get("azure-asyncoperation") ?? "";
    expect(location).toMatch(
      /\/providers\/Microsoft\.Network\/locations\/westeurope\/operationResults\/[0-9a-f-]{36}\?api-version=2025-07-01&t=\d{18}&c=/,
    );
    expect((await azure.send("GET", location)).status).toBe(202);
    expect((await azure.send("GET", status)).body).toMatchObject({ status: "InProgress" });
    expect((await azure.list(hub)).body).toEqual({ value: [] });

    await azure.control("clock", { advance: "PT1M" });
    const created = await azure.send("GET", location);
    expect(created.status).toBe(200);
    expect(links(created)).toEqual([
      {
        vm: { id: staging },
        bsl: expect.stringMatching(link) as string,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/) as string,
      },
    ]);
    expect((await azure.send("GET", status)).body).toEqual({
      status: "Succeeded",
      properties: { output: created.body },
    });
    const [listed] = links(await azure.list(hub));
    expect(listed?.bsl).toBe(links(created)[0]?.bsl);
    expect(listed?.createdAt).not.toBe(links(created)[0]?.createdAt);
  });

  it("lets one VM carry several links, and lists by VM whatever the casing of ids", async () => {
    const azure = await simulatedAzure();
    await azure.create(hub, staging, staging);
    await azure.create(hub, database);
    expect(links(await azure.list(hub)).map(({ vm }) => vm.id)).toEqual([staging, staging, database]);
    expect(
      links(await azure.list(hub.toUpperCase(), { vms: [{ vm: { id: database.toUpperCase() } }] })).map(
        ({ vm }) => vm.id,
      ),
    ).toEqual([database]);
    expect(links(await azure.list(hub, {}))).toHaveLength(3);
    expect(links(await azure.list(hub, { vms: [] }))).toHaveLength(3);
    expect(links(await azure.list(edge))).toEqual([]);
  });

  it("ends by token without touching a newer link of the same VM", async () => {
    const azure = await simulatedAzure();
    const [older, newer] = await azure.create(hub, staging, staging);
    const deleted = await azure.ended(
      await azure.arm("POST", `${hub}/deleteShareableLinksByToken`, {
        body: { tokens: [older ? tokenOf(older) : ""] },
      }),
    );
    expect({ status: deleted.status, body: deleted.body }).toEqual({ status: 200, body: null });
    expect(links(await azure.list(hub)).map(tokenOf)).toEqual(newer && [tokenOf(newer)]);
  });

  it("ends by VM with every link of that VM", async () => {
    const azure = await simulatedAzure();
    await azure.create(hub, staging, staging, database);
    await azure.ended(
      await azure.arm("POST", `${hub}/deleteShareableLinks`, { body: { vms: [{ vm: { id: staging } }] } }),
    );
    expect(links(await azure.list(hub)).map(({ vm }) => vm.id)).toEqual([database]);
  });

  it("is over when its bastion is deleted", async () => {
    const azure = await simulatedAzure();
    await azure.create(hub, staging);
    await azure.ended(await azure.arm("DELETE", hub));
    expect(errorOf(await azure.list(hub))).toEqual({ status: 404, code: "ResourceNotFound" });
    expect(await azure.control("state")).toMatchObject({ links: [] });
  });

  it("is remembered as a secret, with URL and token", async () => {
    const azure = await simulatedAzure();
    const [created] = await azure.create(hub, staging);
    expect(await azure.control("secrets")).toEqual([created?.bsl, created ? tokenOf(created) : ""]);
  });
});

describe("what creating and deleting refuses", () => {
  it("gives an unknown VM a message in place of a link", async () => {
    const azure = await simulatedAzure();
    const [known, unknown] = await azure.create(hub, staging, `${staging}-gone`);
    expect(known?.bsl).toMatch(link);
    expect(unknown).toEqual({
      vm: { id: `${staging}-gone` },
      message: `The virtual machine '${staging}-gone' was not found.`,
    });
    expect(links(await azure.list(hub))).toHaveLength(1);
  });

  it("refuses everything about links while the feature is off", async () => {
    const azure = await simulatedAzure();
    await azure.ended(
      await azure.arm("PATCH", hub, { body: { properties: { enableShareableLink: false } } }),
    );
    const create = await azure.arm("POST", `${hub}/createShareableLinks`, {
      body: { vms: [{ vm: { id: staging } }] },
    });
    expect(errorOf(create)).toEqual({ status: 400, code: "BastionShareableLinkFeatureNotEnabled" });
    expect(errorOf(await azure.list(hub))).toEqual({
      status: 400,
      code: "BastionShareableLinkFeatureNotEnabled",
    });
  });

  it("refuses links on a Basic bastion", async () => {
    const azure = await simulatedAzure();
    await azure.control("estate", { bastions: [{ id: hub, sku: "Basic" }], vms: [{ id: staging }] });
    const create = await azure.arm("POST", `${hub}/createShareableLinks`, {
      body: { vms: [{ vm: { id: staging } }] },
    });
    expect(errorOf(create)).toEqual({ status: 400, code: "BastionShareableLinkNotSupportedForSku" });
  });

  it("refuses the 501st link", async () => {
    const azure = await simulatedAzure();
    await azure.create(hub, ...Array.from({ length: 499 }, () => staging));
    const two = await azure.arm("POST", `${hub}/createShareableLinks`, {
      body: { vms: [{ vm: { id: staging } }, { vm: { id: staging } }] },
    });
    expect(errorOf(two)).toEqual({ status: 400, code: "BastionShareableLinkLimitExceeded" });
    expect(await azure.create(hub, staging)).toHaveLength(1);
  });

  it.each`
    operation                        | body                    | code
    ${"createShareableLinks"}        | ${{}}                   | ${"InvalidRequestContent"}
    ${"deleteShareableLinks"}        | ${{ vms: [] }}          | ${"InvalidRequestContent"}
    ${"deleteShareableLinksByToken"} | ${{}}                   | ${"InvalidRequestContent"}
    ${"deleteShareableLinksByToken"} | ${{ tokens: ["nope"] }} | ${"BastionShareableLinkTokenNotFound"}
    ${"getShareableLinks"}           | ${{ vms: "all" }}       | ${"InvalidRequestContent"}
  `(
    "answers $operation of $body with 400 $code",
    async ({ operation, body, code }: { operation: string; body: unknown; code: string }) => {
      const azure = await simulatedAzure();
      expect(errorOf(await azure.arm("POST", `${hub}/${operation}`, { body }))).toEqual({
        status: 400,
        code,
      });
    },
  );
});

describe("paging", () => {
  it("follows nextLink with GET until the list is complete", async () => {
    const azure = await simulatedAzure({ settings: { pageSize: 2 } });
    const created = await azure.create(hub, staging, staging, database, staging, staging);
    const pages = [await azure.list(hub)];
    for (let next = nextLinkOf(pages.at(-1)?.body); next; next = nextLinkOf(pages.at(-1)?.body))
      pages.push(await azure.send("GET", next));
    expect(pages.map((page) => links(page).length)).toEqual([2, 2, 1]);
    expect(pages.flatMap(links).map(tokenOf)).toEqual(created.map(tokenOf));
  });

  it("keeps to the VMs that were asked for on further pages", async () => {
    const azure = await simulatedAzure({ settings: { pageSize: 1 } });
    await azure.create(hub, staging, database, staging);
    const first = await azure.list(hub, { vms: [{ vm: { id: staging } }] });
    const second = await azure.send("GET", nextLinkOf(first.body) ?? "");
    expect([...links(first), ...links(second)].map(({ vm }) => vm.id)).toEqual([staging, staging]);
    expect(second.body).not.toHaveProperty("nextLink");
  });

  it("pages bastions of a subscription and of a resource group", async () => {
    const azure = await simulatedAzure({ settings: { pageSize: 1 } });
    const [, subscription] = hub.split("/").slice(1);
    const first = await azure.arm(
      "GET",
      `/subscriptions/${subscription ?? ""}/providers/Microsoft.Network/bastionHosts`,
    );
    expect(first.body).toMatchObject({ value: [{ name: "bas-hub-weu" }] });
    expect((await azure.send("GET", nextLinkOf(first.body) ?? "")).body).toMatchObject({
      value: [{ name: "bas-edge-neu" }],
    });
    const group = await azure.arm(
      "GET",
      edge.slice(0, edge.lastIndexOf("/")).replace("rg-edge-neu", "RG-EDGE-NEU"),
    );
    expect(group.body).toMatchObject({ value: [{ name: "bas-edge-neu", sku: { name: "Premium" } }] });
  });
});

function nextLinkOf(body: unknown): string | undefined {
  return (body as { nextLink?: string } | undefined)?.nextLink;
}
