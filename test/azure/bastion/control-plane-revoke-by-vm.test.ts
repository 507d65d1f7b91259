import { describe, expect, it } from "vitest";
import type { WireAnswer } from "../arm-on-the-wire.ts";
import { armOnTheWire, hub, hubPath, vmId } from "../arm-on-the-wire.ts";
import { askedAfter, entry, lookAt, onlyThese } from "./links-on-the-wire.ts";

const listed = (...value: readonly object[]): WireAnswer => ({ json: { value } });
const accepted: WireAnswer = {
  status: 202,
  headers: { Location: "https://evil.example/operationResults/1", "Retry-After": "9" },
};
const unknown: WireAnswer = {
  status: 400,
  json: { error: { code: "BastionShareableLinkTokenNotFound", message: "Tokens token-a are unknown." } },
};
const refused =
  "Deleting links of bst-hub: 400 BastionShareableLinkTokenNotFound Tokens [secret] are unknown.";
const byToken = `POST ${hubPath}/deleteShareableLinksByToken?api-version=2026-01-01`;
const byVmPath = `POST ${hubPath}/deleteShareableLinks?api-version=2026-01-01`;

describe("a token that Azure does not know", () => {
  it("is deleted by VM while its link is the VM's only one, and the answer says so", async () => {
    const links = listed(entry("token-a", "vm-1"), entry("token-b", "vm-2"), entry("token-c", "vm-2"));
    const wire = await armOnTheWire(links, unknown, links, accepted);
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids.slice(0, 1)))).toEqual({
      kind: "accepted",
      byVm: [ids[0]],
    });
    expect(askedAfter(wire)).toEqual([
      [byToken, { tokens: ["token-a"] }],
      [`POST ${hubPath}/getShareableLinks?api-version=2026-01-01`, {}],
      [byVmPath, { vms: [{ vm: { id: vmId("vm-1") } }] }],
    ]);
  });

  it.each([
    { status: 404, code: "TokenNotFound", message: "x" },
    { status: 400, code: "InvalidParameter", message: "Words that say nothing of tokens." },
    { status: 422, code: "Unprocessable", message: "Unknown token." },
    { status: 400, code: "BastionShareabeLinksNotFound", message: "x" },
  ])("may be called so in other words: $code $message", async ({ status, code, message }) => {
    const links = listed(entry("token-a", "vm-1"));
    const { plane, listing, ids } = await lookAt(
      await armOnTheWire(links, { status, json: { error: { code, message } } }, links, accepted),
    );
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toEqual({ kind: "accepted", byVm: ids });
  });

  it("is left alone while its VM has another link, in whatever casing", async () => {
    const links = listed(entry("token-a", "vm-1"), {
      ...entry("token-b", "vm-1"),
      vm: { id: vmId("VM-1").toUpperCase() },
    });
    const wire = await armOnTheWire(links, unknown, links);
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids.slice(0, 1)))).toEqual({
      kind: "refused",
      why: `${refused}; and its VM has other links`,
      retryAfter: undefined,
      refusal: { code: "400 BastionShareableLinkTokenNotFound", because: "other" },
    });
    expect(wire.requests).toHaveLength(3);
  });

  it("is left alone when a newer link of the VM took its place meanwhile", async () => {
    const wire = await armOnTheWire(
      listed(entry("token-a", "vm-1")),
      unknown,
      listed(entry("token-new", "vm-1")),
    );
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toEqual({ kind: "accepted", byVm: [] });
    expect(wire.requests).toHaveLength(3);
  });

  it("is left alone when a second link of the VM appeared meanwhile", async () => {
    const wire = await armOnTheWire(
      listed(entry("token-a", "vm-1")),
      unknown,
      listed(entry("token-a", "vm-1"), entry("token-new", "vm-1")),
    );
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toMatchObject({ kind: "refused" });
    expect(wire.requests).toHaveLength(3);
  });

  it.each<[string, WireAnswer, object]>([
    ["is incomplete", listed(entry("token-a", "vm-1"), { message: "x" }), { kind: "refused" }],
    [
      "has an entry of the VM without its URL",
      listed(entry("token-a", "vm-1"), { ...entry("token-b", "vm-1"), bsl: undefined }),
      { kind: "refused" },
    ],
    ["is forbidden", { status: 403, json: {} }, { kind: "refused" }],
    ["is busy", { status: 429, headers: { "Retry-After": "2" } }, { kind: "busy", retryAfter: 2_000 }],
    ["fails", { status: 500, json: {} }, { kind: "busy" }],
  ])("is left alone when the fresh list %s", async (_, second, expected) => {
    const wire = await armOnTheWire(listed(entry("token-a", "vm-1")), unknown, second);
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toMatchObject(expected);
    expect(wire.requests).toHaveLength(3);
  });

  it.each(["", "vm-1", "/subscriptions/x/virtualMachines/y"])(
    "is left alone when the VM is %j",
    async (id) => {
      const links = listed({ ...entry("token-a", "x"), vm: { id } });
      const wire = await armOnTheWire(links, unknown, links);
      const { plane, listing, ids } = await lookAt(wire);
      expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toMatchObject({ kind: "refused" });
      expect(wire.requests).toHaveLength(3);
    },
  );

  it("lets the others of its batch go by VM and says how many stay", async () => {
    const links = listed(entry("token-a", "vm-1"), entry("token-b", "vm-2"), entry("token-c", "vm-2"));
    const wire = await armOnTheWire(links, unknown, links, accepted);
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids.slice(0, 2)))).toEqual({
      kind: "refused",
      why: `${refused}; and the VMs of 1 have other links`,
      retryAfter: undefined,
      refusal: { code: "400 BastionShareableLinkTokenNotFound", because: "other" },
      mayBeDone: true,
    });
    expect(wire.requests.at(-1)?.body).toEqual({ vms: [{ vm: { id: vmId("vm-1") } }] });
  });

  it("goes with all others of its VM, once for all of them, where each of them may go", async () => {
    const links = listed(entry("token-a", "vm-1"), entry("token-b", "vm-1"));
    const wire = await armOnTheWire(links, unknown, links, accepted);
    const { plane, listing, ids } = await lookAt(wire);
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toEqual({ kind: "accepted", byVm: ids });
    expect(wire.requests.at(-1)?.body).toEqual({ vms: [{ vm: { id: vmId("vm-1") } }] });
  });

  it("is not asked again where it came to nothing before, or was never listed", async () => {
    const links = listed({ ...entry("x", "vm-1"), bsl: undefined });
    const wire = await armOnTheWire(links, links, accepted);
    const { plane, listing } = await lookAt(wire);
    const [hole] = listing.holes;
    if (!hole) throw new Error("An entry without a URL is listed");
    const byVm = [{ linkId: hole.linkId, vmId: hole.vmId }];
    const mayGo = ({ linkId }: { readonly linkId: string }) => linkId === hole.linkId;
    expect(await plane.revokeLinks(hub, listing, { byToken: [], byVm, mayGo })).toEqual({
      kind: "accepted",
      byVm: [hole.linkId],
    });
    expect(askedAfter(wire).map(([path]) => path)).toEqual([
      `POST ${hubPath}/getShareableLinks?api-version=2026-01-01`,
      byVmPath,
    ]);
  });

  it("is refused for good when Azure does not take the VM either", async () => {
    const links = listed(entry("token-a", "vm-1"));
    const { plane, listing, ids } = await lookAt(
      await armOnTheWire(links, unknown, links, {
        status: 403,
        json: { error: { code: "AuthorizationFailed" } },
      }),
    );
    expect(await plane.revokeLinks(hub, listing, onlyThese(ids))).toEqual({
      kind: "refused",
      why: "Deleting links of bst-hub: 403 AuthorizationFailed",
      retryAfter: undefined,
      refusal: { code: "403 AuthorizationFailed", because: "right" },
    });
  });
});
