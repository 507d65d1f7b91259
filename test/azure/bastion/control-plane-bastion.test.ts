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
