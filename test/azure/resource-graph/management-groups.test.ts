import { describe, expect, it } from "vitest";
import { resourceGraphEstate } from "../../../src/azure/resource-graph/estate.ts";
import { armOnTheWire, countingCredential, subscription, type Wire } from "../arm-on-the-wire.ts";

const other = "22222222-0000-4000-8000-000000000002";
const row = (id: string, names: unknown) => ({
  id: `/subscriptions/${id}`,
  properties: { managementGroupAncestorsChain: names },
});
const above = (wire: Wire, ...ids: readonly string[]) =>
  resourceGraphEstate({
    endpoint: wire.endpoint,
    credential: countingCredential(),
    scope: { subscriptions: [], managementGroups: ["mg"] },
  }).managementGroupsAbove(ids);

describe("The management groups above subscriptions", () => {
  it("are asked for in the subscriptions themselves, and are names by subscription", async () => {
    const data = [
      row(subscription.toUpperCase(), [{ name: "mg-platform" }, { name: "root", displayName: "Root" }]),
    ];
    const wire = await armOnTheWire({ json: { data } });
    expect(await above(wire, subscription, other)).toEqual(
      new Map([[subscription, ["mg-platform", "root"]]]),
    );
    expect(wire.requests[0]?.body).toMatchObject({
      subscriptions: [subscription, other],
      query:
        "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id, properties | order by id asc",
    });
  });

  it.each([[null], [undefined], ["mg"], [[{ displayName: "Root" }]], [[7]]])(
    "are not known where a row says %j",
    async (names) => {
      const wire = await armOnTheWire({ json: { data: [row(subscription, names), 7] } });
      expect(await above(wire, subscription)).toEqual(new Map());
    },
  );

  it("are not asked for by what is no subscription's id", async () => {
    const wire = await armOnTheWire();
    expect(await above(wire, "x' or '1' == '1")).toEqual(new Map());
    expect(wire.requests).toEqual([]);
  });

  it("throw when Azure refuses", async () => {
    const wire = await armOnTheWire({ status: 403, json: { error: { code: "AccessDenied" } } });
    await expect(above(wire, subscription)).rejects.toThrow("Asking Resource Graph: 403 AccessDenied");
  });
});
