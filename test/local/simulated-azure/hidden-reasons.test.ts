import { describe, expect, it } from "vitest";
import { hub, simulatedAzure, staging } from "./azure-client.ts";

describe("a reason", () => {
  it("stands in the details of Resource Graph's refusal", async () => {
    const azure = await simulatedAzure();
    await azure.faults({ throttled: true });
    const answer = await azure.arm("POST", "/providers/Microsoft.ResourceGraph/resources", { body: {} });
    expect(answer).toMatchObject({
      status: 429,
      body: {
        error: {
          code: "RateLimiting",
          message: expect.stringMatching(/^Please provide below info/) as string,
          details: [
            { code: "RateLimiting", message: expect.stringContaining("has been throttled") as string },
          ],
        },
      },
    });
  });

  it("stands at the inside of Log Analytics' refusal", async () => {
    const azure = await simulatedAzure();
    await azure.faults({ logsTableMissing: true });
    const answer = await azure.send("POST", "/v1/workspaces/w/query", { body: { query: "x" } });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "BadArgumentError",
          message: "The request had some invalid properties",
          innererror: {
            innererror: { code: "SEM0100", message: expect.stringContaining("Failed to resolve") as string },
          },
        },
      },
    });
  });
});

it("the audit log types its columns, and has no start of a connection that goes on", async () => {
  const azure = await simulatedAzure();
  const at = "2026-11-21T10:00:00Z";
  await azure.control("sign-ins", [
    { bastionId: hub, vmId: staging, at },
    { bastionId: hub, vmId: staging, at, endedAt: "2026-11-21T11:00:00Z" },
  ]);
  const query =
    "MicrosoftAzureBastionAuditLogs | project TimeGenerated, SessionStartTime, SessionEndTime, Seconds = Duration";
  expect((await azure.send("POST", "/v1/workspaces/w/query", { body: { query } })).body).toEqual({
    tables: [
      {
        name: "PrimaryResult",
        columns: [
          { name: "TimeGenerated", type: "datetime" },
          { name: "SessionStartTime", type: "datetime" },
          { name: "SessionEndTime", type: "string" },
          { name: "Seconds", type: "int" },
        ],
        rows: [
          ["2026-11-21T10:00:00.000Z", null, "", 0],
          ["2026-11-21T11:00:00.000Z", "2026-11-21T10:00:00.000Z", "2026-11-21T11:00:00.000Z", 3_600_000],
        ],
      },
    ],
  });
});
