import { describe, expect, it } from "vitest";
import { resourceGraphEstate } from "../../../src/azure/resource-graph/estate.ts";
import type { Wire, WireAnswer } from "../arm-on-the-wire.ts";
import { armOnTheWire, countingCredential, subscription, vmId } from "../arm-on-the-wire.ts";

const machineAt = (wire: Wire, id: string) =>
  resourceGraphEstate({
    endpoint: wire.endpoint,
    credential: countingCredential(),
    scope: { subscriptions: [subscription], managementGroups: [] },
  }).virtualMachine(id);

describe("A VM, asked for by Resource Manager", () => {
  it("has its tags, those that are no text as an empty one", async () => {
    const id = vmId("vm-1");
    const wire = await armOnTheWire({ json: { id, name: "vm-1", tags: { env: "prod", odd: 1 } } });
    expect(await machineAt(wire, id)).toEqual({
      kind: "found",
      machine: { vmId: id, tags: { env: "prod", odd: "" } },
    });
    expect(wire.requests).toMatchObject([
      { method: "GET", url: `${id}?api-version=2024-07-01`, authorization: "Bearer secret-access-token-1" },
    ]);
  });

  it("has the tags of its scale set, where it is an instance of one", async () => {
    const set = vmId("x").replace("/virtualMachines/x", "/virtualMachineScaleSets/vmss-web");
    const wire = await armOnTheWire({ json: { id: set, tags: null } });
    expect(await machineAt(wire, `${set}/virtualMachines/3`)).toEqual({
      kind: "found",
      machine: { vmId: `${set}/virtualMachines/3`, tags: {} },
    });
    expect(wire.requests.map(({ url }) => url)).toEqual([`${set}?api-version=2024-07-01`]);
  });

  it.each<[string, WireAnswer, object]>([
    ["404 of the VM", { status: 404, json: { error: { code: "ResourceNotFound" } } }, { kind: "gone" }],
    [
      "404 of its group",
      { status: 404, json: { error: { code: "ResourceGroupNotFound" } } },
      { kind: "gone" },
    ],
    ["404 of anything else", { status: 404, json: {} }, { kind: "failed" }],
    ["403", { status: 403, json: { error: { code: "AuthorizationFailed" } } }, { kind: "forbidden" }],
    ["429", { status: 429, headers: { "Retry-After": "3" } }, { kind: "busy", retryAfter: 3_000 }],
    ["500", { status: 500 }, { kind: "failed" }],
    ["a page", { json: { value: [] } }, { kind: "failed" }],
    ["a reset", { instead: "reset" }, { kind: "failed" }],
  ])("is unknown after %s, and why", async (_, answer, expected) => {
    expect(await machineAt(await armOnTheWire(answer), vmId("vm-1"))).toMatchObject(expected);
  });

  it("is not asked for by an id of anything else", async () => {
    const wire = await armOnTheWire();
    await expect(machineAt(wire, vmId("vm-1/../vm-2"))).rejects.toThrow("Not the id of a virtual machine");
    expect(wire.requests).toEqual([]);
  });
});
