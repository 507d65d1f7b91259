import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { credentialFor } from "../../../src/azure/identity/credential.ts";
import { graphDirectory, type GraphDirectoryOptions } from "../../../src/azure/graph/directory.ts";
import type { Caller } from "../../../src/core/domain/attribution/signal.ts";
import { after, hours, minutes } from "../../../src/core/domain/time.ts";
import { at, deployer, guest, jane } from "../../core/render/alert/sample-alerts.ts";
import { eventually, until } from "../../eventually.ts";
import { receiver } from "../receiver.ts";

const credential = credentialFor({ kind: "static", token: "t" });
const userQuery =
  "?$select=displayName,jobTitle,department,mail,userType,accountEnabled&$expand=manager($select=displayName,mail)";
const appQuery =
  "?$select=displayName,servicePrincipalType,accountEnabled&$expand=owners($select=displayName,mail)";

async function directory(more: Partial<GraphDirectoryOptions> = {}) {
  const server = await receiver();
  const told: string[] = [];
  let now = at;
  const clock = { now: () => now };
  const tellRefused = (why: string): void => void told.push(why);
  const people = graphDirectory({ endpoint: server.url, credential, clock, tellRefused, ...more });
  const pass = (time: number): void => {
    now = after(now, time);
  };
  return { server, told, whoIs: (caller: Caller) => people.whoIs(caller), pass };
}

const person = {
  displayName: "Jane Doe",
  jobTitle: "Cloud engineer",
  department: "Platform",
  mail: "jane@contoso.example",
  userType: "Member",
  accountEnabled: true,
  manager: { displayName: "Grace Osei", mail: "grace@contoso.example" },
};

describe("the directory", () => {
  it("knows a person with title, department and manager", async () => {
    const { server, whoIs } = await directory();
    server.say(200, person);
    expect(await whoIs(jane)).toEqual({ ...person, manager: "Grace Osei", owner: undefined });
    expect(server.received.map(({ path }) => path)).toEqual([
      `/v1.0/users/aaaaaaaa-0000-0000-0000-000000000001${userQuery}`,
    ]);
  });

  it("knows software with whoever answers for it", async () => {
    const { server, whoIs } = await directory();
    const owners = [{ displayName: "Omar Haddad" }, { displayName: null, mail: "ops@contoso.example" }, {}];
    server.say(200, {
      displayName: "sp-deployer",
      servicePrincipalType: "Application",
      accountEnabled: true,
      owners,
    });
    expect(await whoIs(deployer)).toMatchObject({
      displayName: "sp-deployer",
      userType: "Application",
      owner: "Omar Haddad and 1 more",
    });
    expect(server.received.map(({ path }) => path)).toEqual([
      `/v1.0/servicePrincipals(appId='bbbbbbbb-0000-0000-0000-000000000003')${appQuery}`,
    ]);
  });

  test.each<[string, Partial<Caller>, string | undefined]>([
    [
      "a guest by UPN",
      { ...guest, objectId: undefined },
      `/v1.0/users/paul_fabrikam.example%23EXT%23%40contoso.onmicrosoft.com${userQuery}`,
    ],
    [
      "an account of unknown kind by UPN",
      { ...jane, kind: "unknown", objectId: undefined },
      `/v1.0/users/jane%40contoso.example${userQuery}`,
    ],
    [
      "a managed identity by object id",
      { ...deployer, kind: "managed-identity", appId: undefined },
      `/v1.0/servicePrincipals/aaaaaaaa-0000-0000-0000-000000000003${appQuery}`,
    ],
    [
      "nobody for ids that are none",
      { ...jane, objectId: "../me", userPrincipalName: "../../me?x=" },
      undefined,
    ],
    [
      "nobody for an app id with a quote in it",
      { ...deployer, objectId: undefined, appId: "x') or (appId eq 'y" },
      undefined,
    ],
    [
      "nobody without any id",
      { ...deployer, kind: "unknown", objectId: undefined, appId: undefined },
      undefined,
    ],
  ])("asks for %s", async (_, caller, path) => {
    const { server, whoIs } = await directory();
    server.say(404);
    expect(await whoIs({ ...jane, ...caller })).toBeUndefined();
    expect(server.received.map(({ path: asked }) => asked)).toEqual(path === undefined ? [] : [path]);
  });

  it("asks once an hour for whom it found, and again after five minutes for whom it did not", async () => {
    const { server, whoIs, pass } = await directory();
    server.say(200, person);
    await whoIs(jane);
    await whoIs({ ...jane, ipAddress: "198.51.100.1" });
    expect(server.received).toHaveLength(1);
    pass(hours(1));
    server.say(404);
    expect(await whoIs(jane)).toBeUndefined();
    pass(minutes(4));
    expect(await whoIs(jane)).toBeUndefined();
    expect(server.received).toHaveLength(2);
    pass(minutes(1));
    await whoIs(jane);
    expect(server.received).toHaveLength(3);
  });

  it("asks once for all who ask at the same time", async () => {
    const { server, whoIs } = await directory();
    server.say(200, person);
    expect(
      (await Promise.all([whoIs(jane), whoIs(jane), whoIs(jane)])).map((found) => found?.displayName),
    ).toEqual(["Jane Doe", "Jane Doe", "Jane Doe"]);
    expect(server.received).toHaveLength(1);
  });

  it("remembers no more people than it may", async () => {
    const { server, whoIs } = await directory({ capacity: 2 });
    server.say(200, person);
    for (const caller of [jane, guest, jane, deployer, jane, guest]) await whoIs(caller);
    expect(server.received.map(({ path }) => path?.slice(0, 30))).toEqual([
      "/v1.0/users/aaaaaaaa-0000-0000",
      "/v1.0/users/aaaaaaaa-0000-0000",
      "/v1.0/servicePrincipals(appId=",
      "/v1.0/users/aaaaaaaa-0000-0000",
    ]);
  });

  it("makes an alert wait for two seconds at most, and has the late answer for the next one", async () => {
    const { server, whoIs } = await directory();
    let answerLate = (): void => undefined;
    server.answer = (_, response) => (answerLate = () => response.writeHead(200).end(JSON.stringify(person)));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const found: unknown[] = [];
    const looking = whoIs(jane).then((one) => found.push(one));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(found).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(found).toEqual([undefined]);
    await looking;
    vi.useRealTimers();
    await until(() => server.received.length === 1);
    answerLate();
    await eventually(async () => {
      expect((await whoIs(jane))?.displayName).toBe("Jane Doe");
    });
    expect(server.received).toHaveLength(1);
  });

  it("says once which permission is missing, for each of the two", async () => {
    const { server, told, whoIs } = await directory();
    server.say(403, { error: { code: "Authorization_RequestDenied", message: "Insufficient privileges" } });
    for (const caller of [jane, guest, deployer, jane, deployer]) expect(await whoIs(caller)).toBeUndefined();
    expect(told).toEqual([
      "Graph answered 403: grant the watchdog's identity the application permission User.Read.All",
      "Graph answered 403: grant the watchdog's identity the application permission Application.Read.All",
    ]);
  });

  test.each<[number, unknown]>([
    [429, ""],
    [500, ""],
    [302, ""],
    [200, "not JSON"],
    [200, ["odd"]],
  ])("does not know after %i %j, and asks again", async (status, body) => {
    const { server, told, whoIs } = await directory();
    server.say(status, body);
    expect(await whoIs(jane)).toBeUndefined();
    server.say(200, {
      displayName: 5,
      jobTitle: "",
      manager: "odd",
      owners: "odd",
      accountEnabled: "yes",
      mail: "jane@contoso.example",
    });
    expect(await whoIs(jane)).toMatchObject({
      displayName: undefined,
      jobTitle: undefined,
      manager: undefined,
      mail: "jane@contoso.example",
    });
    expect(told).toEqual([]);
  });
});
