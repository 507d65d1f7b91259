import { describe, expect, it } from "vitest";
import type { WireAnswer } from "../arm-on-the-wire.ts";
import { armOnTheWire, hub, hubPath } from "../arm-on-the-wire.ts";
import { planeAt } from "./links-on-the-wire.ts";

describe("the bastion itself", () => {
  it("is read with a GET", async () => {
    const wire = await armOnTheWire({
      json: { location: "westeurope", sku: { name: "Standard" }, properties: { enableShareableLink: true } },
    });
    expect(await planeAt(wire).getBastion(hub)).toEqual({
      kind: "found",
      bastion: { bastion: hub, region: "westeurope", sku: "Standard", shareableLinksEnabled: true },
    });
    expect(wire.requests).toMatchObject([{ method: "GET", url: `${hubPath}?api-version=2026-01-01` }]);
  });

  it("is asked, page by page, in the api-version that is configured, and polls stay as Azure wrote them", async () => {
    const poll = `/subscriptions/${hub.subscriptionId}/providers/Microsoft.Network/locations/westeurope/operations/1?api-version=2022-01-01`;
    const wire = await armOnTheWire(
      (endpoint) => ({
        json: { value: [], nextLink: `${endpoint}${hubPath}/getShareableLinks?a=1&api-version=2026-01-01` },
      }),
      { json: { value: [] } },
      { json: {} },
      (endpoint) => ({
        status: 202,
        headers: { "Azure-AsyncOperation": `${endpoint}${poll}`, "Retry-After": "0" },
      }),
      { json: { status: "Failed" } },
    );
    const plane = planeAt(wire, { networkApiVersion: "2024-05-01" });
    await plane.listLinks(hub);
    await plane.getBastion(hub);
    await plane.liveSessions(hub);
    expect(wire.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${hubPath}/getShareableLinks?api-version=2024-05-01`,
      `GET ${hubPath}/getShareableLinks?a=1&api-version=2024-05-01`,
      `GET ${hubPath}?api-version=2024-05-01`,
      `POST ${hubPath}/getActiveSessions?api-version=2024-05-01`,
      `GET ${poll}`,
    ]);
  });

  it.each<[string, WireAnswer, object]>([
    [
      "without details",
      { json: {} },
      { kind: "found", bastion: { region: undefined, sku: undefined, shareableLinksEnabled: undefined } },
    ],
    [
      "in odd types",
      { json: { location: 7, sku: "x", properties: { enableShareableLink: "yes" } } },
      { kind: "found", bastion: { region: undefined } },
    ],
    [
      "deleted",
      { status: 404, json: { error: { code: "ResourceNotFound", message: "No." } } },
      { kind: "gone", why: "Reading bst-hub: 404 ResourceNotFound No." },
    ],
    [
      "not ours to read",
      { status: 403, json: { error: { code: "AuthorizationFailed", message: "No." } } },
      { kind: "forbidden" },
    ],
    ["in a 200 that is no host", { text: "[]" }, { kind: "failed" }],
    ["behind a 503", { status: 503, headers: { "Retry-After": "8" } }, { kind: "failed", retryAfter: 8_000 }],
  ])("may be %s", async (_, answer, expected) => {
    expect(await planeAt(await armOnTheWire(answer)).getBastion(hub)).toMatchObject(expected);
  });
});
