import { describe, expect, it } from "vitest";
import { until } from "../../eventually.ts";
import { edge, hub, jane, memorySink, pipeline, simulatedAzure, staging } from "./azure-client.ts";

const subscription = "/subscriptions/11111111-0000-4000-8000-000000000001";
const createOne = { body: { vms: [{ vm: { id: staging } }] } };

async function azureWithSink(settings = {}) {
  const sink = memorySink();
  const azure = await simulatedAzure({ sink, settings: { eventSpellings: ["documented"], ...settings } });
  return { azure, events: sink.events };
}

describe("an event", () => {
  it("names the person, the address and the sign-in methods as CloudEvents do, and neither VM nor link", async () => {
    const { azure, events } = await azureWithSink();
    const [link] = await azure.create(hub, staging);
    await until(() => events.length === 1);
    expect(events[0]).toMatchObject({
      source: subscription,
      subject: hub,
      type: "Microsoft.Resources.ResourceActionSuccess",
      specversion: "1.0",
      data: {
        operationName: "Microsoft.Network/bastionHosts/createshareablelinks/action",
        resourceUri: hub,
        resourceProvider: "Microsoft.Network",
        status: "Succeeded",
        subscriptionId: "11111111-0000-4000-8000-000000000001",
        tenantId: "99999999-0000-4000-8000-000000000001",
        authorization: { scope: hub, evidence: { role: "Contributor", principalType: "User" } },
        claims: {
          "http://schemas.microsoft.com/identity/claims/objectidentifier":
            "00000000-0000-4000-8000-00000000000a",
          "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "jane@contoso.example",
          "http://schemas.microsoft.com/claims/authnmethodsreferences": "pwd,mfa",
          name: "Jane Moreau",
          ipaddr: "198.51.100.7",
        },
        httpRequest: { clientIpAddress: "198.51.100.7", method: "POST" },
      },
    });
    const text = JSON.stringify(events[0]);
    expect(text).not.toContain("vm-staging-01");
    expect(text).not.toContain(link?.bsl.split("/").at(-1));
  });

  it("has Event Grid's own envelope when that schema is chosen", async () => {
    const { azure, events } = await azureWithSink({ eventSchema: "EventGridSchema" });
    await azure.create(hub, staging);
    await until(() => events.length === 1);
    expect(Object.keys(events[0] ?? {}).sort()).toEqual([
      "data",
      "dataVersion",
      "eventTime",
      "eventType",
      "id",
      "metadataVersion",
      "subject",
      "topic",
    ]);
    expect(events[0]).toMatchObject({
      topic: subscription,
      eventType: "Microsoft.Resources.ResourceActionSuccess",
      dataVersion: "2",
      metadataVersion: "1",
    });
    expect(events[0]?.["eventTime"]).toMatch(/\.\d{7}Z$/);
  });

  it("knows an application by its id alone, and the role it was allowed by", async () => {
    const { azure, events } = await azureWithSink();
    await azure.arm("POST", `${hub}/createShareableLinks`, {
      ...createOne,
      claims: { ...pipeline, role: "Network Contributor" },
    });
    await until(() => events.length === 1);
    expect(events[0]).toMatchObject({
      data: {
        authorization: { evidence: { role: "Network Contributor", principalType: "ServicePrincipal" } },
        claims: { appid: "00000000-0000-4000-8000-0000000000b1", idtyp: "app", appidacr: "2" },
      },
    });
    const { claims } = events[0]?.["data"] as { claims: Record<string, unknown> };
    expect(
      Object.keys(claims).filter((name) => /upn|\/name$|^name$|ipaddr|authnmethods|^role$/.test(name)),
    ).toEqual([]);
    expect(Object.values(claims).every((value) => typeof value === "string")).toBe(true);
  });

  it("carries the correlation id of the request", async () => {
    const { azure, events } = await azureWithSink();
    const headers = {
      Authorization: `Bearer a.${Buffer.from(JSON.stringify(jane)).toString("base64url")}.`,
      "x-ms-correlation-request-id": "corr-1",
    };
    await fetch(`${azure.url}${hub}/getShareableLinks?api-version=2025-07-01`, { method: "POST", headers });
    await until(() => events.length === 1);
    expect(events[0]).toMatchObject({ data: { correlationId: "corr-1" } });
  });

  it("comes when the operation ends", async () => {
    const { azure, events } = await azureWithSink({ operationInMs: 60_000 });
    await azure.arm("POST", `${hub}/createShareableLinks`, createOne);
    expect(await azure.control("activity")).toEqual([]);
    await azure.control("clock", { advance: "PT1M1S" });
    await until(() => events.length === 1);
  });

  it.each`
    request                                                    | type                       | operation
    ${["POST", `${hub}/getShareableLinks`]}                    | ${"ResourceActionSuccess"} | ${"getShareablelinks/action"}
    ${["POST", `${hub}/createShareableLinks`]}                 | ${"ResourceActionFailure"} | ${"createshareablelinks/action"}
    ${["POST", `${hub}/getActiveSessions`]}                    | ${"ResourceActionSuccess"} | ${"getactivesessions/action"}
    ${["PATCH", hub, { tags: { owner: "somebody" } }]}         | ${"ResourceWriteSuccess"}  | ${"write"}
    ${["PUT", hub, { location: "westeurope" }]}                | ${"ResourceWriteSuccess"}  | ${"write"}
    ${["DELETE", hub]}                                         | ${"ResourceDeleteSuccess"} | ${"delete"}
    ${["POST", `${hub}/deleteShareableLinks`, createOne.body]} | ${"ResourceActionSuccess"} | ${"deleteshareablelinks/action"}
  `(
    "is a $type of $operation after $request.0",
    async ({
      request,
      type,
      operation,
    }: {
      request: [string, string, unknown];
      type: string;
      operation: string;
    }) => {
      const { azure, events } = await azureWithSink();
      await azure.arm(request[0], request[1], { body: request[2] });
      await until(() => events.length === 1);
      expect(events[0]).toMatchObject({
        type: `Microsoft.Resources.${type}`,
        data: { operationName: `Microsoft.Network/bastionHosts/${operation}` },
      });
    },
  );

  it("does not come of reading with GET, nor of a bastion that does not exist", async () => {
    const { azure, events } = await azureWithSink();
    await azure.arm("GET", hub);
    await azure.list(`${hub}-gone`);
    await azure.list(edge);
    await until(() => events.length > 0);
    expect(events.map(({ subject }) => subject)).toEqual([edge]);
  });
});
