import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { viktor } from "../../../local/scenario/people.ts";
import { needsShared, shared } from "../../needs.ts";
import { edge, errorOf, hub, jane, simulatedAzure, staging, type Client } from "./azure-client.ts";

const subscription = "/subscriptions/11111111-0000-4000-8000-000000000001";
const values = `${subscription}/providers/Microsoft.Insights/eventtypes/management/values`;

interface Entry {
  readonly eventDataId: string;
  readonly operationId: string;
  readonly eventTimestamp: string;
  readonly operationName: { readonly value: string };
  readonly status: { readonly value: string };
}

const ask = (azure: Client, filter: string, more: Record<string, string> = {}, claims: object = jane) =>
  azure.send(
    "GET",
    `${values}?${new URLSearchParams({ "api-version": "2015-04-01", $filter: filter, ...more }).toString()}`,
    { claims: { ...claims } },
  );
const since = "eventTimestamp ge '2026-01-01T00:00:00Z'";
const entriesOf = (answer: { body: unknown }) => (answer.body as { value: Entry[] }).value;
const statuses = (entries: readonly Entry[]) =>
  entries.map(({ operationName, status }) => [operationName.value.split("/")[2], status.value]);

describe("The Activity Log by ARM", () => {
  it("has an operation's begin, its acceptance and its end, newest first, under one operation id", async () => {
    const azure = await simulatedAzure();
    await azure.create(hub, staging);
    const entries = entriesOf(await ask(azure, since));
    expect(statuses(entries)).toEqual([
      ["createshareablelinks", "Succeeded"],
      ["createshareablelinks", "Accepted"],
      ["createshareablelinks", "Started"],
    ]);
    expect(new Set(entries.map(({ operationId }) => operationId)).size).toBe(1);
    expect(new Set(entries.map(({ eventDataId }) => eventDataId)).size).toBe(3);
    const [record] = (await azure.control("activity")) as { id: string }[];
    expect(entries[0]?.eventDataId).toBe(record?.id);
  });

  it("shows an operation that has not ended, and one that was refused", async () => {
    const azure = await simulatedAzure({ settings: { operationInMs: 60_000 } });
    await azure.arm("POST", `${hub}/createShareableLinks`, { body: { vms: [{ vm: { id: staging } }] } });
    await azure.arm("POST", `${edge}/createShareableLinks`, { body: {} });
    expect(
      statuses(entriesOf(await ask(azure, `${since} and resourceUri eq '${hub.toUpperCase()}'`))),
    ).toEqual([
      ["createshareablelinks", "Accepted"],
      ["createshareablelinks", "Started"],
    ]);
    expect(statuses(entriesOf(await ask(azure, `${since} and resourceUri eq '${edge}'`)))).toEqual([
      ["createshareablelinks", "Failed"],
      ["createshareablelinks", "Started"],
    ]);
  });

  it("says who it was and from where, as the published example does", async () => {
    const azure = await simulatedAzure();
    const headers = { Authorization: `Bearer ${viktor.token}`, "X-Forwarded-For": viktor.requestsFrom };
    await fetch(`${azure.url}${hub}/getShareableLinks?api-version=2025-07-01`, { method: "POST", headers });
    const [entry] = entriesOf(await ask(azure, since)).filter(({ status }) => status.value === "Succeeded");
    expect(entry).toMatchObject({
      caller: "viktor@vendor.example",
      authorization: { action: "Microsoft.Network/bastionHosts/getShareablelinks/action", scope: hub },
      claims: { ipaddr: "192.0.2.145", name: "Viktor Lind" },
      eventName: { value: "EndRequest", localizedValue: "End request" },
      httpRequest: { clientIpAddress: "198.51.100.99", method: "POST" },
      level: "Informational",
      resourceGroupName: "rg-hub-weu",
      resourceProviderName: { value: "Microsoft.Network" },
      eventTimestamp: expect.stringMatching(/\.\d{7}Z$/) as string,
      subscriptionId: "11111111-0000-4000-8000-000000000001",
    });
  });

  it("holds a record back until it is submitted, and ninety days", async () => {
    const azure = await simulatedAzure({ settings: { ingestionDelayInMs: 120_000 } });
    await azure.list(hub);
    expect(entriesOf(await ask(azure, since))).toEqual([]);
    await azure.control("clock", { advance: "PT3M" });
    expect(entriesOf(await ask(azure, since))).toHaveLength(2);
    await azure.control("clock", { advance: "P90D" });
    expect(entriesOf(await ask(azure, since))).toEqual([]);
  });

  it.each([
    ["resourceProvider eq 'microsoft.network'", 4],
    ["resourceProvider eq 'Microsoft.Compute'", 0],
    ["resourceGroupName eq 'RG-EDGE-NEU'", 2],
    ["correlationId eq 'nobody'", 0],
    ["eventTimestamp le '2026-01-02T00:00:00Z'", 0],
    [`eventTimestamp le '2100-01-01T00:00:00Z' and resourceUri eq '${edge}'`, 2],
  ])("is narrowed by %s", async (condition, count) => {
    const azure = await simulatedAzure();
    await azure.list(hub);
    await azure.list(edge);
    expect(entriesOf(await ask(azure, `${since} and ${condition}`))).toHaveLength(count);
  });

  it("comes in pages, with the columns that are asked for", async () => {
    const azure = await simulatedAzure({ settings: { pageSize: 3 } });
    await azure.list(hub);
    await azure.list(edge);
    const first = await ask(azure, since, { $select: "eventDataId,status" });
    const { nextLink } = first.body as { nextLink: string };
    const second = await azure.send("GET", nextLink);
    const entries = [first, second].flatMap(entriesOf);
    expect(entries).toHaveLength(4);
    expect(new Set(entries.flatMap(Object.keys))).toEqual(new Set(["eventDataId", "status"]));
    expect(second.body).not.toHaveProperty("nextLink");
  });

  it.each([
    ["", {}],
    ["status eq 'Succeeded'", {}],
    [`${since} or resourceUri eq 'x'`, {}],
    [`${since} and caller eq 'jane'`, {}],
    ["eventTimestamp ge 'yesterday'", {}],
    [since, { "api-version": "2025-07-01" }],
  ])("refuses the filter %j with %j", async (filter, more) => {
    const azure = await simulatedAzure();
    expect((await ask(azure, filter, more)).status).toBe(400);
  });

  it("needs the right to read it", async () => {
    const appid = "00000000-0000-4000-8000-0000000000b1";
    const reader = { oid: "00000000-0000-4000-8000-00000000000b", appid };
    const granted = await simulatedAzure({
      rights: { [appid]: ["Microsoft.Insights/eventtypes/values/read"] },
    });
    expect((await ask(granted, since, {}, reader)).status).toBe(200);
    const refused = await simulatedAzure({ rights: { [appid]: [] } });
    expect(errorOf(await ask(refused, since, {}, reader))).toEqual({
      status: 403,
      code: "AuthorizationFailed",
    });
  });
});

describe.runIf(needsShared("spec/activity-log/"))("An entry of the Activity Log", () => {
  it("has every field of the published example", async () => {
    const azure = await simulatedAzure();
    await azure.list(hub);
    const [entry] = entriesOf(await ask(azure, since));
    const example = JSON.parse(
      readFileSync(shared("spec/activity-log/GetActivityLogsFiltered.json"), "utf8"),
    ) as {
      response: { value: Record<string, unknown>[] };
    };
    const lacking = (theirs: unknown, ours: unknown): string[] =>
      typeof theirs !== "object" || theirs === null
        ? []
        : Object.entries(theirs).flatMap(([name, inner]) =>
            isIn(ours, name) ? lacking(inner, ours[name]).map((deeper) => `${name}.${deeper}`) : [name],
          );
    expect(lacking(example.response.value[0], entry)).toEqual([]);
  });
});

const isIn = (value: unknown, name: string): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && name in value;
