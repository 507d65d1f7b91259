import { createDefaultHttpClient, createPipelineRequest } from "@azure/core-rest-pipeline";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { Arm, ArmCall } from "../../../src/azure/arm/pipeline.ts";
import { connectArm } from "../../../src/azure/arm/pipeline.ts";
import { instant } from "../../../src/core/domain/time.ts";
import { armOnTheWire, countingCredential } from "../arm-on-the-wire.ts";

const http = createDefaultHttpClient();

async function get(
  arm: Arm,
  url: string,
): Promise<{ call: ArmCall; error: unknown; body: string | undefined }> {
  const call = arm.call();
  const request = createPipelineRequest({ url, allowInsecureConnection: true });
  try {
    const { bodyAsText } = await call.client.pipeline.sendRequest(http, request);
    return { call, error: undefined, body: bodyAsText ?? undefined };
  } catch (error) {
    return { call, error, body: undefined };
  }
}

describe("where the token goes", () => {
  it("attaches the token over http to this machine", async () => {
    const wire = await armOnTheWire({ json: {} });
    const credential = countingCredential();
    await get(connectArm({ endpoint: wire.endpoint, credential }), `${wire.endpoint}/x`);
    expect(wire.requests).toEqual([
      { method: "GET", url: "/x", authorization: "Bearer secret-access-token-1", body: undefined },
    ]);
    expect(credential.scopes).toEqual([`${wire.endpoint}/.default`]);
  });

  it.each([
    ["https://management.azure.com", "https://management.azure.com/.default"],
    ["https://management.azure.com/", "https://management.azure.com/.default"],
    ["https://management.chinacloudapi.cn", "https://management.chinacloudapi.cn/.default"],
  ])("asks for a token for the scope of %s", async (endpoint, scope) => {
    const scopes: string[] = [];
    const credential = {
      getToken: (wanted: string | string[]) => {
        scopes.push(String(wanted));
        return Promise.reject(new Error("no sign-in here"));
      },
    };
    const { error } = await get(connectArm({ endpoint, credential }), `${new URL(endpoint).origin}/x`);
    expect(scopes).toEqual([scope]);
    expect(String(error)).toBe("Error: no access token: no sign-in here");
  });

  it("refuses another host, names it, and sends nothing there", async () => {
    const [own, other] = [await armOnTheWire({}), await armOnTheWire({})];
    const credential = countingCredential();
    const { error, call } = await get(
      connectArm({ endpoint: own.endpoint, credential }),
      `${other.endpoint}/x`,
    );
    const why = `refused to send a request to ${new URL(other.endpoint).host}, which is not the configured endpoint`;
    expect(String(error)).toBe(`Error: ${why}`);
    expect(call.exchanges).toEqual([{ kind: "silence", why }]);
    expect([...own.requests, ...other.requests, ...credential.scopes]).toEqual([]);
  });

  it.each([
    "http://management.azure.com/x",
    "https://management.azure.com:8443/x",
    "https://management.azure.com@evil.example/x",
  ])("refuses %s when ARM is https://management.azure.com", async (url) => {
    const { error } = await get(
      connectArm({ endpoint: "https://management.azure.com", credential: countingCredential() }),
      url,
    );
    expect(String(error)).toContain("refused to send a request to");
  });

  it.each([
    "http://management.azure.com",
    "ftp://127.0.0.1",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
  ])("does not connect to %s at all", (endpoint) => {
    expect(() => connectArm({ endpoint, credential: countingCredential() })).toThrow(
      "An endpoint must use https, or http on a loopback address",
    );
  });
});

describe("how often a token is fetched", () => {
  const at = (time: string): number => Date.parse(time);

  it("fetches one token for ten requests at once", async () => {
    const wire = await armOnTheWire({ json: {} });
    const credential = countingCredential();
    const arm = connectArm({ endpoint: wire.endpoint, credential });
    await Promise.all(Array.from({ length: 10 }, () => get(arm, `${wire.endpoint}/x`)));
    expect(wire.requests).toHaveLength(10);
    expect(credential.scopes).toHaveLength(1);
  });

  it.each([
    ["2026-11-21T08:54:59Z", 1],
    ["2026-11-21T08:55:00Z", 2],
  ])("at %s has fetched %i tokens, when the first ends at 09:00", async (later, fetched) => {
    const wire = await armOnTheWire({ json: {} });
    const credential = countingCredential(at("2026-11-21T09:00:00Z"));
    let now = at("2026-11-21T08:00:00Z");
    const arm = connectArm({ endpoint: wire.endpoint, credential, clock: { now: () => instant(now) } });
    await get(arm, `${wire.endpoint}/x`);
    now = at(later);
    await get(arm, `${wire.endpoint}/x`);
    expect(credential.scopes).toHaveLength(fetched);
  });

  it("brings another token after Azure refused one", async () => {
    const wire = await armOnTheWire({ status: 401, json: {} }, { json: {} });
    const arm = connectArm({ endpoint: wire.endpoint, credential: countingCredential() });
    await get(arm, `${wire.endpoint}/x`);
    await get(arm, `${wire.endpoint}/x`);
    expect(wire.requests.map(({ authorization }) => authorization)).toEqual([
      "Bearer secret-access-token-1",
      "Bearer secret-access-token-2",
    ]);
  });

  it("asks the credential again after it failed", async () => {
    const wire = await armOnTheWire({ json: {} });
    let asked = 0;
    const getToken = () =>
      ++asked === 1
        ? Promise.reject(new Error("not yet"))
        : Promise.resolve({ token: "t", expiresOnTimestamp: Number.MAX_SAFE_INTEGER });
    const arm = connectArm({ endpoint: wire.endpoint, credential: { getToken } });
    expect(String((await get(arm, `${wire.endpoint}/x`)).error)).toBe("Error: no access token: not yet");
    expect((await get(arm, `${wire.endpoint}/x`)).error).toBeUndefined();
  });
});

describe("what comes back", () => {
  it("hands on a 206 as a 200 and keeps its JSON", async () => {
    const wire = await armOnTheWire({ status: 206, json: { value: [{ expiresAt: "x" }] } });
    const { call, body } = await get(
      connectArm({ endpoint: wire.endpoint, credential: countingCredential() }),
      `${wire.endpoint}/x`,
    );
    expect(body).toBe('{"value":[{"expiresAt":"x"}]}');
    expect(call.exchanges).toMatchObject([
      { kind: "answer", status: 200, body: { value: [{ expiresAt: "x" }] } },
    ]);
  });

  it("does not follow a redirect", async () => {
    const other = await armOnTheWire({ json: {} });
    const wire = await armOnTheWire({ status: 307, headers: { Location: `${other.endpoint}/y` } });
    const { call } = await get(
      connectArm({ endpoint: wire.endpoint, credential: countingCredential() }),
      `${wire.endpoint}/x`,
    );
    expect(call.exchanges).toMatchObject([{ kind: "answer", status: 307 }]);
    expect(other.requests).toEqual([]);
  });

  it.each([
    ["hang", "no answer within 20000 ms"],
    ["reset", "no answer: ECONNRESET"],
    ["half a body", "no answer: ECONNRESET"],
  ] as const)("says so when the answer is a %s, and asks only once", async (instead, why) => {
    const wire = await armOnTheWire({ instead, json: { value: "a longer body" } });
    const arm = connectArm({ endpoint: wire.endpoint, credential: countingCredential() });
    const { error, call } = await get(arm, `${wire.endpoint}/x`);
    expect(String(error)).toBe(`Error: ${why}`);
    expect(call.exchanges).toEqual([{ kind: "silence", why }]);
    expect(wire.requests).toHaveLength(1);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("secret-access-token");
  });

  it("does not swallow an endless answer", async () => {
    const wire = await armOnTheWire({ text: "x".repeat(33 * 1024 * 1024) });
    const { error } = await get(
      connectArm({ endpoint: wire.endpoint, credential: countingCredential() }),
      `${wire.endpoint}/x`,
    );
    expect(String(error)).toBe("Error: no answer: the answer is larger than 33554432 bytes");
  });
});
