import { HttpRequest } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { watchdogPartition } from "../../../src/core/domain/partition.ts";
import { seconds } from "../../../src/core/domain/time.ts";
import { scanHttp } from "../../../src/functions/api/scan-http.ts";
import { aBastion, vmId } from "../../memory/samples.ts";
import { ask } from "./answers.ts";
import { handledApp, type HandledApp } from "../handlers.ts";

const json = { "content-type": "application/json" };

const scanned = async (body: string, headers: Record<string, string> = {}, app = handledApp()) =>
  await ask(scanHttp(app), "/api/scan", { app, method: "POST", body, headers: { ...json, ...headers } });

interface Scan {
  readonly complete: boolean;
  readonly continuation?: string;
  readonly bastions: readonly object[];
}
const scanOf = ({ body }: { readonly body: string }) => JSON.parse(body) as Scan;

describe("POST /api/scan", () => {
  it.each(["", "  \n", "{}", '{"subscription":"11111111-0000-4000-8000-000000000001"}'])(
    "with %j answers JSON that no cache keeps",
    async (body) => {
      const app = handledApp();
      app.dog.azure.create(app.dog.bastion, vmId("vm-1"));
      const answer = await scanned(body, {}, app);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(scanOf(answer)).toMatchObject({
        scannedAt: "2026-11-21T08:00:00.000Z",
        complete: true,
        links: [{ vmId: vmId("vm-1"), createdAt: "2026-11-21T08:00:00.000Z" }],
      });
    },
  );

  it.each(["utf8", "utf16le"] as const)("reads a body in %s behind a byte order mark", async (encoding) => {
    const app = handledApp();
    const request = new HttpRequest({
      method: "POST",
      url: "http://localhost/api/scan",
      body: { bytes: Buffer.from('\uFEFF{"bastion":"bas-nowhere"}', encoding) },
      headers: json,
    });
    const { status = 200 } = await scanHttp(app)(request, app.context());
    expect([status, app.dog.azure.lists]).toStrictEqual([200, []]);
  });

  it.each`
    accept                                           | type
    ${""}                                            | ${"application/json; charset=utf-8"}
    ${"application/json"}                            | ${"application/json; charset=utf-8"}
    ${"application/json; charset=UTF-8"}             | ${"application/json; charset=utf-8"}
    ${"*/*"}                                         | ${"application/json; charset=utf-8"}
    ${"text/plain"}                                  | ${"text/plain; charset=utf-8"}
    ${"text/plain, */*;q=0.1"}                       | ${"text/plain; charset=utf-8"}
    ${"text/plain;q=0.5, application/json;q=0.4"}    | ${"text/plain; charset=utf-8"}
    ${"text/plain;q=0.4, application/json;q=0.5"}    | ${"application/json; charset=utf-8"}
    ${"TEXT/CSV"}                                    | ${"text/csv; charset=utf-8; header=present"}
    ${"text/*"}                                      | ${"text/csv; charset=utf-8; header=present"}
    ${"text/html, application/xml;q=0.9, */*;q=0.8"} | ${"application/json; charset=utf-8"}
    ${"application/json;q=0, */*"}                   | ${"text/csv; charset=utf-8; header=present"}
  `("that accepts $accept gets $type", async ({ accept, type }: { accept: string; type: string }) => {
    const { headers, status } = await scanned("", { accept });
    expect([status, headers.get("content-type"), headers.get("vary")]).toStrictEqual([200, type, "accept"]);
  });

  it.each(["application/pdf", "application/json;q=0", "garbage", ";;,,", "text/plain; charset=latin1"])(
    "that accepts only %s gets 406, and looks at nothing",
    async (accept) => {
      const app = handledApp();
      const { status, headers, body } = await scanned("", { accept }, app);
      expect([status, headers.get("content-type"), headers.get("vary")]).toStrictEqual([
        406,
        "application/problem+json",
        "accept",
      ]);
      expect(body).toContain("application/json, text/csv, text/plain");
      expect(app.dog.azure.lists).toStrictEqual([]);
    },
  );

  it("answers a table for people, and cells that no spreadsheet runs", async () => {
    expect((await scanned("", { accept: "text/plain" })).body).toBe(
      "No open links on 1 bastion, 2026-11-21 08:00:00 UTC\n",
    );
    const app = handledApp();
    const vm = vmId("vm-1").replace("/subscriptions", "=cmd|'/c calc'!A1/subscriptions");
    const linkId = app.dog.azure.create(app.dog.bastion, vm);
    expect((await scanned("", { accept: "text/csv" }, app)).body).toBe(
      `vmId,bastionId,subscription,createdAt,createdBy,deadline,verdict,rule,tightenedBy,status,used,linkId,live,asOf\r\n'${vm},${aBastion("bas-hub").id},${aBastion("bas-hub").subscriptionId},2026-11-21T08:00:00.000Z,unknown,2026-11-21T16:00:00.000Z,within policy,default,,not yet tracked,,${linkId},true,2026-11-21T08:00:00.000Z\r\n`,
    );
  });

  it.each([
    ["no JSON", "vm-1", "expected object"],
    ["cut off", '{"vm":', "expected object"],
    ["null", "null", "expected object"],
    ["a list", "[]", "expected object"],
    ["a field that is none", '{"virtualMachine":"vm-1"}', 'Unrecognized key: "virtualMachine"'],
    ["a number", '{"vm":1}', "expected string"],
    ["an empty name", '{"vm":" "}', "→ at vm"],
    ["a name without end", `{"vm":"${"v".repeat(513)}"}`, "→ at vm"],
    ["a polluted prototype", '{"__proto__":{"vm":"x"}}', "Unrecognized key"],
    [
      "a continuation in other letters",
      '{"continuation":"../../etc"}',
      "must be the value that you received",
    ],
    [
      "a continuation that nobody gave",
      '{"continuation":"WyJhYmMiLCJkZWYiXQ"}',
      "The `continuation` belongs to another request",
    ],
    [
      "a continuation that is no list",
      '{"continuation":"e30"}',
      "The `continuation` belongs to another request",
    ],
  ])("with a body that is %s answers 400 and why", async (_, body, why) => {
    const { status, headers, body: told } = await scanned(body);
    expect([status, headers.get("content-type")]).toStrictEqual([400, "application/problem+json"]);
    expect(told).toContain(JSON.stringify(why).slice(1, -1));
  });

  it("answers 413 to a body that is too long, also if it says another length, and 415 to one that is no JSON", async () => {
    const app = handledApp();
    expect(await scanned(`{"vm":"${"v".repeat(17_000)}"}`, {}, app)).toMatchObject({ status: 413 });
    expect(await scanned("{}", { "content-length": "1000000000" }, app)).toMatchObject({ status: 413 });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
      expect(await scanned("{}", { "content-type": type }, app)).toMatchObject({ status: 415 });
    expect(
      await scanned("{}", { "content-type": "application/merge-patch+json; charset=utf-8" }, app),
    ).toMatchObject({ status: 200 });
    expect(app.dog.azure.lists).toHaveLength(1);
  });

  it("answers 400 to a scope in the query, which would narrow nothing", async () => {
    const app = handledApp();
    const asked = await ask(scanHttp(app), "/api/scan?vm=vm-1", { app, method: "POST", body: "" });
    expect([asked.status, JSON.parse(asked.body)]).toMatchObject([
      400,
      { detail: '✖ Unrecognized key: "vm"' },
    ]);
  });

  it("answers 502 when Resource Graph does not answer", async () => {
    const app = handledApp();
    app.dog.azure.habits.graphFails = true;
    expect(await scanned("", {}, app)).toMatchObject({
      status: 502,
      body: '{"type":"about:blank","title":"The estate could not be read","status":502,"detail":"Resource Graph answered 500"}',
    });
    expect(app.logged.join()).toContain("The estate could not be read");
  });

  it("says of what is remembered that it is, and of when", async () => {
    const app = handledApp();
    await app.dog.sweep();
    await app.dog.run(seconds(1));
    app.dog.clock.advance(seconds(19));
    const json = await scanned("", {}, app);
    expect(json.headers.get("x-scan-as-of")).toBe("2026-11-21T08:00:00.000Z");
    expect(scanOf(json)).toMatchObject({
      scannedAt: "2026-11-21T08:00:20.000Z",
      asOf: "2026-11-21T08:00:00.000Z",
      complete: true,
      bastions: [{ live: false, asOf: "2026-11-21T08:00:00.000Z", read: "complete" }],
    });
    expect((await scanned("", { accept: "text/plain" }, app)).body).toContain(
      "Everything here is what the watchdog remembers, up to 20 s old",
    );
  });

  it("tells what Azure lists though the table does not answer", async () => {
    const app = handledApp();
    app.dog.crashes.failAt(2, "before");
    expect(scanOf(await scanned("", {}, app))).toMatchObject({
      complete: false,
      bastions: [{ read: "complete" }],
    });
  });
});

/** Nine bastions, each of which takes a minute. */
function slowEstate(): HandledApp {
  const app = handledApp();
  for (let number = 1; number < 9; number += 1) app.dog.azure.addBastion(aBastion(`bas-${number}`));
  const { table } = app.dog;
  const read: typeof table.read = (partition) => {
    if (partition !== watchdogPartition) app.dog.clock.advance(seconds(60));
    return table.read(partition);
  };
  return { ...app, world: { ...app.world, table: { ...table, read } } };
}

describe("A scan that takes longer than the platform waits", () => {
  it("answers after two hundred seconds what was read, and the rest to its continuation", async () => {
    const app = slowEstate();
    const scope = { resourceGroup: "RG-hub" };
    const read: number[] = [];
    let last: Scan | undefined;
    do {
      last = scanOf(await scanned(JSON.stringify({ ...scope, continuation: last?.continuation }), {}, app));
      expect(last.complete).toBe(last.continuation === undefined);
      read.push(last.bastions.length);
    } while (last.continuation !== undefined);
    expect(read).toStrictEqual([4, 4, 1]);
    expect(new Set(app.dog.azure.lists).size).toBe(9);
  });

  it("says in tables and headers how to go on", async () => {
    const { body, headers } = await scanned("", { accept: "text/plain" }, slowEstate());
    const continuation = headers.get("x-scan-continuation") ?? "";
    expect(headers.get("x-scan-complete")).toBe("false");
    expect(continuation).toMatch(/^[\w-]{50,}$/);
    expect(body).toContain(`Continue with {"continuation":"${continuation}"}.`);
  });

  it("does not go on with another scope", async () => {
    const app = slowEstate();
    const { continuation } = scanOf(await scanned("", {}, app));
    expect(await scanned(JSON.stringify({ continuation, vm: "vm-1" }), {}, app)).toMatchObject({
      status: 400,
    });
  });
});
