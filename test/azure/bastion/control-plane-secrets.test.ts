import { execFile } from "node:child_process";
import { inspect, promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { WireAnswer } from "../arm-on-the-wire.ts";
import { armOnTheWire, hub } from "../arm-on-the-wire.ts";
import { entry, other, planeAt, token, url } from "./links-on-the-wire.ts";

describe("secrets", () => {
  const leaks = (value: unknown): boolean =>
    [JSON.stringify(value), inspect(value, { depth: 20, showHidden: true, getters: true })].some((text) =>
      [token, other, "shareable-url/", "secret-access-token"].some((secret) => text.includes(secret)),
    );

  it.each<[string, WireAnswer[]]>([
    ["a listing", [{ json: { value: [entry(token), entry(other)] } }]],
    [
      "an entry's message",
      [
        {
          json: {
            value: [
              entry(token),
              { message: `${url(other)} and shareable-url/${other} and ${token} failed` },
            ],
          },
        },
      ],
    ],
    [
      "an error message",
      [{ status: 400, json: { error: { code: "Bad", message: `Link ${url(token)} (${other}) is broken` } } }],
    ],
    ["an error code", [{ status: 400, json: { error: { code: url(token), message: "x" } } }]],
    ["a body that is not JSON", [{ text: `{"value": ["${url(token)}"` }]],
    ["a body that is no list", [{ json: { value: { bsl: url(token) } } }]],
    [
      "a next link",
      [{ json: { value: [entry(token)], nextLink: `https://x.example/api/shareable-url/${other}` } }],
    ],
  ])("are not in what comes of %s", async (_, answers) => {
    expect(leaks(await planeAt(await armOnTheWire(...answers)).listLinks(hub))).toBe(false);
  });

  it("are not printed by the SDKs at their most talkative", async () => {
    const wire = await armOnTheWire(
      { json: { value: [entry(token)] } },
      { status: 400, json: { error: { code: "Bad", message: url(other) } } },
    );
    const module = new URL("../../../src/azure/bastion/control-plane.ts", import.meta.url).href;
    const script = `
      import { armControlPlane } from ${JSON.stringify(module)};
      const credential = { getToken: async () => ({ token: "secret-access-token-1", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
      const plane = armControlPlane({ endpoint: ${JSON.stringify(wire.endpoint)}, credential });
      const bastion = ${JSON.stringify(hub)};
      const { listing } = await plane.listLinks(bastion);
      const answer = await plane.revokeLinks(bastion, listing, {
        byToken: listing.links.map(({ linkId }) => linkId), byVm: [], mayGo: () => false,
      });
      console.log(listing.links.length, answer);
    `;
    const env = { PATH: "", AZURE_LOG_LEVEL: "verbose", TYPESPEC_RUNTIME_LOG_LEVEL: "verbose", DEBUG: "*" };
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", script],
      { env },
    );
    expect(stdout).toContain("1 {");
    expect(wire.requests).toHaveLength(3);
    expect(leaks(stdout + stderr)).toBe(false);
  });
});
