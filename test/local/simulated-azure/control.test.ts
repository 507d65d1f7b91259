import { describe, expect, it, onTestFinished, vi } from "vitest";
import { faultNames } from "../../../local/simulated-azure/faults.ts";
import { database, errorOf, hub, jane, links, simulatedAzure, staging, tokenOf } from "./azure-client.ts";

/** Time passes only where a test says so. */
function holdTime(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-21T08:00:00Z") });
  onTestFinished(() => void vi.useRealTimers());
}

describe("the control side", () => {
  it("denies an action on a bastion in ARM's words, and nothing else", async () => {
    const azure = await simulatedAzure();
    const link = await azure.create(hub, staging);
    await azure.control("denials", [
      { bastionId: hub, action: "Microsoft.Network/bastionHosts/deleteShareableLinksByToken/action" },
    ]);
    const refused = await azure.arm("POST", `${hub}/deleteShareableLinksByToken`, {
      body: { tokens: link.map(tokenOf) },
    });
    expect(errorOf(refused)).toEqual({ status: 403, code: "AuthorizationFailed" });
    expect(links(await azure.list(hub))).toHaveLength(1);
  });

  it("lists every fault, all off, and refuses unknown ones by naming the known", async () => {
    const azure = await simulatedAzure();
    expect(await azure.control("faults")).toEqual(
      Object.fromEntries(faultNames.map((name) => [name, false])),
    );
    const refused = await azure.faults({ eventsTwice: true, gremlins: true });
    expect(errorOf(refused)).toEqual({ status: 400, code: "UnknownFault" });
    expect(JSON.stringify(refused.body)).toContain("Unknown: gremlins. Known: eventsTwice, eventsLate");
    expect(await azure.control("faults")).toMatchObject({ eventsTwice: false });
    expect((await azure.faults({ eventsTwice: 2 })).status).toBe(400);
  });

  it.each`
    body                         | now                           | createdAt
    ${{ advance: "PT1H" }}       | ${"2026-11-21T09:00:00.000Z"} | ${"2026-11-21T09:00:00.000"}
    ${{ advance: "P1DT2M0.5S" }} | ${"2026-11-22T08:02:00.500Z"} | ${"2026-11-22T08:02:00.500"}
    ${{ advanceInMs: 1_500 }}    | ${"2026-11-21T08:00:01.500Z"} | ${"2026-11-21T08:00:01.500"}
  `(
    "advances the clock by $body",
    async ({ body, now, createdAt }: { body: object; now: string; createdAt: string }) => {
      holdTime();
      const azure = await simulatedAzure({ settings: { operationInMs: 0 } });
      expect(await azure.control("clock", body)).toMatchObject({ now });
      const [created] = await azure.create(hub, staging);
      expect(created?.createdAt.slice(0, -5)).toBe(createdAt);
    },
  );

  it("says its own time in every answer, and lets a token end by it", async () => {
    holdTime();
    const azure = await simulatedAzure();
    const claims = { ...jane, exp: Date.parse("2026-11-21T09:00:00Z") / 1_000 };
    expect((await azure.arm("GET", hub, { claims })).status).toBe(200);
    await azure.control("clock", { advance: "PT2H" });
    const refused = await azure.arm("GET", hub, { claims });
    expect(errorOf(refused)).toEqual({ status: 401, code: "ExpiredAuthenticationToken" });
    expect(refused.headers.get("date")).toBe("Sat, 21 Nov 2026 10:00:00 GMT");
  });

  it.each([
    { advance: "1h" },
    { advance: "PT" },
    { advance: "P" },
    { advance: "P3651D" },
    { advanceInMs: -1 },
    { advanceInMs: 1e300 },
    {},
  ])("refuses to advance the clock by %j", async (body) => {
    const azure = await simulatedAzure();
    expect((await azure.send("POST", "/_sim/clock", { body, claims: null })).status).toBe(400);
  });

  it("puts a link in place without an event, of a VM that need not exist", async () => {
    const azure = await simulatedAzure();
    const link = (await azure.control("links", {
      bastionId: hub,
      vmId: `${staging}-gone`,
      createdAt: "2024-02-03T04:05:06.789Z",
    })) as {
      url: string;
    };
    expect(links(await azure.list(hub))).toEqual([
      { vm: { id: `${staging}-gone` }, bsl: link.url, createdAt: "2024-02-03T04:05:06.7890000Z" },
    ]);
    expect(await azure.control("activity")).toHaveLength(1);
    expect(await azure.control("secrets")).toContain(link.url);
  });

  it("replaces the estate, and refuses ids of another kind", async () => {
    const azure = await simulatedAzure();
    await azure.control("links", { bastionId: hub, vmId: staging });
    expect(
      await azure.control("estate", {
        bastions: [{ id: hub, enableShareableLink: false }],
        vms: [{ id: database, tags: { a: "b" } }],
      }),
    ).toEqual({ bastions: 1, vms: 1 });
    expect(await azure.control("state")).toMatchObject({
      bastions: [{ id: hub }],
      vms: [{ id: database, tags: { a: "b" } }],
      links: [{ bastionId: hub }],
    });
    const refused = await azure.send("POST", "/_sim/estate", {
      body: { bastions: [{ id: staging }], vms: [] },
      claims: null,
    });
    expect(errorOf(refused)).toEqual({ status: 400, code: "InvalidResourceId" });
    expect(await azure.control("state")).toMatchObject({ bastions: [{ id: hub }] });
  });

  it("notes every request with its caller", async () => {
    const azure = await simulatedAzure();
    await azure.arm("GET", hub);
    await azure.arm("GET", `${hub}-gone`, { claims: null });
    expect(await azure.control("requests")).toMatchObject([
      {
        method: "GET",
        path: hub,
        status: 200,
        caller: { oid: jane.oid, name: "Jane Moreau" },
        at: expect.stringMatching(/Z$/) as string,
      },
      { method: "GET", path: `${hub}-gone`, status: 401, caller: null },
    ]);
  });

  it("is slow when told so, in ARM alone", async () => {
    const azure = await simulatedAzure();
    await azure.control("settings", { latencyInMs: 60_000 });
    const patience = new AbortController();
    const slow = fetch(`${azure.url}${hub}?api-version=2025-07-01`, { signal: patience.signal });
    for (let asked = 0; asked < 20; asked += 1) await azure.control("clock");
    patience.abort("enough");
    await expect(slow).rejects.toBe("enough");
    await azure.control("settings", { latencyInMs: 1 });
    expect((await azure.arm("GET", hub)).status).toBe(200);
  });

  it("starts anew on reset", async () => {
    holdTime();
    const azure = await simulatedAzure();
    await azure.control("links", { bastionId: hub, vmId: staging });
    await azure.faults({ busy409: true });
    await azure.control("clock", { advance: "P7D" });
    await azure.control("settings", { pageSize: 1 });
    await azure.control("reset", {});
    expect(await azure.control("state")).toMatchObject({ links: [], bastions: { length: 2 } });
    expect(await azure.control("faults")).toMatchObject({ busy409: false });
    expect(await azure.control("settings")).toMatchObject({ pageSize: 100, operationInMs: 5 });
    expect(await azure.control("clock")).toEqual({ now: "2026-11-21T08:00:00.000Z" });
  });
});

describe("garbage", () => {
  const post = (path: string, body: string) => ({ method: "POST", path, body });

  it.each`
    what                            | request                                                                                                                    | status | code
    ${"JSON that is none"}          | ${post(`${hub}/getShareableLinks?api-version=2025-07-01`, "{vms")}                                                         | ${400} | ${"InvalidRequestContent"}
    ${"JSON of another kind"}       | ${post(`${hub}/getShareableLinks?api-version=2025-07-01`, "[1]")}                                                          | ${400} | ${"InvalidRequestContent"}
    ${"no api-version"}             | ${{ method: "GET", path: hub }}                                                                                            | ${400} | ${"MissingApiVersionParameter"}
    ${"a strange api-version"}      | ${{ method: "GET", path: `${hub}?api-version=latest` }}                                                                    | ${400} | ${"InvalidApiVersionParameter"}
    ${"a broken escape"}            | ${{ method: "GET", path: "/v1.0/users/%E0%A4%A" }}                                                                         | ${400} | ${"InvalidRequestUri"}
    ${"an unknown path"}            | ${{ method: "GET", path: "/subscriptions/s/nothing?api-version=2025-07-01" }}                                              | ${404} | ${"InvalidResourceType"}
    ${"the wrong method"}           | ${{ method: "DELETE", path: `${hub}/getShareableLinks?api-version=2025-07-01` }}                                           | ${405} | ${"MethodNotAllowed"}
    ${"an unknown operation"}       | ${{ method: "GET", path: "/subscriptions/s/providers/Microsoft.Network/locations/x/operations/1?api-version=2025-07-01" }} | ${404} | ${"OperationNotFound"}
    ${"an unknown skip token"}      | ${{ method: "GET", path: `${hub}/getShareableLinks?api-version=2025-07-01&$skiptoken=x` }}                                 | ${400} | ${"InvalidSkipToken"}
    ${"a graph query that is none"} | ${post("/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", "{}")}                                       | ${400} | ${"InvalidRequestContent"}
    ${"settings that are none"}     | ${post("/_sim/settings", '{"pageSize":"many"}')}                                                                           | ${400} | ${"InvalidRequestContent"}
    ${"seventeen megabytes"}        | ${post("/_sim/estate", "x".repeat(17 * 1024 * 1024))}                                                                      | ${400} | ${"RequestContentTooLarge"}
  `(
    "answers $what with $status $code, and lives on",
    async ({
      request,
      status,
      code,
    }: {
      request: { method: string; path: string; body?: string };
      status: number;
      code: string;
    }) => {
      const azure = await simulatedAzure();
      expect(errorOf(await azure.send(request.method, request.path, { body: request.body }))).toEqual({
        status,
        code,
      });
      expect((await azure.arm("GET", hub)).status).toBe(200);
    },
  );

  it.each([
    "",
    "Bearer",
    "Bearer x",
    "Bearer a.b.c",
    "Basic dTpw",
    `Bearer a.${Buffer.from("{}").toString("base64url")}.`,
    `Bearer a.${Buffer.from("[]").toString("base64url")}.`,
  ])("does not take '%s' for a token", async (authorization) => {
    const azure = await simulatedAzure();
    const response = await fetch(`${azure.url}${hub}?api-version=2025-07-01`, { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
  });
});
