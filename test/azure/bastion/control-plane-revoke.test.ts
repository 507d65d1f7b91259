import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { anId } from "../../memory/samples.ts";
import type { WireAnswer } from "../arm-on-the-wire.ts";
import { armOnTheWire, bastionId, hub, hubPath } from "../arm-on-the-wire.ts";
import { askedAfter, entry, lookAt, onlyThese, planeAt } from "./links-on-the-wire.ts";

const listed = (...value: readonly object[]): WireAnswer => ({ json: { value } });
const accepted: WireAnswer = {
  status: 202,
  headers: { Location: "https://evil.example/operationResults/1", "Retry-After": "9" },
};
const byToken = `POST ${hubPath}/deleteShareableLinksByToken?api-version=2026-01-01`;

describe("by token", () => {
  it("deletes what was asked for, and neither polls nor waits", async () => {
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1"), entry("token-b", "vm-2")), accepted);
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids.slice(0, 1)))).toEqual({
      kind: "accepted",
      byVm: [],
    });
    expect(askedAfter(wire)).toEqual([[byToken, { tokens: ["token-a"] }]]);
  });

  it.each([200, 201, 202, 204])("takes a %i for accepted", async (status) => {
    const { plane, listing, ids } = await lookAt(
      await armOnTheWire(listed(entry("token-a", "vm-1")), { status }),
    );
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toEqual({ kind: "accepted", byVm: [] });
  });

  it("asks for at most 50 at a time and stops at the first refusal", async () => {
    const entries = Array.from({ length: 120 }, (_, n) => entry(`token-${n}`, `vm-${n}`));
    const wire = await armOnTheWire(listed(...entries), accepted, {
      status: 409,
      headers: { "Retry-After": "5" },
      json: { error: { code: "AnotherOperationInProgress" } },
    });
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toEqual({
      kind: "busy",
      why: "Deleting links of bst-hub: 409 AnotherOperationInProgress",
      retryAfter: 5_000,
      refusal: { code: "409 AnotherOperationInProgress", because: "other" },
      mayBeDone: true,
    });
    expect(wire.requests.slice(1).map(({ body }) => (body as { tokens: string[] }).tokens.length)).toEqual([
      50, 50,
    ]);
  });

  it.each([
    [403, "AuthorizationFailed", "right"],
    [409, "ScopeLocked", "lock"],
    [409, "ReadOnlyDisabledSubscription", "disabled"],
    [409, "RequestDisallowedByAzure", "other"],
  ])("says what is to be done about a %i %s: %s", async (status, code, because) => {
    const refusal = { status, json: { error: { code } } };
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1")), refusal);
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toMatchObject({
      kind: "refused",
      refusal: { code: `${status} ${code}`, because },
    });
  });

  it("sends its correlation id along with each batch", async () => {
    const entries = Array.from({ length: 60 }, (_, n) => entry(`token-${n}`, `vm-${n}`));
    const wire = await armOnTheWire(listed(...entries), accepted, accepted);
    const { plane, listing, ids } = await lookAt(wire);
    const correlationId = "11111111-0000-4000-8000-00000000c0de";
    await plane.revokeLinks(hub, listing, { ...onlyThese(ids), correlationId });
    expect(wire.requests.map(({ correlationId }) => correlationId)).toEqual([
      undefined,
      "11111111-0000-4000-8000-00000000c0de",
      "11111111-0000-4000-8000-00000000c0de",
    ]);
  });

  it("asks once for an id that comes twice and ignores one that is not listed", async () => {
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1")), accepted);
    const { plane, listing, ids } = await lookAt(wire);
    await plane.revokeLinks(hub, listing, onlyThese([...ids, ...ids, anId("not-in-the-list")]));
    expect(askedAfter(wire)).toEqual([[byToken, { tokens: ["token-a"] }]]);
  });

  it("sends nothing when nothing of it is listed", async () => {
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1")));
    const { plane, listing } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese([anId("not-in-the-list")]))).toEqual({
      kind: "accepted",
      byVm: [],
    });
    expect(askedAfter(wire)).toEqual([]);
  });

  it.each<[string, WireAnswer, object]>([
    ["429", { status: 429, headers: { "Retry-After": "3" } }, { kind: "busy", retryAfter: 3_000 }],
    [
      "500",
      { status: 500, json: { error: { code: "InternalServerError", message: "Oops." } } },
      { kind: "busy", mayBeDone: true },
    ],
    ["a reset", { instead: "reset" }, { kind: "busy", mayBeDone: true }],
    ["silence", { instead: "hang" }, { kind: "busy", mayBeDone: true }],
    [
      "403",
      { status: 403, json: { error: { code: "AuthorizationFailed", message: "No." } } },
      { kind: "refused" },
    ],
    [
      "404",
      { status: 404, json: { error: { code: "ResourceNotFound", message: "No." } } },
      { kind: "refused" },
    ],
    [
      "a lock",
      { status: 409, json: { error: { code: "ScopeLocked", message: "No." } } },
      { kind: "refused" },
    ],
    [
      "a conflict of an unknown kind",
      { status: 409, json: { error: { code: "Conflict", message: "The token is unknown." } } },
      { kind: "busy" },
    ],
  ])("answers %s by its kind", async (_, answer, expected) => {
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1")), answer);
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toMatchObject(expected);
    expect(wire.requests).toHaveLength(2);
  });
});

describe("a listing", () => {
  it("of somebody else is refused", async () => {
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1")));
    const { plane, listing, ids } = await lookAt(wire);
    await expect(plane.revokeLinks(hub, { ...listing }, onlyThese(ids))).rejects.toThrow(
      "Not a listing that listLinks returned for this bastion",
    );
    await expect(planeAt(wire).revokeLinks(hub, listing, onlyThese(ids))).rejects.toThrow(
      "Not a listing that listLinks returned for this bastion",
    );
    expect(askedAfter(wire)).toEqual([]);
  });

  it("of another bastion is refused", async () => {
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1")));
    const { plane, listing, ids } = await lookAt(wire);
    const spoke = bastionId(hub.id.replace("bst-hub", "bst-spoke"));
    await expect(plane.revokeLinks(spoke, listing, onlyThese(ids))).rejects.toThrow(
      "Not a listing that listLinks returned for this bastion",
    );
  });

  it("is good for the same bastion in another casing", async () => {
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1")), accepted);
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(bastionId(hub.id.toUpperCase()), listing, onlyThese(ids))).toEqual({
      kind: "accepted",
      byVm: [],
    });
  });
});

describe("secrets", () => {
  it("are in no answer and no error", async () => {
    const echo: WireAnswer = {
      status: 400,
      json: {
        error: { code: "Bad token-a", message: "No link for token-a at https://b/shareable-url/token-a" },
      },
    };
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1")), echo);
    const { plane, listing, ids } = await lookAt(wire);
    const answer: unknown = await plane.revokeLinks(hub, listing, onlyThese(ids));
    const error: unknown = await plane
      .revokeLinks(hub, { ...listing }, onlyThese(ids))
      .catch((caught: unknown) => caught);
    for (const value of [answer, error, listing, plane]) {
      expect(JSON.stringify(value)).not.toContain("token-a");
      expect(inspect(value, { depth: 20, showHidden: true })).not.toContain("token-a");
    }
  });
});
