import { describe, expect, it } from "vitest";
import { isDisabled, resolveConnection, resolveSettings } from "../../../local/functions-host/settings.ts";

describe("a setting in a binding", () => {
  it("is put in for its name between percent signs", () => {
    expect(resolveSettings("%PREFIX%-queue-%N%", { PREFIX: "blue", N: "2" })).toBe("blue-queue-2");
  });

  it("that is missing is an error", () => {
    expect(() => resolveSettings("%SWEEP%", {})).toThrow("%SWEEP% is not among the app settings");
  });
});

describe("a connection", () => {
  it.each([
    [undefined, { AzureWebJobsStorage: "own" }, "own"],
    ["", { AzureWebJobsStorage: "own" }, "own"],
    ["AzureWebJobsStorage", { AzureWebJobsStorage: "own" }, "own"],
    ["Audit", { AzureWebJobsAudit: "prefixed", Audit: "plain" }, "prefixed"],
    ["Audit", { Audit: "plain" }, "plain"],
    ["%WHICH%", { WHICH: "Audit", Audit: "plain" }, "plain"],
  ])("named %j among %j is %s", (name, settings, expected) => {
    expect(resolveConnection(name, settings)).toBe(expected);
  });

  it("that is missing is an error", () => {
    expect(() => resolveConnection("Audit", {})).toThrow(
      'The connection "Audit" is not among the app settings',
    );
  });
});

it.each([
  ["true", true],
  ["True", true],
  ["1", true],
  ["false", false],
  ["0", false],
  ["", false],
])("a function whose Disabled setting is %j is disabled: %s", (value, expected) => {
  expect(isDisabled("sweep", { "AzureWebJobs.sweep.Disabled": value })).toBe(expected);
});
