import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Hosted, hostApp, hostJson, key } from "./hosted-app.ts";

const source = `
const describe = async (request) => ({
  jsonBody: {
    method: request.method, path: new URL(request.url).pathname, params: request.params,
    query: Object.fromEntries(request.query), accept: request.headers.get("accept"), body: await request.text(),
  },
});
app.http("open", { route: "open/{id?}", methods: ["GET", "HEAD", "POST", "PUT", "DELETE"], handler: describe });
app.http("named", { handler: describe });
app.http("files", { route: "files/{*rest}", methods: ["GET"], handler: describe });
app.http("newest", { route: "open/newest", methods: ["GET"], handler: () => ({ body: "the literal route" }) });
app.http("locked", { authLevel: "function", handler: () => ({ body: "unlocked" }) });
app.http("admin-only", { authLevel: "admin", handler: () => ({ body: "unlocked" }) });
app.http("echo", { methods: ["POST"], handler: async (request) => ({ body: Buffer.from(await request.arrayBuffer()) }) });
app.http("stream", { handler: () => ({ body: new Blob(["a", "b"]).stream(), headers: { "content-type": "text/csv" } }) });
app.http("nothing", { handler: () => undefined });
app.http("gone", { handler: () => ({ status: 410, body: "gone" }) });
app.http("moved", { handler: () => ({ status: 303, headers: { location: "/elsewhere", "content-length": "999" } }) });
app.http("cookies", { handler: () => ({ cookies: [
  { name: "a", value: "1 2", path: "/", httpOnly: true, secure: true, sameSite: "Strict", maxAge: 60 },
  { name: "b", value: "2", expires: new Date("2026-12-01T00:00:00Z"), domain: "contoso.example" }] }) });
app.http("boom", { handler: () => { throw new Error("kaboom"); } });
app.http("secret", { route: "secret", handler: () => ({ body: "never" }) });
`;

let host: Hosted;
beforeAll(async () => {
  host = await hostApp(source, { settings: { "AzureWebJobs.secret.Disabled": "1" } });
});
afterAll(() => host.close());

const call = (path: string, init?: RequestInit) => fetch(host.url + path, { redirect: "manual", ...init });

/** As bytes on the wire, for what `fetch` would tidy up. */
function raw(
  path: string,
  headers: Record<string, string | string[]> = {},
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request(host.url, { path, headers }, (response) => {
      response.setEncoding("utf8").on("data", (body: string) => {
        resolve({ status: response.statusCode, body });
      });
      response.on("end", () => {
        resolve({ status: response.statusCode, body: "" });
      });
    })
      .on("error", reject)
      .end();
  });
}

describe("an HTTP function", () => {
  it("gets the request as it came", async () => {
    const response = await call("/open/7?x=1&x=2&y=a%20b", {
      method: "PUT",
      body: "päyload",
      headers: { accept: "text/x" },
    });
    expect(await response.json()).toEqual({
      method: "PUT",
      path: "/open/7",
      params: { id: "7" },
      query: { x: "1,2", y: "a b" },
      accept: "text/x",
      body: "päyload",
    });
  });

  it.each([
    ["/open", {}],
    ["/files/a/b%20c", { rest: "a/b c" }],
  ])("reads the parameters of %s", async (path, params) => {
    expect(await (await call(path)).json()).toMatchObject({ params });
  });

  it("without a route is found by its name, for GET and POST", async () => {
    const answers = await Promise.all(["GET", "POST", "PUT"].map((method) => call("/named", { method })));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 404]);
  });

  it("with a literal route goes before one with a parameter", async () => {
    expect(await (await call("/open/newest")).text()).toBe("the literal route");
  });

  it("that is disabled or unknown is a 404", async () => {
    expect([(await call("/secret")).status, (await call("/nowhere")).status]).toEqual([404, 404]);
  });

  it("takes and gives bytes untouched", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
    const response = await call("/echo", { method: "POST", body: bytes });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it("may answer with a stream", async () => {
    const response = await call("/stream");
    expect([response.headers.get("content-type"), await response.text()]).toEqual(["text/csv", "ab"]);
  });

  it.each([
    ["/nothing", 204, ""],
    ["/gone", 410, "gone"],
    ["/moved", 303, ""],
    ["/boom", 500, ""],
  ])("%s answers %i %j", async (path, status, body) => {
    const response = await call(path);
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  it("that throws is logged with its stack", () => {
    expect(host.said("boom")[0]).toMatch(/^Invocation failed: Error: kaboom\n\s+at handler \(file:/);
  });

  it("sets every cookie", async () => {
    expect((await call("/cookies")).headers.getSetCookie()).toEqual([
      "a=1%202; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Strict",
      "b=2; Domain=contoso.example; Expires=Tue, 01 Dec 2026 00:00:00 GMT",
    ]);
  });

  it("answers HEAD without a body, and OPTIONS only if it says so", async () => {
    const head = await call("/open/7", { method: "HEAD" });
    expect([head.status, await head.text(), Number(head.headers.get("content-length")) > 0]).toEqual([
      200,
      "",
      true,
    ]);
    expect((await call("/open/7", { method: "OPTIONS" })).status).toBe(404);
  });

  it("is never reached by a body above 10 MB", async () => {
    const [fits, tooLong] = [Buffer.alloc(10 * 1024 * 1024), Buffer.alloc(10 * 1024 * 1024 + 1)];
    expect((await call("/echo", { method: "POST", body: fits })).status).toBe(200);
    expect((await call("/echo", { method: "POST", body: tooLong })).status).toBe(413);
  });

  it("does not take a path for a host", async () => {
    expect((await raw("//evil.example/open")).status).toBe(404);
    expect((await raw("/open", { host: "not a host" })).body).toContain('"path":"/open"');
  });

  it("gets duplicate headers joined", async () => {
    expect((await raw("/open", { accept: ["text/a", "text/b"] })).body).toContain(
      '"accept":"text/a, text/b"',
    );
  });
});

describe("a function with a key", () => {
  it.each(["/locked", "/admin-only"])("at %s refuses a caller without it", async (path) => {
    expect((await call(path)).status).toBe(401);
    expect((await call(path, { headers: { "x-functions-key": "wrong" } })).status).toBe(401);
    expect((await call(`${path}?code=`)).status).toBe(401);
  });

  it("takes it from the header or the query", async () => {
    expect(await (await call("/locked", { headers: { "x-functions-key": key } })).text()).toBe("unlocked");
    expect(await (await call(`/admin-only?code=${key}`)).text()).toBe("unlocked");
  });
});

it("a route prefix is /api unless host.json says otherwise", async () => {
  const prefixed = await hostApp(`app.http("hello", { handler: () => ({ body: "hi" }) });`, {
    hostJson: { ...hostJson, extensions: {} },
  });
  expect(await (await fetch(`${prefixed.url}/api/hello`)).text()).toBe("hi");
  expect((await fetch(`${prefixed.url}/hello`)).status).toBe(404);
  await prefixed.close();
});
