import { readFileSync } from "node:fs";
import * as z from "zod";
import { describe, expect, it } from "vitest";
import { ConfigError, readConfig, settingNames } from "../../src/config/config.ts";

const teams =
  "https://prod-1.westeurope.logic.azure.com/workflows/4d2f/triggers/manual/paths/invoke?sp=%2F&sig=Kx3qVHUSHHUSHsignature";
const connectionString =
  "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=HUSHHUSHaccountkey==;EndpointSuffix=core.windows.net";
const subscription = "11111111-0000-4000-8000-00000000000A";
const good = {
  AzureWebJobsStorage: connectionString,
  WATCHDOG_SCOPE: subscription,
  WATCHDOG_TEAMS_WEBHOOK_URL: teams,
};
const local = {
  WATCHDOG_ARM_ENDPOINT: "http://127.0.0.1:7101",
  WATCHDOG_GRAPH_ENDPOINT: "http://localhost:7101",
  WATCHDOG_LOGS_ENDPOINT: "http://[::1]:7101",
};

type Environment = Readonly<Record<string, string | undefined>>;

function errorOf(environment: Environment): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("The settings were accepted");
}
const problemsOf = (changes: Environment) => errorOf({ ...good, ...changes }).problems;

describe("Settings", () => {
  it("that are the fewest possible leave everything else at its default", () => {
    expect(readConfig(good)).toMatchObject({
      storage: { kind: "connection-string", value: connectionString },
      credential: { kind: "managed-identity", clientId: undefined },
      armEndpoint: "https://management.azure.com",
      subscriptions: ["11111111-0000-4000-8000-00000000000a"],
      managementGroups: [],
      teamsWebhookUrl: teams,
      policy: {
        rules: [{ name: "default", ttl: 28_800_000, maxLifetime: 604_800_000 }],
        preexistingGrace: 604_800_000,
      },
      mode: "enforce",
      sweepSchedule: "0 */5 * * * *",
      eventGridTrigger: false,
      principalId: undefined,
      consoleUrl: undefined,
    });
  });

  it("that are all given are all used", () => {
    const config = readConfig({
      AzureWebJobsStorage__accountName: "stwatchdog",
      AzureWebJobsStorage__credential: "managedidentity",
      AzureWebJobsStorage__clientId: "33333333-0000-4000-8000-000000000003",
      WATCHDOG_SCOPE: ` ${subscription} , mg-Corp,, mg-two `,
      WATCHDOG_TEAMS_WEBHOOK_URL: teams,
      WATCHDOG_POLICY: '{"rules":[{"name":"mine","ttl":"PT1H"}]}',
      WATCHDOG_MODE: "observe",
      WATCHDOG_SWEEP_SCHEDULE: "0 */10 * * * *",
      WATCHDOG_EVENT_GRID_TRIGGER: "true",
      WATCHDOG_PRINCIPAL_ID: "AAAAAAAA-0000-4000-8000-00000000D09E",
      WATCHDOG_CLIENT_ID: "44444444-0000-4000-8000-000000000004",
      WATCHDOG_CONSOLE_URL: "https://watchdog.contoso.example",
      WATCHDOG_ARM_ENDPOINT: "https://management.usgovcloudapi.net",
    });
    expect(config).toMatchObject({
      storage: {
        kind: "identity",
        accountName: "stwatchdog",
        clientId: "33333333-0000-4000-8000-000000000003",
      },
      credential: { kind: "managed-identity", clientId: "44444444-0000-4000-8000-000000000004" },
      subscriptions: ["11111111-0000-4000-8000-00000000000a"],
      managementGroups: ["mg-Corp", "mg-two"],
      policy: { rules: [{ name: "mine", ttl: 3_600_000 }] },
      mode: "observe",
      sweepSchedule: "0 */10 * * * *",
      eventGridTrigger: true,
      principalId: "aaaaaaaa-0000-4000-8000-00000000d09e",
      consoleUrl: "https://watchdog.contoso.example",
      armEndpoint: "https://management.usgovcloudapi.net",
    });
  });

  it("say how long an alert may wait for an acknowledgement, where somebody can give one", () => {
    const console = { WATCHDOG_TENANT_ID: subscription, WATCHDOG_FORM_KEY: "f".repeat(32) };
    const within = (more: object) => readConfig({ ...good, ...more }).acknowledgeWithin;
    expect([within({}), within({ WATCHDOG_ACKNOWLEDGE_WITHIN: "PT5M" })]).toStrictEqual([
      undefined,
      undefined,
    ]);
    expect(within(console)).toBe(1_800_000);
    expect(within({ ...console, WATCHDOG_ACKNOWLEDGE_WITHIN: "PT5M" })).toBe(300_000);
    expect(within({ ...console, WATCHDOG_ACKNOWLEDGE_WITHIN: "off" })).toBeUndefined();
  });

  it("that are empty or blank count as not set", () => {
    const blank = Object.fromEntries(settingNames.map((name) => [name, name.length % 2 === 0 ? "" : "  "]));
    expect(readConfig({ ...blank, ...good })).toStrictEqual(readConfig(good));
  });

  it("of other programs are none of our business", () => {
    expect(readConfig({ ...good, PATH: "/bin", FUNCTIONS_WORKER_RUNTIME: "node" })).toStrictEqual(
      readConfig(good),
    );
  });

  it("on a machine of one's own take a token of one's own", () => {
    expect(readConfig({ ...good, ...local, WATCHDOG_LOCAL_TOKEN: "local" })).toMatchObject({
      credential: { kind: "static", token: "local" },
      armEndpoint: "http://127.0.0.1:7101",
    });
  });
});

describe("A setting", () => {
  const endpoint = "or a loopback address for the local stack";
  it.each([
    ["WATCHDOG_SCOPE", undefined, "WATCHDOG_SCOPE is not set"],
    [
      "WATCHDOG_SCOPE",
      "a/b",
      "WATCHDOG_SCOPE: entry 1 is neither a subscription id nor a management group name",
    ],
    [
      "WATCHDOG_SCOPE",
      `${subscription},not ok`,
      "WATCHDOG_SCOPE: entry 2 is neither a subscription id nor a management group name",
    ],
    [
      "WATCHDOG_FORM_KEY",
      "@Microsoft.KeyVault(SecretUri=https://kv-x.vault.azure.net/secrets/form-key)",
      "WATCHDOG_FORM_KEY is a Key Vault",
    ],
    ["WATCHDOG_SCOPE", " , ,", "WATCHDOG_SCOPE: names neither a subscription nor a management group"],
    [
      "WATCHDOG_TEAMS_WEBHOOK_URL",
      undefined,
      "WATCHDOG_TEAMS_WEBHOOK_URL is not set, nor WATCHDOG_MAIL_FROM, nor WATCHDOG_WEBHOOK_URL: a watchdog needs somebody to tell",
    ],
    ["WATCHDOG_TEAMS_WEBHOOK_URL", "teams", "WATCHDOG_TEAMS_WEBHOOK_URL: is not a URL"],
    [
      "WATCHDOG_TEAMS_WEBHOOK_URL",
      teams.replace("https", "http"),
      "WATCHDOG_TEAMS_WEBHOOK_URL: must begin with https://",
    ],
    [
      "WATCHDOG_TEAMS_WEBHOOK_URL",
      "https://evil.example/",
      "WATCHDOG_TEAMS_WEBHOOK_URL: must be the address of a Teams Workflows flow",
    ],
    [
      "AzureWebJobsStorage",
      undefined,
      "AzureWebJobsStorage is not set, nor AzureWebJobsStorage__accountName",
    ],
    [
      "AzureWebJobsStorage__credential",
      "key",
      'AzureWebJobsStorage__credential: Invalid input: expected "managedidentity"',
    ],
    ["WATCHDOG_MODE", "report", 'WATCHDOG_MODE: Invalid option: expected one of "enforce"|"observe"'],
    ["WATCHDOG_MODE", "Enforce", 'WATCHDOG_MODE: Invalid option: expected one of "enforce"|"observe"'],
    [
      "WATCHDOG_SWEEP_SCHEDULE",
      "*/5 * * * *",
      "WATCHDOG_SWEEP_SCHEDULE: must be an NCRONTAB expression of six fields",
    ],
    [
      "WATCHDOG_SWEEP_SCHEDULE",
      "0 0 0 0 0 0 0",
      "WATCHDOG_SWEEP_SCHEDULE: must be an NCRONTAB expression of six fields",
    ],
    [
      "WATCHDOG_EVENT_GRID_TRIGGER",
      "on",
      'WATCHDOG_EVENT_GRID_TRIGGER: Invalid option: expected one of "true"|"false"',
    ],
    [
      "WATCHDOG_PRINCIPAL_ID",
      "me",
      "WATCHDOG_PRINCIPAL_ID: must be the object id (a GUID) of the watchdog's own identity",
    ],
    [
      "WATCHDOG_CLIENT_ID",
      `${subscription}0`,
      "WATCHDOG_CLIENT_ID: must be the client id (a GUID) of the user-assigned identity",
    ],
    [
      "WATCHDOG_ACKNOWLEDGE_WITHIN",
      "30 minutes",
      "WATCHDOG_ACKNOWLEDGE_WITHIN: must be a duration like PT30M, or off",
    ],
    [
      "WATCHDOG_CONSOLE_URL",
      "watchdog",
      "WATCHDOG_CONSOLE_URL: must be an https address, or an http one on this machine",
    ],
    [
      "WATCHDOG_CONSOLE_URL",
      "http://watchdog.contoso.example",
      "WATCHDOG_CONSOLE_URL: must be an https address, or an http one on this machine",
    ],
    [
      "WATCHDOG_CONSOLE_URL",
      "javascript:alert(1)",
      "WATCHDOG_CONSOLE_URL: must be an https address, or an http one on this machine",
    ],
    ["WATCHDOG_POLICY", "rules: []", "WATCHDOG_POLICY: is not JSON"],
    ["WATCHDOG_POLICY", "{}", "→ at rules"],
    ["WATCHDOG_ARM_ENDPOINT", "management.azure.com", endpoint],
    ["WATCHDOG_ARM_ENDPOINT", "http://management.azure.com", endpoint],
    ["WATCHDOG_ARM_ENDPOINT", "https://management.azure.com.evil.example", endpoint],
    ["WATCHDOG_ARM_ENDPOINT", "https://management.azure.com@evil.example", endpoint],
    ["WATCHDOG_ARM_ENDPOINT", "https://me:pw@management.azure.com", endpoint],
    ["WATCHDOG_ARM_ENDPOINT", "ftp://localhost", endpoint],
    ["WATCHDOG_ARM_ENDPOINT", "http://127.0.0.1.evil.example", endpoint],
    ["WATCHDOG_ARM_ENDPOINT", "https://graph.microsoft.com", endpoint],
    ["WATCHDOG_GRAPH_ENDPOINT", "https://evil.example", endpoint],
    ["WATCHDOG_LOGS_ENDPOINT", "https://evil.example", endpoint],
    [
      "WATCHDOG_LOGS_WORKSPACE_ID",
      "/subscriptions/x/workspaces/y",
      "WATCHDOG_LOGS_WORKSPACE_ID: must be the workspace's own id (a GUID)",
    ],
    [
      "WATCHDOG_ARM_ENDPOINT",
      "http://localhost",
      "WATCHDOG_ARM_ENDPOINT: either every endpoint is a loopback address, or none",
    ],
    [
      "WATCHDOG_LOCAL_TOKEN",
      "x",
      "WATCHDOG_LOCAL_TOKEN is only for a machine where every endpoint is a loopback address",
    ],
    ["WATCHDOG_TTL_HOURS", "8", "WATCHDOG_TTL_HOURS is not a setting of this version"],
    ["WATCHDOG_mode", "observe", "WATCHDOG_mode is not a setting of this version"],
  ])("%s that is %j is refused", (name, value, problem) => {
    expect(problemsOf({ [name]: value })).toStrictEqual([expect.stringContaining(problem) as unknown]);
  });

  it("for the token of one's own machine needs all endpoints there", () => {
    const problems = problemsOf({ ...local, WATCHDOG_LOGS_ENDPOINT: undefined, WATCHDOG_LOCAL_TOKEN: "x" });
    expect(problems).toStrictEqual([
      "WATCHDOG_ARM_ENDPOINT, WATCHDOG_GRAPH_ENDPOINT: either every endpoint is a loopback address, or none",
      "WATCHDOG_LOCAL_TOKEN is only for a machine where every endpoint is a loopback address",
    ]);
  });
});

describe("A refusal", () => {
  const broken = {
    WATCHDOG_MODE: "HUSHHUSHmode",
    WATCHDOG_POLICY:
      '{"rules":[{"name":"HUSHHUSHname","ttl":"HUSHHUSHttl","validUntil":"HUSHHUSHdate","mode":"HUSHHUSHmode"}]}',
    WATCHDOG_SCOPE: "HUSHHUSH/scope",
    WATCHDOG_PRINCIPAL_ID: "HUSHHUSHprincipal",
    WATCHDOG_ARM_ENDPOINT: "http://HUSHHUSH.example",
    WATCHDOG_CONSOLE_URL: "HUSHHUSHconsole",
    WATCHDOG_SWEEP_SCHEDULE: "HUSHHUSHschedule",
    WATCHDOG_LOCAL_TOKEN: "HUSHHUSHtoken",
    WATCHDOG_TTL: "HUSHHUSHttl",
    AzureWebJobsStorage__credential: "HUSHHUSHcredential",
  };

  it("names every problem at once, those between settings included", () => {
    const { problems, message } = errorOf(broken);
    const named = problems.map((problem) => /^\w+/.exec(problem)?.[0]);
    expect([...named].sort()).toStrictEqual([
      "AzureWebJobsStorage",
      "AzureWebJobsStorage__credential",
      "WATCHDOG_ARM_ENDPOINT",
      "WATCHDOG_CONSOLE_URL",
      "WATCHDOG_LOCAL_TOKEN",
      "WATCHDOG_MODE",
      "WATCHDOG_POLICY",
      "WATCHDOG_PRINCIPAL_ID",
      "WATCHDOG_SCOPE",
      "WATCHDOG_SWEEP_SCHEDULE",
      "WATCHDOG_TEAMS_WEBHOOK_URL",
      "WATCHDOG_TTL",
    ]);
    expect(message.split("\n")[0]).toBe("Invalid settings:");
    for (const problem of problems) expect(message).toContain(`✖ ${problem}`);
  });

  it("repeats no value of any setting", () => {
    const { message } = errorOf({
      ...broken,
      AzureWebJobsStorage: connectionString,
      WATCHDOG_TEAMS_WEBHOOK_URL: `${teams} HUSHHUSH`,
    });
    expect(message).not.toContain("HUSHHUSH");
    expect(message).not.toContain("Kx3q");
  });

  it.each(settingNames)("repeats no value when the webhook's address stands in %s", (name) => {
    for (const value of [teams, connectionString]) {
      const { message } = errorOf({ WATCHDOG_MODE: "none", [name]: value });
      expect(message).not.toContain("HUSHHUSH");
    }
  });

  it("carries the channel's address apart from the message if that one is good", () => {
    expect(errorOf({ ...good, WATCHDOG_MODE: "none" }).teamsWebhookUrl).toBe(teams);
    expect(
      errorOf({ ...good, WATCHDOG_TEAMS_WEBHOOK_URL: "https://evil.example/" }).teamsWebhookUrl,
    ).toBeUndefined();
    expect(errorOf({}).teamsWebhookUrl).toBeUndefined();
  });
});

const root = new URL("../../", import.meta.url);
const readme = new URL("README.md", root);
const sampleSchema = z.object({ IsEncrypted: z.literal(false), Values: z.record(z.string(), z.string()) });

describe("The settings' names", () => {
  it("are the ones in local.settings.sample.json, whose values but the empty ones are good", () => {
    const { Values } = sampleSchema.parse(
      JSON.parse(readFileSync(new URL("local.settings.sample.json", root), "utf8")),
    );
    const ours = Object.keys(Values).filter((name) => /^(WATCHDOG_|AzureWebJobsStorage)/.test(name));
    expect(ours.sort()).toStrictEqual([...settingNames].sort());
    expect(readConfig({ ...Values, WATCHDOG_TEAMS_WEBHOOK_URL: teams })).toMatchObject({
      mode: "enforce",
      sweepSchedule: "0 */5 * * * *",
    });
  });

  it("are the ones in the README's tables", () => {
    const rows = readFileSync(readme, "utf8").match(/^\|\s*`(WATCHDOG_\w+|AzureWebJobsStorage\w*)`/gm) ?? [];
    const named = rows.map((row) => /`(\w+)`/.exec(row)?.[1]);
    expect(named.sort()).toStrictEqual([...settingNames].sort());
  });
});
