import { describe, expect, it } from "vitest";
import { teamsWorkflowPath } from "../../../local/local-settings.ts";
import { errorOf, hub, pipeline, simulatedAzure, staging } from "./azure-client.ts";

const card = {
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: { type: "AdaptiveCard", version: "1.4" },
    },
  ],
};

describe("the Teams channel", () => {
  it("takes a post with the right signature, and keeps it as it came, oldest first", async () => {
    const azure = await simulatedAzure();
    expect((await azure.send("POST", teamsWorkflowPath, { body: card, claims: null })).status).toBe(202);
    await azure.send("POST", teamsWorkflowPath, { body: { text: "second" }, claims: null });
    expect(await azure.control("teams/messages")).toMatchObject([
      { receivedAt: expect.stringMatching(/Z$/) as string, body: card },
      { body: { text: "second" } },
    ]);
  });

  it.each`
    path                                                        | status
    ${teamsWorkflowPath.replace("local-teams-secret", "wrong")} | ${401}
    ${teamsWorkflowPath.split("?")[0]}                          | ${401}
    ${teamsWorkflowPath.replace("/manual/", "/automatic/")}     | ${404}
  `("answers $status at $path", async ({ path, status }: { path: string; status: number }) => {
    const azure = await simulatedAzure();
    expect((await azure.send("POST", path, { body: card, claims: null })).status).toBe(status);
    expect(await azure.control("teams/messages")).toEqual([]);
  });

  it("refuses more than 28 KB, and no body at all", async () => {
    const azure = await simulatedAzure();
    expect(
      (await azure.send("POST", teamsWorkflowPath, { body: { text: "x".repeat(28 * 1024) }, claims: null }))
        .status,
    ).toBe(413);
    expect((await azure.send("POST", teamsWorkflowPath, { claims: null })).status).toBe(400);
  });

  it.each`
    path                                 | type
    ${"/"}                               | ${"text/html; charset=utf-8"}
    ${"/teams"}                          | ${"text/html; charset=utf-8"}
    ${"/teams/assets/channel.js"}        | ${"text/javascript; charset=utf-8"}
    ${"/teams/assets/host-config.js"}    | ${"text/javascript; charset=utf-8"}
    ${"/teams/assets/adaptivecards.js"}  | ${"text/javascript; charset=utf-8"}
    ${"/teams/assets/markdown-it.js"}    | ${"text/javascript; charset=utf-8"}
    ${"/teams/assets/page.css"}          | ${"text/css; charset=utf-8"}
    ${"/teams/assets/card.css"}          | ${"text/css; charset=utf-8"}
    ${"/teams/assets/adaptivecards.css"} | ${"text/css; charset=utf-8"}
  `("serves $path", async ({ path, type }: { path: string; type: string }) => {
    const azure = await simulatedAzure();
    const answer = await azure.send("GET", path, { claims: null });
    expect({ status: answer.status, type: answer.headers.get("content-type") }).toEqual({
      status: 200,
      type,
    });
    expect(answer.headers.get("content-security-policy")).toContain("script-src 'self'");
  });
});

describe("Graph", () => {
  it("knows people by id and by name, with the fields that are asked for and their manager", async () => {
    const azure = await simulatedAzure();
    const found = await azure.send(
      "GET",
      "/v1.0/users/JANE@contoso.example?$select=id,displayName,jobTitle&$expand=manager($select=displayName)",
    );
    expect(found.body).toMatchObject({
      displayName: "Jane Moreau",
      jobTitle: "Cloud engineer",
      manager: { displayName: "Grace Osei" },
    });
    expect(found.body).not.toHaveProperty("mail");
    const { id } = found.body as { id: string };
    expect((await azure.send("GET", `/v1.0/users/${id}`)).body).toMatchObject({
      mail: "jane@contoso.example",
      userType: "Member",
    });
    expect(errorOf(await azure.send("GET", "/v1.0/users/nobody"))).toEqual({
      status: 404,
      code: "Request_ResourceNotFound",
    });
  });

  it("knows applications by object id and by application id", async () => {
    const azure = await simulatedAzure();
    const byAppId = await azure.send(
      "GET",
      "/v1.0/servicePrincipals(appId='aaaaaaaa-0000-4000-8000-0000000000a9')",
    );
    expect(byAppId.body).toMatchObject({
      id: "aaaaaaaa-0000-4000-8000-00000000d09e",
      displayName: "id-bastion-watchdog",
    });
    expect(
      (await azure.send("GET", "/v1.0/servicePrincipals/aaaaaaaa-0000-4000-8000-00000000d09e")).body,
    ).toEqual(byAppId.body);
  });

  it("takes mail, and refuses what is none", async () => {
    const azure = await simulatedAzure();
    const message = {
      subject: "Link opened",
      body: { contentType: "HTML", content: "<p>…</p>" },
      toRecipients: [{ emailAddress: { address: "sec@contoso.example" } }],
    };
    expect(
      (
        await azure.send("POST", "/v1.0/users/alerts@contoso.example/sendMail", {
          body: { message, saveToSentItems: false },
        })
      ).status,
    ).toBe(202);
    expect(
      (await azure.send("POST", "/v1.0/users/alerts@contoso.example/sendMail", { body: { message: {} } }))
        .status,
    ).toBe(400);
    expect(await azure.control("mail")).toMatchObject([
      { from: "alerts@contoso.example", body: { message } },
    ]);
  });
});

describe("Log Analytics", () => {
  const query = (text: string) => ({ body: { query: text } });

  it("has the Activity Log, once it is ingested", async () => {
    const azure = await simulatedAzure({ settings: { ingestionDelayInMs: 120_000 } });
    await azure.create(hub, staging);
    const ask = () =>
      azure.send(
        "POST",
        "/v1/workspaces/w1/query",
        query(
          "AzureActivity | where OperationNameValue endswith 'x' | project OperationNameValue, Caller, who = CallerIpAddress",
        ),
      );
    const columns = [
      { name: "OperationNameValue", type: "string" },
      { name: "Caller", type: "string" },
      { name: "who", type: "string" },
    ];
    expect((await ask()).body).toEqual({ tables: [{ name: "PrimaryResult", columns, rows: [] }] });
    await azure.control("clock", { advance: "PT2M" });
    const rows = [
      ["MICROSOFT.NETWORK/BASTIONHOSTS/CREATESHAREABLELINKS/ACTION", "jane@contoso.example", "198.51.100.7"],
    ];
    expect((await ask()).body).toEqual({ tables: [{ name: "PrimaryResult", columns, rows }] });
  });

  it("finds by correlation id, and names an application by its object id", async () => {
    const azure = await simulatedAzure();
    await azure.list(hub);
    await azure.arm("POST", `${hub}/getShareableLinks`, { claims: pipeline });
    const [, second] = (await azure.control("activity")) as { correlationId: string }[];
    const found = await azure.send(
      "POST",
      "/v1/workspaces/w/query",
      query(`AzureActivity | where CorrelationId in ("${second?.correlationId ?? ""}") | project Caller`),
    );
    expect(found.body).toMatchObject({ tables: [{ rows: [["00000000-0000-4000-8000-00000000000b"]] }] });
  });

  it("has Bastion's sessions, and no other table", async () => {
    const azure = await simulatedAzure();
    await azure.control("sessions", [
      {
        bastionId: hub,
        vmId: staging,
        protocol: "RDP",
        resourceType: "BSL",
        startTime: "2026-11-21T10:00:00Z",
      },
    ]);
    const sessions = await azure.send(
      "POST",
      "/v1/workspaces/w/query",
      query("MicrosoftAzureBastionAuditLogs | project ResourceType, Protocol, TimeGenerated"),
    );
    expect(sessions.body).toMatchObject({ tables: [{ rows: [["BSL", "rdp", "2026-11-21T10:00:00.000Z"]] }] });
    expect(errorOf(await azure.send("POST", "/v1/workspaces/w/query", query("Heartbeat")))).toEqual({
      status: 400,
      code: "BadArgumentError",
    });
  });
});
