import { describe, expect, test } from "vitest";
import { checkTeamsUrl } from "../../../src/azure/webhooks/teams-workflow.ts";

describe("an address for messages", () => {
  test.each([
    `https://default0123.45.environment.api.powerplatform.com:443/workflows/0123/triggers/manual/paths/invoke?api-version=1&sig=x`,
    `https://prod-12.westeurope.logic.azure.com/workflows/0123/triggers/manual/paths/invoke?api-version=1&sig=x`,
    "http://127.0.0.1:7072/teams/webhook",
    "http://localhost:7072/x",
    "https://[::1]:7072/x",
  ])("may be %s", (text) => {
    expect(checkTeamsUrl(text)).toBeUndefined();
  });

  const hosts =
    "must be the address of a Teams Workflows flow: its host ends in .logic.azure.com or .environment.api.powerplatform.com";
  test.each([
    ["", "is not a URL"],
    ["teams", "is not a URL"],
    ["ftp://localhost/x", "must begin with https:// or http://"],
    ["http://prod-12.westeurope.logic.azure.com/x", "must begin with https://"],
    ["https://user:secret@prod-12.westeurope.logic.azure.com/x", "must not carry a user name or password"],
    ["https://evil-logic.azure.com/x", hosts],
    ["https://x.logic.azure.com.evil.example/x", hosts],
    ["https://evil.example/x.logic.azure.com", hosts],
    ["https://evil.example#.logic.azure.com", hosts],
    ["https://localhost.evil.example/x", hosts],
  ])("is not %j: it %s", (text, problem) => {
    expect(checkTeamsUrl(text)).toBe(problem);
  });
});
