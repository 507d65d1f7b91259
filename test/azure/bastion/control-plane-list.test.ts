import { describe, expect, it } from "vitest";
import { armControlPlane } from "../../../src/azure/bastion/control-plane.ts";
import { holeIdOf, linkIdOf, noLinks, type LinkListing } from "../../../src/core/domain/links/link.ts";
import { instant } from "../../../src/core/domain/time.ts";
import type { Played, WireAnswer } from "../arm-on-the-wire.ts";
import { armOnTheWire, countingCredential, hub, hubPath, vmId } from "../arm-on-the-wire.ts";
import { entry, other, planeAt, token, url } from "./links-on-the-wire.ts";

async function listingOf(...answers: readonly Played[]): Promise<LinkListing> {
  const answer = await planeAt(await armOnTheWire(...answers)).listLinks(hub);
  expect(answer).toMatchObject({ kind: "listed" });
  return answer.kind === "listed" ? answer.listing : { ...noLinks, complete: false };
}

describe("asking for the links", () => {
  it("posts an empty body, once", async () => {
    const wire = await armOnTheWire({ json: { value: [] } });
    expect(await planeAt(wire).listLinks(hub)).toEqual({
      kind: "listed",
      listing: { links: [], holes: [], complete: true, problems: [] },
    });
    expect(wire.requests).toEqual([
      {
        method: "POST",
        url: `${hubPath}/getShareableLinks?api-version=2026-01-01`,
        authorization: "Bearer secret-access-token-1",
        body: {},
      },
    ]);
  });

  it("writes parentheses and dots of a resource group into the path as data", async () => {
    const wire = await armOnTheWire({ json: { value: [] } });
    const id = hub.id.replace("rg-hub", "rg.(hub)");
    await planeAt(wire).listLinks({ ...hub, id, resourceGroup: "rg.(hub)" });
    expect(wire.requests[0]?.url).toBe(
      `${hubPath.replace("rg-hub", "rg.%28hub%29")}/getShareableLinks?api-version=2026-01-01`,
    );
  });

  it("sends nothing for an id that would collapse the path", async () => {
    const wire = await armOnTheWire({ json: { value: [] } });
    const id = hub.id.replace("rg-hub", "..");
    await expect(planeAt(wire).listLinks({ ...hub, id, resourceGroup: ".." })).rejects.toThrow(
      "Not the id of a bastion host",
    );
    expect(wire.requests).toEqual([]);
  });
});

describe("one entry", () => {
  it("becomes a link without its URL", async () => {
    expect(await listingOf({ json: { value: [entry("tokenvm1")] } })).toEqual({
      links: [
        {
          linkId: "n5bcolex7ey67pxcsjl627pul4",
          vmId: vmId("vm-app-01"),
          createdAt: "2026-11-21T08:00:00.0000Z",
          nativeExpiry: undefined,
        },
      ],
      holes: [],
      complete: true,
      problems: [],
    });
  });

  it.each([
    "http://bst-1.bastion.com/api/shareable-url/tokenvm1",
    "https://bst-1.bastion.azure.com/api/shareable-url/tokenvm1/",
    "https://bst-1.bastion.azure.com/api/shareable-url/tokenvm1//?a=b#c",
    "https://bst-1.bastion.azure.com/tokenvm1?x=https://y/z",
  ])("has the last path segment of %s for its token", async (bsl) => {
    const { links } = await listingOf({ json: { value: [{ ...entry("x"), bsl }] } });
    expect(links.map(({ linkId }) => linkId)).toEqual([linkIdOf("tokenvm1")]);
  });

  it.each([
    undefined,
    null,
    "",
    7,
    "no url",
    "https://bst-1.bastion.azure.com",
    "https://bst-1.bastion.azure.com/api/shareable-url/",
    "ftp://h/t",
  ])("with bsl %s is a hole: a link of its VM, in a listing that is complete", async (bsl) => {
    const hole = { ...entry("x", "vm-app-02"), bsl, message: "The VM could not be read." };
    expect(await listingOf({ json: { value: [entry(token), hole] } })).toMatchObject({
      links: [{ linkId: linkIdOf(token) }],
      holes: [{ linkId: holeIdOf(vmId("vm-app-02"), hole.createdAt), createdAt: hole.createdAt }],
      complete: true,
      problems: [],
    });
  });

  it.each([
    (secret: string) => `https://bst-1.bastion.azure.com/api/shareable-url/${secret}/connect`,
    (secret: string) => `https://bst-1.bastion.azure.com/#/client?token=${secret}`,
    (secret: string) => `https://bst-1.bastion.azure.com/shareable-url?t=${secret}`,
  ])("whose URL does not tell it from others is a hole, as are those (%#)", async (address) => {
    const value = ["vm-dev", "vm-prod", "vm-db"].map((name) => ({
      ...entry(name, name),
      bsl: address(name),
    }));
    const { links, holes, complete } = await listingOf({ json: { value: [...value, entry(token)] } });
    expect(links.map(({ linkId }) => linkId)).toEqual([linkIdOf(token)]);
    expect(holes.map((hole) => hole.vmId)).toEqual(["vm-dev", "vm-prod", "vm-db"].map(vmId));
    expect(complete).toBe(true);
  });

  it.each([null, 7, "text", []])(
    "that is %s makes the listing incomplete and loses no other",
    async (garbage) => {
      expect(await listingOf({ json: { value: [garbage, entry(token)] } })).toMatchObject({
        links: [{ linkId: linkIdOf(token) }],
        holes: [],
        complete: false,
        problems: ["an entry that names no VM"],
      });
    },
  );

  it.each([
    [{ id: "/Subscriptions/ODD/casing" }, "/Subscriptions/ODD/casing"],
    [{ id: 7 }, ""],
    [{}, ""],
    [null, ""],
    ["text", ""],
    [undefined, ""],
  ])("with vm %j is a link all the same", async (vm, expected) => {
    const { links, complete } = await listingOf({ json: { value: [{ bsl: url(token), vm }] } });
    expect(links).toMatchObject([{ linkId: linkIdOf(token), vmId: expected, createdAt: undefined }]);
    expect(complete).toBe(expected !== "");
  });

  it("that comes twice is one link", async () => {
    const { links, complete } = await listingOf({
      json: { value: [entry(token), entry(token), entry(other)] },
    });
    expect(links.map(({ linkId }) => linkId)).toEqual([linkIdOf(token), linkIdOf(other)]);
    expect(complete).toBe(true);
  });

  it.each([
    ["expiresAt", "2026-11-22T08:00:00.0000Z", "2026-11-22T08:00:00.000Z"],
    ["linkExpiryTime", "11/22/2026 08:00:00", "2026-11-22T08:00:00.000Z"],
    ["ExpirationDate", "2026-11-22", "2026-11-22T00:00:00.000Z"],
    ["isExpired", "false", undefined],
    ["expiresAt", 1_795_000_000, undefined],
    ["endsAt", "2026-11-22T08:00:00Z", undefined],
  ])("with %s %s has the native expiry %s", async (name, value, expected) => {
    const { links } = await listingOf({ json: { value: [{ ...entry(token), [name]: value }] } });
    expect(links.map(({ nativeExpiry }) => nativeExpiry && new Date(nativeExpiry).toISOString())).toEqual([
      expected,
    ]);
  });
});

describe("pages", () => {
  const second = (endpoint: string): string => `${endpoint}${hubPath}/getShareableLinks?$skiptoken=2`;
  const first = (endpoint: string): WireAnswer => ({
    status: 206,
    json: { value: [entry(token)], nextLink: second(endpoint) },
  });

  it("are followed by GET, 206 or not, until there is no next", async () => {
    const wire = await armOnTheWire(first, {
      status: 206,
      json: { value: [entry(other, "vm-app-02")], nextLink: null },
    });
    const answer = await planeAt(wire).listLinks(hub);
    expect(answer).toMatchObject({
      kind: "listed",
      listing: { links: [{ linkId: linkIdOf(token) }, { linkId: linkIdOf(other) }], complete: true },
    });
    expect(wire.requests.map(({ method, url: asked }) => `${method} ${asked}`)).toEqual([
      `POST ${hubPath}/getShareableLinks?api-version=2026-01-01`,
      `GET ${hubPath}/getShareableLinks?$skiptoken=2&api-version=2026-01-01`,
    ]);
  });

  it.each<[string, WireAnswer, string]>([
    [
      "fails",
      { status: 500, json: { error: { code: "InternalServerError", message: "Oops." } } },
      "500 InternalServerError Oops.",
    ],
    [
      "is busy",
      { status: 409, json: { error: { code: "AnotherOperationInProgress", message: "Wait." } } },
      "409 AnotherOperationInProgress Wait.",
    ],
    [
      "is no JSON",
      { text: "<html>", headers: { "Content-Type": "text/html" } },
      "200 the answer is not what was asked for",
    ],
    ["has no value", { json: {} }, "200 the answer is not what was asked for"],
    ["hangs", { instead: "hang" }, "no answer within 20000 ms"],
    ["is reset", { instead: "reset" }, "no answer: ECONNRESET"],
  ])("after which one %s are what was read, incomplete", async (_, answer, words) => {
    expect(await listingOf(first, answer)).toMatchObject({
      links: [{ linkId: linkIdOf(token) }],
      complete: false,
      problems: [`a later page: Listing the links of bst-hub: ${words}`],
    });
  });

  it("on another host are refused: it sees no request and no token", async () => {
    const hostile = await armOnTheWire({ json: { value: [] } });
    const wire = await armOnTheWire({
      json: { value: [entry(token)], nextLink: `${hostile.endpoint}${hubPath}` },
    });
    const answer = await planeAt(wire).listLinks(hub);
    const { host } = new URL(hostile.endpoint);
    const why = `a later page: Listing the links of bst-hub: refused to send a request to ${host}, which is not the configured endpoint`;
    expect(answer).toMatchObject({
      kind: "listed",
      listing: { links: [{ linkId: linkIdOf(token) }], complete: false, problems: [why] },
    });
    expect(hostile.requests).toEqual([]);
  });

  it.each([7, { a: 1 }, "http://", "@evil.example/x"])(
    "with nextLink %j end incomplete",
    async (nextLink) => {
      expect(await listingOf({ json: { value: [entry(token)], nextLink } })).toMatchObject({
        links: [{ linkId: linkIdOf(token) }],
        complete: false,
      });
    },
  );

  it("that take longer than a minute are cut off", async () => {
    const wire = await armOnTheWire(first);
    let now = Date.parse("2026-11-21T09:00:00Z");
    const clock = { now: () => instant((now += 10_000)) };
    const answer = await armControlPlane({
      endpoint: wire.endpoint,
      credential: countingCredential(),
      clock,
    }).listLinks(hub);
    expect(answer).toMatchObject({
      kind: "listed",
      listing: { links: [{ linkId: linkIdOf(token) }], complete: false },
    });
    expect(wire.requests.length).toBeLessThan(6);
  });

  it("that never end are cut off after 500", async () => {
    const wire = await armOnTheWire(first);
    const answer = await planeAt(wire).listLinks(hub);
    expect(answer).toMatchObject({
      kind: "listed",
      listing: { links: [{ linkId: linkIdOf(token) }], complete: false },
    });
    expect(wire.requests).toHaveLength(500);
  });
});
