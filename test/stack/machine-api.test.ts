import { TableClient } from "@azure/data-tables";
import { beforeAll, describe, expect, it } from "vitest";
import { jane } from "../../local/scenario/people.ts";
import { cardSaying, noSweep, stage } from "./stage.ts";

const on = stage({ settings: { ...noSweep, WATCHDOG_DIGEST_HOUR: "0" } });
const beganAt = Date.now();
let linkId = "";
let cookie = "";

interface Row {
  readonly etag?: string;
  readonly partitionKey?: string;
  readonly rowKey?: string;
}

/** Every row of the table, by key and version. The watchdog's own partition is left out: its alerts are sent meanwhile. */
async function rows(): Promise<readonly string[]> {
  const table = TableClient.fromConnectionString(on().stack.storage, "watchdog", {
    allowInsecureConnection: true,
  });
  const found: string[] = [];
  for await (const { partitionKey = "", rowKey = "", etag = "" } of table.listEntities<Row>())
    if (rowKey !== "0host" && partitionKey !== "|watchdog") found.push(`${partitionKey} ${rowKey} ${etag}`);
  return found.sort();
}

const send = (path: string, init: RequestInit = {}) =>
  fetch(on().stack.functionsUrl + path, { redirect: "manual", ...init });

beforeAll(async () => {
  await send("/admin/functions/sweep?wait=true", {
    method: "POST",
    body: "{}",
    headers: { "content-type": "application/json", "x-functions-key": on().stack.key },
  });
  await on().azure.createLinks(jane, "bas-hub-weu", ["vm-staging-01"]);
  await cardSaying(on(), "vm-staging-01 is reachable from the internet");
  const { links } = (await (await send("/api/links", { headers: key() })).json()) as {
    links: readonly { linkId: string }[];
  };
  linkId = links[0]?.linkId ?? "";
  expect((await rows()).length).toBeGreaterThan(3);
  const signedIn = await send("/.auth/login/local?as=operator&post_login_redirect_uri=/console");
  cookie = signedIn.headers
    .getSetCookie()
    .map((set) => set.split(";")[0])
    .join("; ");
}, 60_000);

const key = () => ({ "x-functions-key": on().stack.key });
/** What the platform itself would send of an operator. */
const principal = Buffer.from(
  JSON.stringify({
    auth_typ: "aad",
    claims: [{ typ: "roles", val: "Watchdog.Operator" }],
    name_typ: "name",
    role_typ: "roles",
  }),
).toString("base64");

const callers = {
  "no key": () => ({}),
  "a wrong key": () => ({ "x-functions-key": "wrong" }),
  "the function key": key,
  "the console's cookie only": () => ({ cookie }),
  "a forged principal": () => ({
    "x-ms-client-principal": principal,
    "x-ms-client-principal-id": "22222222-0000-4000-8000-000000000007",
  }),
  "a forged principal beside the key": () => ({ ...key(), "x-ms-client-principal": principal }),
} satisfies Record<string, () => Record<string, string>>;
type Caller = keyof typeof callers;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Method = (typeof methods)[number];

/** Every route with what it answers to the key, and whether anybody may ask. */
const routes: readonly {
  readonly path: string;
  readonly allowed: readonly Method[];
  readonly open: boolean;
}[] = [
  { path: "/api/scan", allowed: ["POST"], open: false },
  { path: "/api/links", allowed: ["GET", "HEAD"], open: false },
  { path: "/api/links/{id}", allowed: ["GET", "HEAD"], open: false },
  { path: "/api/bastions", allowed: ["GET", "HEAD"], open: false },
  { path: "/api/ledger?bastion=bas-hub-weu", allowed: ["GET", "HEAD"], open: false },
  { path: "/api/health", allowed: ["GET", "HEAD"], open: true },
  { path: "/api/status", allowed: ["GET", "HEAD"], open: false },
  { path: "/api/openapi.json", allowed: ["GET", "HEAD"], open: true },
];

const withKey: readonly Caller[] = ["the function key", "a forged principal beside the key"];

/** The platform knows no route for a method that none was registered with. */
function statusFor({ allowed, open }: (typeof routes)[number], method: Method, caller: Caller): number {
  if (!allowed.includes(method)) return 404;
  return open || withKey.includes(caller) ? 200 : 401;
}

describe("Who may ask the machine API", () => {
  it.each(
    routes.flatMap((route) =>
      Object.keys(callers).map((caller) => ({ route, path: route.path, caller: caller as Caller })),
    ),
  )("$path with $caller", async ({ route, caller }) => {
    const before = await rows();
    const answered: Record<string, number> = {};
    for (const method of methods) {
      const response = await send(route.path.replace("{id}", linkId), { method, headers: callers[caller]() });
      const body = await response.text();
      answered[method] = response.status;
      if (response.status !== 200 || method === "HEAD") expect(body).toBe("");
    }
    expect(answered).toStrictEqual(
      Object.fromEntries(methods.map((method) => [method, statusFor(route, method, caller)])),
    );
    expect(await rows()).toStrictEqual(before);
  });

  it("takes the key as a parameter, too, and does not repeat it", async () => {
    const response = await send(`/api/links?limit=1&code=${on().stack.key}`);
    expect([response.status, (await response.text()).includes(on().stack.key)]).toStrictEqual([200, false]);
  });

  it("does not let the key into the console", async () => {
    expect((await send("/console", { headers: key() })).status).toBe(401);
  });
});

const json = { "content-type": "application/json" };
const long = "v".repeat(9_000);

/** Path, what is sent, and the answer: the status and a word of why. */
const bad: readonly (readonly [
  string,
  Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> },
  number,
  string,
])[] = [
  ["/api/scan", { method: "POST", body: "{", headers: json }, 400, "expected object"],
  ["/api/scan", { method: "POST", body: '{"vm":7}', headers: json }, 400, "vm"],
  ["/api/scan", { method: "POST", body: '{"vm":"vm-1","vm":""}', headers: json }, 400, "vm"],
  ["/api/scan", { method: "POST", body: '{"continuation":"../../x"}', headers: json }, 400, "continuation"],
  ["/api/scan?vm=vm-1", { method: "POST" }, 400, "vm"],
  [
    "/api/scan",
    { method: "POST", body: JSON.stringify({ vm: "v".repeat(20_000) }), headers: json },
    413,
    "at most 16384 bytes",
  ],
  ["/api/scan", { method: "POST", body: "x".repeat(5_000_000), headers: json }, 413, "at most 16384 bytes"],
  [
    "/api/scan",
    { method: "POST", body: "vm=vm-1", headers: { "content-type": "application/x-www-form-urlencoded" } },
    415,
    "application/json",
  ],
  [
    "/api/scan",
    { method: "POST", body: "<scan/>", headers: { "content-type": "text/xml" } },
    415,
    "application/json",
  ],
  [
    "/api/scan",
    { method: "POST", headers: { accept: "image/png" } },
    406,
    "application/json, text/csv, text/plain",
  ],
  ["/api/links?limit=0", {}, 400, "at least 1"],
  ["/api/links?limit=99999999999999999999", {}, 400, "limit"],
  ["/api/links?limit=-1", {}, 400, "limit"],
  ["/api/links?limit=1&limit=2", {}, 400, "given twice"],
  ["/api/links?state=OPEN", {}, 400, "state"],
  ["/api/links?sort=deadline;drop", {}, 400, "sort"],
  ["/api/links?olderThan=PT", {}, 400, "olderThan"],
  ["/api/links?youngerThan=P999999Y", {}, 400, "youngerThan"],
  [`/api/links?owner=${long}`, {}, 400, "owner"],
  ["/api/links?continuation=AAAA", {}, 400, "belongs to another request"],
  [`/api/links?continuation=${"A".repeat(8_193)}`, {}, 400, "continuation"],
  ["/api/links?bastion=%0d%0aset-cookie:%20a=b&colour=red", {}, 400, "colour"],
  ["/api/links?%0d%0aset-cookie:%20a=b", {}, 400, "set-cookie"],
  ["/api/links", { headers: { accept: "image/*" } }, 406, "application/json"],
  ["/api/links/x", {}, 400, "Copy `linkId`"],
  ["/api/links/aaaaaaaaaaaaaaaaaaaaaaaaaa", {}, 404, "No bastion has it"],
  ["/api/links/..%2f..%2fconsole", {}, 400, "Copy `linkId`"],
  ["/api/links/%2e%2e%5c%2e%2e", {}, 400, "Copy `linkId`"],
  ["/api/links/%00", {}, 400, "Copy `linkId`"],
  ["/api/links/aaaaaaaaaaaaaaaaaaaaaaaaaa?bastion=%7Cwatchdog", {}, 404, "ledger of that bastion"],
  ["/api/bastions?limit=1001", {}, 400, "at most 1000"],
  ["/api/bastions?bastion=x", {}, 400, "bastion"],
  ["/api/ledger", {}, 400, "bastion"],
  ["/api/ledger?bastion=..%2f%7Cindex", {}, 404, "ever seen"],
  ["/api/ledger?bastion=%7Cwatchdog", {}, 404, "ever seen"],
  ["/api/ledger?bastion=x'%20or%20PartitionKey%20ne%20'", {}, 404, "ever seen"],
  ["/api/ledger?bastion=bas-hub-weu&from=-1", {}, 400, "from"],
  ["/api/ledger?bastion=bas-hub-weu&limit=5001", {}, 400, "at most 5000"],
];

describe("What is wrong with a request to the machine API", () => {
  it.each(bad)("%s %o is %i: %s", async (path, init, status, why) => {
    const before = await rows();
    const response = await send(path, { ...init, headers: { ...init.headers, ...key() } });
    expect([response.status, response.headers.get("content-type")]).toStrictEqual([
      status,
      "application/problem+json",
    ]);
    expect(response.headers.getSetCookie()).toStrictEqual([]);
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ type: "about:blank", status, title: expect.any(String) as unknown });
    expect(problem["detail"]).toContain(why);
    expect(await rows()).toStrictEqual(before);
  });

  it("never leads out of the API by its path", async () => {
    for (const path of [
      "/api/links/../../admin/host/status",
      "/api/../console/link",
      "/api/links/a/b",
      "/api/scan/..;/links",
      "/api",
    ])
      expect([401, 404]).toContain((await send(path)).status);
  });
});

describe("The machine API of a running app", () => {
  it("tells of the link that was made, without its URL or token", async () => {
    const state = (await (await fetch(`${on().stack.azureUrl}/_sim/state`)).json()) as {
      links: readonly { url: string }[];
    };
    const token = state.links[0]?.url.split("/").at(-1) ?? "";
    expect(token.length).toBeGreaterThan(10);
    for (const path of [
      "/api/links",
      `/api/links/${linkId}`,
      "/api/bastions",
      "/api/ledger?bastion=bas-hub-weu",
    ]) {
      const body = await (await send(path, { headers: key() })).text();
      expect(body).toContain("bas-hub-weu");
      expect(body).not.toContain(token);
    }
  });

  it("says that it is well, and since when", async () => {
    expect(await (await send("/api/health")).text()).toBe('{"status":"ok"}');
    const status = (await (await send("/api/status", { headers: key() })).json()) as Record<string, unknown>;
    expect(status).toMatchObject({
      status: "ok",
      configuration: "valid",
      mode: "enforce",
      version: "0.2.0",
      lastSweep: { bastions: 2 },
    });
    expect(Date.parse(String(status["lastEventAt"]))).toBeGreaterThanOrEqual(beganAt);
  });

  it("has timers that wait for their hour until they are asked for by hand", async () => {
    const { functions } = (await (await send("/admin/host/status", { headers: key() })).json()) as {
      functions: readonly { name: string; trigger: string; next?: string }[];
    };
    const timers = functions
      .filter(({ trigger }) => trigger === "timer")
      .map(({ name, next }) => [name, next]);
    expect(timers).toEqual([
      ["sweep", undefined],
      ["witness", undefined],
      ["digest", undefined],
      ["anchor", undefined],
      ["archive", undefined],
    ]);
    expect((await send("/admin/functions/digest?wait=true", { method: "POST", headers: key() })).status).toBe(
      200,
    );
    await cardSaying(on(), "Daily digest: 1 link open");
  });

  it("describes itself", async () => {
    expect(await (await send("/api/openapi.json")).json()).toMatchObject({
      openapi: "3.1.1",
      info: { version: "0.2.0" },
    });
  });
});
