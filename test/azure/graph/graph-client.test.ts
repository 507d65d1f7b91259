import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { packageApp } from "../../../local/build/package-app.ts";
import { connectGraph, type Graph, type GraphOptions } from "../../../src/azure/graph/graph-client.ts";
import { credentialFor } from "../../../src/azure/identity/credential.ts";
import { receiver } from "../receiver.ts";

const credential = credentialFor({ kind: "static", token: "secret-token-of-ours" });

async function graphOnTheWire(more: Partial<GraphOptions> = {}) {
  const server = await receiver();
  const graph: Graph = connectGraph({ endpoint: server.url, credential, ...more });
  return { server, graph };
}

describe("the Graph client", () => {
  it("asks v1.0 with our token, and gives back status, headers and JSON", async () => {
    const { server, graph } = await graphOnTheWire();
    server.say(200, { displayName: "Jane" }, { "retry-after": "7" });
    const answer = await graph.get(
      "/users/jane%40contoso.example?$select=displayName&$expand=manager($select=displayName)",
    );
    expect(answer).toMatchObject({ kind: "answer", status: 200, body: { displayName: "Jane" } });
    expect(answer.kind === "answer" ? answer.header("Retry-After") : undefined).toBe("7");
    expect(server.received).toMatchObject([
      {
        method: "GET",
        path: "/v1.0/users/jane%40contoso.example?$select=displayName&$expand=manager($select=displayName)",
        headers: { authorization: "Bearer secret-token-of-ours" },
      },
    ]);
  });

  it("posts JSON", async () => {
    const { server, graph } = await graphOnTheWire();
    expect(await graph.post("/users/x/sendMail", { message: { subject: "é" } })).toMatchObject({
      kind: "answer",
      status: 202,
      body: undefined,
    });
    expect(server.received).toMatchObject([
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"message":{"subject":"é"}}',
      },
    ]);
  });

  test.each([429, 500, 503])("does not try again after %i", async (status) => {
    const { server, graph } = await graphOnTheWire();
    server.say(status, { error: { code: "x", message: "later" } }, { "retry-after": "1" });
    expect(await graph.get("/me")).toMatchObject({
      kind: "answer",
      status,
      body: { error: { message: "later" } },
    });
    expect(server.received).toHaveLength(1);
  });

  it("follows no redirect: the token stays where it belongs", async () => {
    const elsewhere = await receiver();
    const { server, graph } = await graphOnTheWire();
    server.say(302, "", { location: `${elsewhere.url}/v1.0/me` });
    expect(await graph.get("/me")).toMatchObject({ kind: "answer", status: 302 });
    expect(elsewhere.received).toEqual([]);
  });

  it("asks no other host, whatever a path says", async () => {
    const elsewhere = await receiver();
    const { server, graph } = await graphOnTheWire();
    expect(await graph.get("https://graph.evil.example/v1.0/me")).toEqual({
      kind: "silence",
      why: "refused to send a request to another host than the configured Graph endpoint",
    });
    expect([...server.received, ...elsewhere.received]).toEqual([]);
  });

  it("calls silence, a reset, nobody there and a broken credential silence", async () => {
    const { server, graph } = await graphOnTheWire();
    server.answer = (request) => request.socket.resetAndDestroy();
    expect(await graph.get("/me")).toEqual({ kind: "silence", why: "ECONNRESET" });
    server.hang();
    expect(await graph.get("/me")).toEqual({ kind: "silence", why: "no answer within 10 s" });
    expect(await connectGraph({ endpoint: "http://127.0.0.1:1", credential }).get("/me")).toMatchObject({
      kind: "silence",
    });
    const broken = {
      getToken: () => Promise.reject(new Error("IDENTITY_ENDPOINT http://127.0.0.1:41 said no")),
    };
    expect(await connectGraph({ endpoint: server.url, credential: broken }).get("/me")).toEqual({
      kind: "silence",
      why: "no access token: IDENTITY_ENDPOINT [address] said no",
    });
  });

  it("forgets a token that Graph refuses, and asks for the scope of its endpoint", async () => {
    const scopes: unknown[] = [];
    const counting = {
      getToken: (scope: string | string[]) => {
        scopes.push(scope);
        return Promise.resolve({
          token: `token-${scopes.length}`,
          expiresOnTimestamp: Number.MAX_SAFE_INTEGER,
        });
      },
    };
    const { server, graph } = await graphOnTheWire({ credential: counting });
    server.say(401);
    await graph.get("/me");
    await graph.get("/me");
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
    expect(scopes).toEqual([`${server.url}/.default`, `${server.url}/.default`]);
  });

  test.each(["http://graph.microsoft.com", "ftp://127.0.0.1"])("is not made for %s", (endpoint) => {
    expect(() => connectGraph({ endpoint, credential })).toThrow(
      "The Graph endpoint must use https, or http on a loopback address",
    );
  });

  it("works in the bundle that is deployed, from a chunk of its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "watchdog-graph-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const entry = join(folder, "entry.ts");
    const source = join(import.meta.dirname, "../../../src/azure/graph/graph-client.ts");
    await writeFile(entry, `export { connectGraph } from ${JSON.stringify(source)};`);
    const { directory, files, externals } = await packageApp({ entry, outdir: join(folder, "app") });
    expect(externals).toEqual([]);
    expect(files.filter((file) => file.startsWith("chunks/")).length).toBeGreaterThan(0);
    const bundled = (await import(pathToFileURL(join(directory, "main.js")).href)) as {
      connectGraph: typeof connectGraph;
    };
    const server = await receiver();
    server.say(200, { displayName: "Jane" });
    expect(await bundled.connectGraph({ endpoint: server.url, credential }).get("/me")).toMatchObject({
      body: { displayName: "Jane" },
    });
  });
});
