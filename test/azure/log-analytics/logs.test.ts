import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startSimulatedAzure, type SimulatedAzure } from "../../../local/simulated-azure/start.ts";
import { unsignedToken } from "../../../local/local-settings.ts";
import { credentialFor } from "../../../src/azure/identity/credential.ts";
import { workspaceLogs, type LogsOptions } from "../../../src/azure/log-analytics/logs.ts";
import { after, instant, minutes, seconds, type Instant } from "../../../src/core/domain/time.ts";
import { eventually, until } from "../../eventually.ts";
import { edge, hub, staging, database } from "../../local/simulated-azure/azure-client.ts";
import { patience } from "../patience.ts";
import { receiver } from "../receiver.ts";

const workspaceId = "63613592-b6f7-4c3d-a390-22ba13102111";
const credential = credentialFor({
  kind: "static",
  token: unsignedToken({ oid: "aaaaaaaa-0000-4000-8000-00000000d09e" }),
});
const noon = instant(Date.UTC(2026, 10, 21, 12));
const iso = (moment: Instant) => new Date(moment).toISOString();

describe("A workspace with Azure's logs", () => {
  let azure: SimulatedAzure;

  /** It is a quarter past noon. A bastion whose log has no row of the last ninety days counts as silent. */
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: after(noon, minutes(15)) });
    azure = await startSimulatedAzure({ port: 0, storage: "", settings: { operationInMs: 0 } });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await azure.close();
  });

  const control = async (path: string, body: object) => {
    const answer = await fetch(`${azure.announcement.url}/_sim/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    expect(answer.status).toBeLessThan(300);
  };
  const logs = (more: Partial<LogsOptions> = {}) =>
    workspaceLogs({
      endpoint: azure.announcement.url,
      credential,
      workspaceId,
      patienceInMs: 5_000,
      ...more,
    });
  const question = {
    bastionIds: [hub.toLowerCase()],
    vmIds: [staging.toLowerCase()],
    since: noon,
    newest: noon,
  };
  const arrived = async (signIns: readonly object[]) => {
    await control("sign-ins", signIns);
  };

  it("knows sign-ins by machine and bastion, failed ones and those over a link among them", async () => {
    await arrived([
      {
        bastionId: hub,
        vmId: staging,
        at: iso(noon),
        endedAt: iso(after(noon, minutes(12))),
        tunnelId: "t1",
        userName: "azureuser",
      },
      {
        bastionId: hub,
        vmId: staging,
        at: iso(noon),
        message: "Login Failed",
        tunnelId: "t2",
        resourceType: "VM",
      },
      { bastionId: hub, vmId: staging, at: iso(noon), tunnelId: "t3", resourceType: "" },
      { bastionId: hub, vmId: database, at: iso(noon) },
      { bastionId: edge, vmId: staging, at: iso(noon) },
      { bastionId: hub, vmId: staging, at: iso(after(noon, -1)) },
    ]);
    const answer = await logs().signIns(question);
    expect(answer).toMatchObject({ kind: "read", whole: true });
    expect(answer.kind === "read" ? answer.entries : answer.why).toStrictEqual(
      [
        { tunnelId: "t1", endedAt: after(noon, minutes(12)), failed: false, viaLink: true },
        { tunnelId: "t2", endedAt: undefined, failed: true, viaLink: false },
        { tunnelId: "t3", endedAt: undefined, failed: false, viaLink: undefined },
      ].map((row) => ({
        bastionId: hub.toLowerCase(),
        vmId: staging.toUpperCase(),
        startedAt: noon,
        userName: "azureuser",
        ipAddress: "203.0.113.20",
        protocol: "ssh",
        ...row,
      })),
    );
  });

  it("names the bastions that it never heard of", async () => {
    await arrived([{ bastionId: hub, vmId: database, at: iso(noon) }]);
    const asked = { ...question, bastionIds: [hub, edge] };
    expect(await logs().signIns(asked)).toStrictEqual({
      kind: "read",
      entries: [],
      whole: true,
      newest: { [hub.toLowerCase()]: noon },
    });
  });

  it("asks again for the newest row until there is one after the link", async () => {
    const here = logs();
    await arrived([{ bastionId: hub, vmId: database, at: iso(noon) }]);
    const newest = async (link: Instant) => {
      const answer = await here.signIns({ ...question, newest: link });
      return answer.kind === "read" ? answer.newest[hub.toLowerCase()] : answer.why;
    };
    expect(await newest(after(noon, seconds(1)))).toBe(noon);
    await arrived([{ bastionId: hub, vmId: database, at: iso(after(noon, seconds(2))) }]);
    vi.setSystemTime(after(noon, minutes(16)));
    expect(await newest(after(noon, seconds(1)))).toBe(after(noon, seconds(2)));
  });

  it("says when there are more rows than one query brings", async () => {
    await arrived(
      Array.from({ length: 2_001 }, (_, index) => ({
        bastionId: hub,
        vmId: staging,
        at: iso(noon),
        tunnelId: `t${index}`,
      })),
    );
    const answer = await logs().signIns(question);
    expect(answer).toMatchObject({ kind: "read", whole: false });
    expect(answer.kind === "read" && answer.entries.length).toBe(2_000);
  });

  it.each([
    [{ logs403: true }, "403 InsufficientAccessError", "Log Analytics Reader"],
    [{ logsTableMissing: true }, "400 BadArgumentError", "Failed to resolve table"],
    [{ serverErrors500: true }, "500 InternalServerError", "An error occurred"],
    [{ throttled: true }, "429 TooManyRequests", "throttled"],
    [{ resets: true }, "Asking Log Analytics", "no answer"],
    [{ logsPartial: true }, "Log Analytics answered with a part", "rows only"],
  ])("is unread, with the reason, on a bad day: %j", async (fault, first, second) => {
    await control("faults", fault);
    const answer = await logs().signIns(question);
    expect(answer).toMatchObject({ kind: "unread", why: expect.stringContaining(first) as string });
    expect(answer.kind === "unread" && answer.why).toContain(second);
  });

  it("makes nobody wait for it, and does not ask again what it is being asked", async () => {
    await control("faults", { logsHang: true });
    const { runsOut } = patience();
    const here = logs({ patienceInMs: 50 });
    const late = { kind: "unread", why: "Log Analytics did not answer within 0.05 s" };
    expect(await here.signIns(question)).toStrictEqual(late);
    expect(await here.signIns(question)).toStrictEqual(late);
    const requests = async () => {
      const all = (await (await fetch(`${azure.announcement.url}/_sim/requests`)).json()) as {
        path: string;
      }[];
      return all.filter(({ path }) => path.includes("/query"));
    };
    await until(async () => (await requests()).length === 2);
    runsOut();
    await eventually(async () => {
      const answer = await here.signIns(question);
      expect(answer.kind === "unread" && answer.why).toContain("no answer within 5000 ms");
    });
    expect(await requests()).toHaveLength(2);
  });
});

describe("What a workspace answers", () => {
  const columns = [
    "TimeGenerated",
    "TargetResourceId",
    "_ResourceId",
    "Message",
    "UserName",
    "TunnelId",
    "Mystery",
  ].map((name) => ({
    name,
    type: name === "TimeGenerated" ? "datetime" : "string",
  }));
  const answering = async (rows: readonly unknown[], more: Partial<LogsOptions> = {}) => {
    const server = await receiver();
    server.say(200, { tables: [{ name: "PrimaryResult", columns, rows }] });
    return {
      server,
      logs: workspaceLogs({ endpoint: server.url, credential, workspaceId, patienceInMs: 5_000, ...more }),
    };
  };

  it("may be garbage: a row that says neither when nor where is left out, and the rest is read", async () => {
    const { logs } = await answering([
      [iso(noon), staging, hub, "Successfully Connected.", "x".repeat(100_000), "\ud800", { nested: true }],
      ["never", staging, hub, null, null, null, null],
      [iso(noon), null, hub, null, null, null, null],
      [iso(noon), staging, 7, null, null, null, null],
      [iso(noon), staging, hub, 7, 7, 7, 7],
      [],
    ]);
    const answer = await logs.signIns({ bastionIds: [hub], vmIds: [staging], since: noon, newest: noon });
    expect(answer.kind === "read" ? answer.entries : answer.why).toMatchObject([
      { startedAt: noon, userName: "x".repeat(512), tunnelId: "\u{FFFD}", failed: false, viaLink: undefined },
      { startedAt: noon, userName: undefined, tunnelId: undefined },
    ]);
  });

  it("has no date where it is null, empty, or the one that software writes for none", async () => {
    const columns = [
      ...["TimeGenerated", "SessionStartTime"].map((name) => ({ name, type: "datetime" })),
      ...["SessionEndTime", "Message", "UserName", "TargetResourceId", "_ResourceId"].map((name) => ({
        name,
        type: "string",
      })),
      { name: "Extra", type: "dynamic" },
    ];
    const end = iso(after(noon, minutes(3)));
    const rows = [
      [iso(noon), null, "", "Successfully Connected.", "azureuser", staging, hub, null],
      [iso(noon), "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "", "early", staging, hub, "{"],
      [end, iso(noon), "11/21/2026 12:03:00 PM", "Login Failed", "guess", staging, hub, "[1]"],
      [null, null, end, "", "never", staging, hub, null],
    ];
    const server = await receiver();
    server.say(200, { tables: [{ name: "PrimaryResult", columns, rows }] });
    const logs = workspaceLogs({ endpoint: server.url, credential, workspaceId, patienceInMs: 5_000 });
    const answer = await logs.signIns({ bastionIds: [hub], vmIds: [staging], since: noon, newest: noon });
    expect(answer.kind === "read" ? answer.entries : answer.why).toMatchObject([
      { startedAt: noon, endedAt: undefined, failed: false, userName: "azureuser" },
      { startedAt: noon, endedAt: undefined, failed: false, userName: "early" },
      { startedAt: noon, endedAt: after(noon, minutes(3)), failed: true, userName: "guess" },
    ]);
  });

  it.each([
    [
      "'where' operator: Failed to resolve table or column expression named 'MicrosoftAzureBastionAuditLogs'",
      "the workspace has no table MicrosoftAzureBastionAuditLogs, so nothing was ever sent to it: switch the diagnostic category BastionAuditLogs of the bastions on",
    ],
  ])("may be that there is no such table: %s", async (message, remedy) => {
    const server = await receiver();
    const innererror = {
      code: "SemanticError",
      message: "A semantic error occurred.",
      innererror: { code: "SEM0100", message },
    };
    server.say(400, {
      error: { code: "BadArgumentError", message: "The request had some invalid properties", innererror },
    });
    const logs = workspaceLogs({ endpoint: server.url, credential, workspaceId, patienceInMs: 5_000 });
    const answer = await logs.signIns({ bastionIds: [hub], vmIds: [staging], since: noon, newest: noon });
    const why = answer.kind === "unread" ? answer.why : "";
    expect(why).toContain(
      `Asking Log Analytics: 400 BadArgumentError SemanticError SEM0100 ${message} A semantic`,
    );
    expect(why.endsWith(`; ${remedy}`)).toBe(true);
  });

  it("comes from the configured place alone, asked with our token and without a retry", async () => {
    const elsewhere = await receiver();
    const server = await receiver();
    server.say(307, "", { location: `${elsewhere.url}/v1/workspaces/${workspaceId}/query` });
    const logs = workspaceLogs({ endpoint: server.url, credential, workspaceId, patienceInMs: 5_000 });
    const answer = await logs.signIns({ bastionIds: [hub], vmIds: [staging], since: noon, newest: noon });
    expect(answer).toMatchObject({ kind: "unread" });
    expect(elsewhere.received).toStrictEqual([]);
    expect(server.received.map(({ path }) => path)).toStrictEqual(
      Array.from({ length: 2 }, () => `/v1/workspaces/${workspaceId}/query`),
    );
    expect(server.received[0]?.headers.authorization).toMatch(/^Bearer ey/);
  });

  it("is kept for twenty seconds, and no longer however often it is looked at", async () => {
    let now = noon;
    const { server, logs } = await answering([], { clock: { now: () => now } });
    const look = () => logs.signIns({ bastionIds: [hub], vmIds: [staging], since: noon, newest: noon });
    const asked = () => server.received.filter(({ body }) => body.includes("top 2001")).length;
    await look();
    for (const second of [10, 19]) {
      now = after(noon, second * 1_000);
      await look();
      expect(asked()).toBe(1);
    }
    now = after(noon, 20_000);
    await look();
    expect(asked()).toBe(2);
  });

  it("is not asked for nothing", async () => {
    const server = await receiver();
    const logs = workspaceLogs({ endpoint: server.url, credential, workspaceId });
    const nothing = { kind: "read", entries: [], whole: true, newest: {} };
    expect(await logs.signIns({ bastionIds: [], vmIds: [], since: noon, newest: noon })).toStrictEqual(
      nothing,
    );
    expect(server.received).toStrictEqual([]);
  });

  it("is never asked over an open wire", () => {
    expect(() => workspaceLogs({ endpoint: "http://api.loganalytics.io", credential, workspaceId })).toThrow(
      "https",
    );
  });
});
