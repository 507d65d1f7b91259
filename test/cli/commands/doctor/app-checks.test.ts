import { expect, it } from "vitest";
import { warningChecks } from "../../../../src/cli/commands/doctor/app-checks.ts";
import { readConfig } from "../../../../src/config/config.ts";
import { localSettings } from "../../../../local/local-settings.ts";

const deployed = {
  AzureWebJobsStorage__accountName: "stwatchdog",
  WATCHDOG_SCOPE: localSettings()["WATCHDOG_SCOPE"],
  WATCHDOG_MAIL_FROM: localSettings()["WATCHDOG_MAIL_FROM"],
  WATCHDOG_MAIL_TO: localSettings()["WATCHDOG_MAIL_TO"],
};

it("doctor fails a deployment whose own failures reach no one, says what to set, and asks nothing of the local stack", () => {
  expect(warningChecks(readConfig(deployed))).toStrictEqual([
    {
      name: "own failures",
      outcome: "failed",
      what: "No one is notified when the watchdog itself fails: there is no action group.",
      fix: ["Deploy again with alertEmails or actionGroupIds, which set WATCHDOG_ACTION_GROUPS."],
    },
  ]);
  expect(warningChecks(readConfig({ ...deployed, WATCHDOG_ACTION_GROUPS: "1" }))).toStrictEqual([]);
  expect(warningChecks(readConfig(localSettings()))).toStrictEqual([]);
});
