import { describe, expect, it } from "vitest";
import { runScript } from "./az/run-script.ts";

const azd = { functionAppName: "func-x", AZURE_RESOURCE_GROUP: "rg-watchdog", keyVaultName: "kv-x" };
const flex = {
  functionApps: [{ name: "func-x", hostName: "func-x.azurewebsites.net" }],
  secrets: { "kv-x/teams-webhook-url": "https://flow.example/?sig=not-told" },
};
/** Says what it was asked, secrets and all, and answers that all is well. */
const curl = `printf 'curl %s\\n' "$*" >&2; cat >&2; [[ "$*" = *" /dev/null "* ]] || echo well; printf 200`;

describe("verify.sh, where azd knows the deployment", () => {
  it("finds an app on Flex Consumption, of which the CLI prints what ARM answers, its key and its flow", async () => {
    const { status, stdout, stderr } = await runScript("verify.sh", flex, { azd, commands: { curl } });
    expect(stdout).toContain("https://func-x.azurewebsites.net\n");
    expect(stderr).toContain(
      'url = "https://func-x.azurewebsites.net/api/status"\nheader = "x-functions-key: function-key"',
    );
    expect(stderr).toContain(
      'url = "https://func-x.azurewebsites.net/api/scan"\nheader = "x-functions-key: function-key"',
    );
    expect(stderr).toContain('url = "https://flow.example/?sig=not-told"');
    expect(stdout).not.toContain("not-told");
    expect(status).toBe(0);
  });

  it.each([
    [
      "an app without an address",
      { functionApps: [{ name: "func-x", hostName: "" }] },
      "the app func-x has no address",
    ],
    ["an app that is not there", {}, "The Resource 'func-x' was not found"],
  ])("says so of %s", async (_, world, said) => {
    const { status, stderr } = await runScript("verify.sh", world, { azd, commands: { curl } });
    expect(stderr).toContain(said);
    expect(status).toBeGreaterThan(0);
  });
});
