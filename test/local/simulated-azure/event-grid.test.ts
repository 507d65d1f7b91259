import { describe, expect, it } from "vitest";
import { eventually } from "../../eventually.ts";
import { hub, jane, memorySink, simulatedAzure, staging, type Client } from "./azure-client.ts";

const subscription = "/subscriptions/11111111-0000-4000-8000-000000000001";
const topic = `${subscription}/resourceGroups/rg-bastion-watchdog-events/providers/Microsoft.EventGrid/systemTopics/evgt-bastion-watchdog`;
const changes = `${topic}/eventSubscriptions/bastion-watchdog-changes`;
const reads = `${topic}/eventSubscriptions/bastion-watchdog-reads`;
const creating = "Microsoft.Network/bastionHosts/createShareableLinks/action";
const deleting = "Microsoft.Network/bastionHosts/deleteShareableLinks/action";

interface Shown {
  readonly name: string;
  readonly operationName: { readonly value: string };
  readonly status: { readonly value: string };
  readonly resourceId: string;
  readonly caller: string;
}

const valueOf = ({ body }: { readonly body: unknown }) =>
  (body as { readonly value: readonly Shown[] }).value;
const logOf = async (azure: Client, provider: string) =>
  valueOf(
    await azure.send(
      "GET",
      `${subscription}/providers/Microsoft.Insights/eventtypes/management/values?${new URLSearchParams({
        "api-version": "2015-04-01",
        $filter: `eventTimestamp ge '2026-01-01T00:00:00Z' and resourceProvider eq '${provider}'`,
      }).toString()}`,
    ),
  ).filter(({ status }) => status.value === "Succeeded");

/** Creates a link, lists and deletes it, and says of which of the three Event Grid told. */
async function told(azure: Client, sink: ReturnType<typeof memorySink>): Promise<readonly string[]> {
  sink.events.splice(0);
  await azure.create(hub, staging);
  await azure.list(hub);
  await azure.ended(
    await azure.arm("POST", `${hub}/deleteShareableLinks`, { body: { vms: [{ vm: { id: staging } }] } }),
  );
  await eventually(async () => {
    expect((await azure.control("state")) as object).toMatchObject({ undelivered: 0 });
  });
  return sink.events.map(
    ({ data }) => (data as { operationName: string }).operationName.toLowerCase().split("/")[2] ?? "",
  );
}

async function started() {
  const sink = memorySink();
  return { sink, azure: await simulatedAzure({ sink }) };
}

describe("Event Grid's event subscriptions", () => {
  it("are those of a deployment, and bring changes and reads", async () => {
    const { azure, sink } = await started();
    const listed = valueOf(await azure.arm("GET", `${topic}/eventSubscriptions`));
    expect(listed.map(({ name }) => name)).toStrictEqual([
      "bastion-watchdog-changes",
      "bastion-watchdog-reads",
    ]);
    expect(await told(azure, sink)).toStrictEqual([
      "createshareablelinks",
      "getshareablelinks",
      "deleteshareablelinks",
    ]);
  });

  it("bring nothing more once deleted, and the Activity Log says by whom", async () => {
    const { azure, sink } = await started();
    expect((await azure.arm("DELETE", changes)).status).toBe(200);
    expect((await azure.arm("DELETE", changes)).status).toBe(204);
    expect((await azure.arm("GET", changes)).status).toBe(404);
    expect((await azure.arm("GET", reads)).status).toBe(200);
    expect(await told(azure, sink)).toStrictEqual(["getshareablelinks"]);
    expect(await logOf(azure, "Microsoft.EventGrid")).toMatchObject([
      {
        operationName: { value: "Microsoft.EventGrid/systemTopics/eventSubscriptions/delete" },
        resourceId: changes,
        caller: jane.upn,
      },
    ]);
    expect(await logOf(azure, "Microsoft.Network")).toHaveLength(3);
  });

  it("bring what their filter lets through", async () => {
    const { azure, sink } = await started();
    const filter = (...values: readonly string[]) => ({
      body: { properties: { filter: { advancedFilters: [{ key: "data.operationName", values }] } } },
    });
    expect((await azure.arm("PUT", changes, filter(deleting))).status).toBe(201);
    expect(await told(azure, sink)).toStrictEqual(["getshareablelinks", "deleteshareablelinks"]);
    await azure.arm("PUT", changes, filter(creating.toUpperCase()));
    expect(await told(azure, sink)).toStrictEqual(["createshareablelinks", "getshareablelinks"]);
    expect(
      (await logOf(azure, "Microsoft.EventGrid")).map(({ operationName }) => operationName.value),
    ).toEqual(Array<string>(2).fill("Microsoft.EventGrid/systemTopics/eventSubscriptions/write"));
  });

  it("go with their topic, and come back with a reset", async () => {
    const { azure, sink } = await started();
    expect((await azure.arm("DELETE", topic)).status).toBe(200);
    expect((await azure.arm("DELETE", topic)).status).toBe(204);
    expect(await told(azure, sink)).toStrictEqual([]);
    await azure.control("reset", {});
    expect(await told(azure, sink)).toHaveLength(3);
  });
});

it("The list of subscriptions is there for whoever may read them, and empty for others", async () => {
  const reader = "00000000-0000-4000-8000-0000000000c9";
  const azure = await simulatedAzure({ rights: { [reader]: [] } });
  expect(valueOf(await azure.arm("GET", "/subscriptions"))).toMatchObject([
    { subscriptionId: "11111111-0000-4000-8000-000000000001", displayName: "Contoso Platform" },
  ]);
  const claims = { ...jane, appid: reader };
  expect(valueOf(await azure.arm("GET", "/subscriptions", { claims }))).toStrictEqual([]);
});
