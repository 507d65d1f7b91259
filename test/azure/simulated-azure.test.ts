import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { localSubscriptionId, unsignedToken } from "../../local/local-settings.ts";
import { startSimulatedAzure } from "../../local/simulated-azure/start.ts";
import { armControlPlane } from "../../src/azure/bastion/control-plane.ts";
import { credentialFor } from "../../src/azure/identity/credential.ts";
import { resourceGraphEstate } from "../../src/azure/resource-graph/estate.ts";
import { noLinks, type LinkListing } from "../../src/core/domain/links/link.ts";
import { askForLinks } from "../../src/core/flows/watch/look/ask-for-links.ts";
import { eventually } from "../eventually.ts";
import { bastionId } from "./arm-on-the-wire.ts";
import { onlyThese } from "./bastion/links-on-the-wire.ts";
import { patience } from "./patience.ts";

const inLocal = (rest: string): string => `/subscriptions/${localSubscriptionId}/resourceGroups/${rest}`;
const hub = bastionId(inLocal("rg-hub-weu/providers/Microsoft.Network/bastionHosts/bas-hub-weu"));
const edge = bastionId(inLocal("rg-edge-neu/providers/Microsoft.Network/bastionHosts/bas-edge-neu"));
const staging = inLocal("rg-staging/providers/Microsoft.Compute/virtualMachines/vm-staging-01");
const database = inLocal("rg-prod-weu/providers/Microsoft.Compute/virtualMachines/vm-prod-db-01");

async function simulation() {
  const { runsOut } = patience();
  const azure = await startSimulatedAzure({ settings: { operationInMs: 5 } });
  onTestFinished(() => azure.close());
  const endpoint = azure.announcement.url;
  const credential = credentialFor({
    kind: "static",
    token: unsignedToken({ oid: "00000000-0000-4000-8000-0000000000ff" }),
  });
  const plane = armControlPlane({ endpoint, credential });
  const estate = resourceGraphEstate({
    endpoint,
    credential,
    scope: { subscriptions: [localSubscriptionId], managementGroups: [] },
  });
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(
      `${endpoint}/_sim/${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
    );
    expect(response.ok).toBe(true);
    if (path === "faults" && JSON.stringify(body).includes("hangs")) runsOut();
    return response.json();
  };
  const link = (vmId: string) =>
    control("links", { bastionId: hub.id, vmId, createdAt: "2026-11-21T08:00:00Z" });
  const list = async (): Promise<LinkListing> => {
    const answer = await plane.listLinks(hub);
    if (answer.kind !== "listed") throw new Error(`${answer.kind}: ${answer.why}`);
    return answer.listing;
  };
  return { plane, estate, control, link, list };
}

const vmsOf = ({ links }: LinkListing): string[] => links.map(({ vmId }) => vmId.toLowerCase());

describe("links of the simulated Azure", () => {
  it("are listed, deleted by token, and gone", async () => {
    const { plane, link, list } = await simulation();
    await link(staging);
    await link(database);
    const before = await list();
    expect(before).toMatchObject({
      complete: true,
      links: [{ vmId: staging, createdAt: "2026-11-21T08:00:00.0000000Z" }, { vmId: database }],
    });
    const ids = before.links.map(({ linkId }) => linkId);
    expect(await plane.revokeLinks(hub, before, onlyThese(ids.slice(0, 1)))).toEqual({
      kind: "accepted",
      byVm: [],
    });
    await eventually(async () => {
      expect(vmsOf(await list())).toEqual([database.toLowerCase()]);
    });
  });

  it("are none on a bastion without any, however Azure says so", async () => {
    const { control, list } = await simulation();
    expect(await list()).toEqual(noLinks);
    await control("faults", { noLinksAs400: true });
    expect(await list()).toEqual(noLinks);
  });

  it.each([
    "pages206",
    "smallPages",
    "casing",
    "createdAtUsFormat",
    "createdAtNonsense",
    "unknownExpiryField",
    "linksOfDeletedVms",
  ])("are all listed in spite of %s", async (fault) => {
    const { control, link, list } = await simulation();
    await link(staging);
    await link(database);
    await control("faults", { [fault]: true });
    const listing = await list();
    expect(vmsOf(listing)).toEqual([staging.toLowerCase(), database.toLowerCase()]);
    expect(listing.complete).toBe(true);
    const expiry = fault === "unknownExpiryField" ? Date.parse("2026-11-22T08:00:00Z") : undefined;
    expect(listing.links.map(({ nativeExpiry }) => nativeExpiry)).toEqual([expiry, expiry]);
  });

  it.each([
    [{ smallPages: true, pageFails: true }, 1],
    [{ hostileNextLink: true }, 2],
  ])("are an incomplete list with %j", async (faults, seen) => {
    const { control, link, list } = await simulation();
    await link(staging);
    await link(database);
    await control("faults", faults);
    const listing = await list();
    expect(listing.complete).toBe(false);
    expect(listing.links).toHaveLength(seen);
    expect(await control("hostile")).toMatchObject({ requests: [] });
  });

  it("without a URL are holes in a list that is complete", async () => {
    const { control, link, list } = await simulation();
    await link(staging);
    await control("faults", { entriesWithoutBsl: true });
    const { links, holes, complete } = await list();
    expect([links, holes.map(({ vmId }) => vmId.toLowerCase()), complete]).toEqual([
      [],
      [staging.toLowerCase()],
      true,
    ]);
  });

  it.each([
    [{ throttled: true }, { kind: "busy", retryAfter: 2_000 }],
    [{ throttledWithoutRetryAfter: true }, { kind: "busy", retryAfter: undefined }],
    [{ serverErrors500: true }, { kind: "failed" }],
    [{ resets: true }, { kind: "failed" }],
    [{ answersLost: true }, { kind: "failed" }],
    [{ hangs: true }, { kind: "failed" }],
  ])("cannot be read with %j, nor can anything else", async (faults, expected) => {
    const { plane, estate, control, link, list } = await simulation();
    await link(staging);
    const listing = await list();
    await control("faults", faults);
    expect(await plane.listLinks(hub)).toMatchObject(expected);
    expect(await plane.getBastion(hub)).toMatchObject(expected);
    const ids = listing.links.map(({ linkId }) => linkId);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toMatchObject({
      ...expected,
      kind: "busy",
    });
    await expect(estate.bastions()).rejects.toThrow("Asking Resource Graph");
  });

  it.each(["busy409", "busy400"])("are busy after a delete with %s", async (fault) => {
    const { plane, control, link, list } = await simulation();
    await link(staging);
    await link(database);
    await control("faults", { [fault]: true });
    const listing = await list();
    const ids = listing.links.map(({ linkId }) => linkId);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids.slice(0, 1)))).toEqual({
      kind: "accepted",
      byVm: [],
    });
    expect(await plane.listLinks(hub)).toMatchObject({ kind: "busy" });
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids.slice(1)))).toMatchObject({ kind: "busy" });
  });

  it("whose tokens are unknown go by VM, if it is the VM's only link", async () => {
    const { plane, control, link, list } = await simulation();
    for (const vm of [staging, database, database]) await link(vm);
    await control("faults", { tokensUnknown: true });
    const listing = await list();
    const [only, ...twins] = listing.links.map(({ linkId }) => linkId);
    expect(await plane.revokeLinks(hub, listing, onlyThese(twins.slice(1)))).toMatchObject({
      kind: "refused",
    });
    expect(await plane.revokeLinks(hub, listing, onlyThese(only === undefined ? [] : [only]))).toEqual({
      kind: "accepted",
      byVm: [only],
    });
    await eventually(async () => {
      expect(vmsOf(await list())).toEqual([database.toLowerCase(), database.toLowerCase()]);
    });
  });

  it("are a feature that may be off, or not for this SKU", async () => {
    const { plane, control } = await simulation();
    const bastions = [
      { id: hub.id, enableShareableLink: false },
      { id: edge.id, sku: "Basic" },
    ];
    await control("estate", { bastions, vms: [] });
    for (const bastion of [hub, edge]) {
      expect(await plane.listLinks(bastion)).toMatchObject({ kind: "unexplained" });
      expect((await askForLinks(bastion, plane)).answer).toMatchObject({ kind: "feature-off" });
    }
    expect(await plane.getBastion(edge)).toMatchObject({ kind: "found", bastion: { sku: "Basic" } });
  });

  it("are gone with their bastion", async () => {
    const { plane, control } = await simulation();
    await control("estate", { bastions: [], vms: [] });
    expect(await plane.listLinks(hub)).toMatchObject({ kind: "gone" });
    expect(await plane.getBastion(hub)).toMatchObject({ kind: "gone" });
  });

  it("leave none of their secrets in anything that is answered", async () => {
    const { plane, control, link, list } = await simulation();
    await link(staging);
    await link(database);
    const listing = await list();
    await control("faults", { tokensUnknown: true, entriesWithoutBsl: 0.5 });
    const ids = listing.links.map(({ linkId }) => linkId);
    const said = inspect([listing, await list(), await plane.revokeLinks(hub, listing, onlyThese(ids))], {
      depth: 20,
      showHidden: true,
    });
    const secrets = await control("secrets");
    expect(
      Array.isArray(secrets) ? secrets.filter((secret) => said.includes(String(secret))) : secrets,
    ).toEqual([]);
    expect(Array.isArray(secrets) ? secrets.length : 0).toBe(4);
  });
});

describe("the estate of the simulated Azure", () => {
  it.each([{}, { smallPages: true }, { casing: true }])("has its bastions with %j", async (faults) => {
    const { estate, control } = await simulation();
    await control("faults", faults);
    const found = await estate.bastions();
    expect(found.map(({ bastion }) => bastion.id.toLowerCase())).toEqual([
      edge.id.toLowerCase(),
      hub.id.toLowerCase(),
    ]);
    expect(found).toMatchObject([
      { region: "northeurope", sku: "Premium", shareableLinksEnabled: true },
      { region: "westeurope", sku: "Standard", shareableLinksEnabled: true },
    ]);
  });

  it("knows the tags of VMs by lower-case id, and does not know what is not there", async () => {
    const { estate } = await simulation();
    const found = await estate.virtualMachines([staging.toUpperCase(), `${staging}-missing`]);
    expect([...found.keys()]).toEqual([staging.toLowerCase()]);
    expect([...found.values()]).toMatchObject([{ tags: { env: "staging" } }]);
  });
});
