import { readFileSync } from "node:fs";
import * as z from "zod";
import { describe, expect, it } from "vitest";
import { ConfigError, readConfig, settingNames } from "../../src/config/config.ts";

const teams =
  "https://prod-1.westeurope.logic.azure.com/workflows/4d2f/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=Kx3qVHUSHHUSHsignature0123456789-0123456789";
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

const uris = (account: string, suffix: string): Environment => ({
  AzureWebJobsStorage__blobServiceUri: `https://${account}.blob.${suffix}/`,
  AzureWebJobsStorage__queueServiceUri: `https://${account}.queue.${suffix}`,
  AzureWebJobsStorage__tableServiceUri: `https://${account}.table.${suffix}/`,
});

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
      cloud: { name: "AzureCloud" },
      armEndpoint: "https://management.azure.com",
      graphEndpoint: "https://graph.microsoft.com",
      networkApiVersion: undefined,
      subscriptions: ["11111111-0000-4000-8000-00000000000a"],
      managementGroups: [],
      teamsWebhookUrl: teams,
      policy: {
        rules: [{ name: "default", ttl: 28_800_000, maxLifetime: 864_000_000 }],
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
      AzureWebJobsStorage__blobServiceUri: "https://stwatchdog.blob.core.usgovcloudapi.net/",
      AzureWebJobsStorage__queueServiceUri: "https://stwatchdog.queue.core.usgovcloudapi.net",
      AzureWebJobsStorage__tableServiceUri: "https://stwatchdog.table.core.usgovcloudapi.net",
      AzureWebJobsStorage__credential: "managedidentity",
      AzureWebJobsStorage__clientId: "33333333-0000-4000-8000-000000000003",
      WATCHDOG_EVIDENCE_URI: "https://stevidence.blob.core.usgovcloudapi.net/",
      WATCHDOG_SCOPE: ` ${subscription} , mg-Corp,, mg-two `,
      WATCHDOG_TEAMS_WEBHOOK_URL: teams,
      WATCHDOG_POLICY: '{"rules":[{"name":"mine","ttl":"PT1H"}]}',
      WATCHDOG_MODE: "observe",
      WATCHDOG_SWEEP_SCHEDULE: "0 */10 * * * *",
      WATCHDOG_EVENT_GRID_TRIGGER: "true",
      WATCHDOG_PRINCIPAL_ID: "AAAAAAAA-0000-4000-8000-00000000D09E",
      WATCHDOG_CLIENT_ID: "44444444-0000-4000-8000-000000000004",
      WATCHDOG_CONSOLE_URL: "https://watchdog.contoso.example",
      WATCHDOG_CLOUD: "AzureUSGovernment",
      WATCHDOG_ARM_ENDPOINT: "https://management.usgovcloudapi.net",
      WATCHDOG_GRAPH_ENDPOINT: "https://dod-graph.microsoft.us",
      WATCHDOG_NETWORK_API_VERSION: "2024-05-01",
      WATCHDOG_ACTION_GROUPS: "2",
    });
    expect(config).toMatchObject({
      storage: {
        kind: "identity",
        accountName: "stwatchdog",
        endpointSuffix: "core.usgovcloudapi.net",
        clientId: "33333333-0000-4000-8000-000000000003",
      },
      evidence: {
        kind: "identity",
        accountName: "stevidence",
        endpointSuffix: "core.usgovcloudapi.net",
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
      graphEndpoint: "https://dod-graph.microsoft.us",
      networkApiVersion: "2024-05-01",
      warnings: [],
    });
  });

  it.each([
    [
      "AzureCloud",
      "https://management.azure.com",
      "https://graph.microsoft.com",
      "https://api.loganalytics.io",
      "core.windows.net",
      "https://login.microsoftonline.com",
    ],
    [
      "AzureUSGovernment",
      "https://management.usgovcloudapi.net",
      "https://graph.microsoft.us",
      "https://api.loganalytics.us",
      "core.usgovcloudapi.net",
      "https://login.microsoftonline.us",
    ],
    [
      "AzureChinaCloud",
      "https://management.chinacloudapi.cn",
      "https://microsoftgraph.chinacloudapi.cn",
      "https://api.loganalytics.azure.cn",
      "core.chinacloudapi.cn",
      "https://login.chinacloudapi.cn",
    ],
  ])(
    "name a cloud, and every part is in it: %s",
    (...[name, arm, graph, logs, endpointSuffix, loginAuthority]) => {
      const storage = { ...uris("stwatchdog", endpointSuffix), AzureWebJobsStorage: undefined };
      const workspace = { WATCHDOG_LOGS_WORKSPACE_ID: subscription };
      expect(readConfig({ ...good, ...storage, ...workspace, WATCHDOG_CLOUD: name })).toMatchObject({
        cloud: { name, loginAuthority },
        armEndpoint: arm,
        graphEndpoint: graph,
        logs: { endpoint: logs, audience: logs },
        storage: { accountName: "stwatchdog", endpointSuffix },
      });
    },
  );

  it("ask the newer name of Log Analytics with tokens for the older one", () => {
    const newer = "https://api.loganalytics.azure.com";
    expect(
      readConfig({ ...good, WATCHDOG_LOGS_ENDPOINT: newer, WATCHDOG_LOGS_WORKSPACE_ID: subscription }).logs,
    ).toMatchObject({ endpoint: newer, audience: "https://api.loganalytics.io" });
  });

  it("without an action group lack one, but on the local stack", () => {
    const lacking = {
      what: "No one is notified when the watchdog itself fails: there is no action group.",
      fix: "Deploy again with alertEmails or actionGroupIds, which set WATCHDOG_ACTION_GROUPS.",
    };
    const warningsOf = (more: object) => readConfig({ ...good, ...more }).warnings;
    expect(warningsOf({})).toStrictEqual([lacking]);
    expect(warningsOf({ WATCHDOG_ACTION_GROUPS: "0" })).toStrictEqual([lacking]);
    expect(warningsOf({ WATCHDOG_ACTION_GROUPS: "1" })).toStrictEqual([]);
    expect(warningsOf(local)).toStrictEqual([]);
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
  type Refused = [name: string, value: string | undefined, problem: string];
  it.each<Refused>([
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
      "WATCHDOG_TEAMS_WEBHOOK_URL, WATCHDOG_MAIL_FROM, WATCHDOG_WEBHOOK_URL: no notification channel is configured. Set at least one of them",
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
      "AzureWebJobsStorage is not set, nor AzureWebJobsStorage__accountName, nor AzureWebJobsStorage__blobServiceUri, AzureWebJobsStorage__queueServiceUri, AzureWebJobsStorage__tableServiceUri",
    ],
    [
      "AzureWebJobsStorage__queueServiceUri",
      "https://stwatchdog.queue.core.windows.net.evil.example",
      "AzureWebJobsStorage__queueServiceUri: must be https://<account>.queue.core.windows.net, or .core.usgovcloudapi.net, or .core.chinacloudapi.cn",
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
      "WATCHDOG_CONSOLE_URL: must be an https address, or an http one on a loopback host",
    ],
    [
      "WATCHDOG_CONSOLE_URL",
      "http://watchdog.contoso.example",
      "WATCHDOG_CONSOLE_URL: must be an https address, or an http one on a loopback host",
    ],
    [
      "WATCHDOG_CONSOLE_URL",
      "javascript:alert(1)",
      "WATCHDOG_CONSOLE_URL: must be an https address, or an http one on a loopback host",
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
    [
      "WATCHDOG_ARM_ENDPOINT",
      "https://management.usgovcloudapi.net",
      "WATCHDOG_ARM_ENDPOINT is a host of AzureUSGovernment: set WATCHDOG_CLOUD to AzureUSGovernment, or leave WATCHDOG_ARM_ENDPOINT out",
    ],
    [
      "WATCHDOG_LOGS_ENDPOINT",
      "https://api.loganalytics.azure.cn",
      "WATCHDOG_LOGS_ENDPOINT is a host of AzureChinaCloud: set WATCHDOG_CLOUD to AzureChinaCloud",
    ],
    ...["AzureGermanCloud", "USNat", "azurecloud", "https://management.azure.com"].map((cloud): Refused => [
      "WATCHDOG_CLOUD",
      cloud,
      "WATCHDOG_CLOUD: must be AzureCloud, AzureUSGovernment, AzureChinaCloud (as `az cloud show` says): no other cloud is supported",
    ]),
    ...["2024", "2024-5-1", "2024-13-01", "2024-02-30", "latest", "2024-05-01-beta", "2024-05-01&x=1"].map(
      (version): Refused => [
        "WATCHDOG_NETWORK_API_VERSION",
        version,
        "WATCHDOG_NETWORK_API_VERSION: must be an api-version of Microsoft.Network, like 2025-01-01",
      ],
    ),
    ["WATCHDOG_ACTION_GROUPS", "yes", "WATCHDOG_ACTION_GROUPS: must be how many action groups there are"],
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
      "WATCHDOG_LOCAL_TOKEN is only for the local stack, where every endpoint is a loopback address",
    ],
    ["WATCHDOG_TTL_HOURS", "8", "WATCHDOG_TTL_HOURS is not a setting of this version"],
    ["WATCHDOG_mode", "observe", "WATCHDOG_mode is not a setting of this version"],
  ])("%s that is %j is refused", (name, value, problem) => {
    expect(problemsOf({ [name]: value })).toStrictEqual([expect.stringContaining(problem) as unknown]);
  });

  it.each([
    [
      "names the account in a cloud whose hosts the platform would not find by it",
      { AzureWebJobsStorage__accountName: "stwatchdog", WATCHDOG_CLOUD: "AzureUSGovernment" },
      "AzureWebJobsStorage__accountName works in AzureCloud only: set AzureWebJobsStorage__blobServiceUri, AzureWebJobsStorage__queueServiceUri, AzureWebJobsStorage__tableServiceUri in its place",
    ],
    [
      "names an account of another cloud for the evidence",
      {
        ...uris("stwatchdog", "core.windows.net"),
        WATCHDOG_EVIDENCE_URI: "https://stevidence.blob.core.chinacloudapi.cn",
      },
      "WATCHDOG_EVIDENCE_URI: must be an account of AzureCloud, by .core.windows.net",
    ],
    [
      "names an account for the evidence beside a connection string",
      {
        AzureWebJobsStorage: "UseDevelopmentStorage=true",
        WATCHDOG_EVIDENCE_URI: "https://stevidence.blob.core.windows.net",
      },
      "WATCHDOG_EVIDENCE_URI is reached by an identity, and AzureWebJobsStorage is a connection string: give one of both",
    ],
    [
      "leaves out a service",
      { ...uris("stwatchdog", "core.windows.net"), AzureWebJobsStorage__tableServiceUri: undefined },
      "AzureWebJobsStorage__tableServiceUri: set all three, or none",
    ],
    [
      "names two accounts",
      {
        ...uris("stwatchdog", "core.windows.net"),
        AzureWebJobsStorage__queueServiceUri: "https://other.queue.core.windows.net",
      },
      "AzureWebJobsStorage__blobServiceUri, AzureWebJobsStorage__queueServiceUri, AzureWebJobsStorage__tableServiceUri: must name one account of AzureCloud, by .core.windows.net",
    ],
    [
      "is in another cloud",
      uris("stwatchdog", "core.chinacloudapi.cn"),
      "AzureWebJobsStorage__blobServiceUri, AzureWebJobsStorage__queueServiceUri, AzureWebJobsStorage__tableServiceUri: must name one account of AzureCloud, by .core.windows.net",
    ],
  ])("for storage that %s is refused", (_, storage, problem) => {
    expect(problemsOf({ AzureWebJobsStorage: undefined, ...storage })).toStrictEqual([problem]);
  });

  it("for the token of one's own machine needs all endpoints there", () => {
    const problems = problemsOf({ ...local, WATCHDOG_LOGS_ENDPOINT: undefined, WATCHDOG_LOCAL_TOKEN: "x" });
    expect(problems).toStrictEqual([
      "WATCHDOG_ARM_ENDPOINT, WATCHDOG_GRAPH_ENDPOINT: either every endpoint is a loopback address, or none",
      "WATCHDOG_LOCAL_TOKEN is only for the local stack, where every endpoint is a loopback address",
    ]);
  });
});

describe("A refusal", () => {
  const broken = {
    WATCHDOG_MODE: "HUSHHUSHmode",
    WATCHDOG_POLICY:
      '{"rules":[{"name":"the rule of which is spoken","ttl":"HUSHHUSHttl","validUntil":"HUSHHUSHdate","mode":"HUSHHUSHmode"}]}',
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
const page = new URL("docs/settings.md", root);
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

  it("are the ones in the tables of docs/settings.md", () => {
    const rows = readFileSync(page, "utf8").match(/^\|\s*`(WATCHDOG_\w+|AzureWebJobsStorage\w*)`/gm) ?? [];
    const named = rows.map((row) => /`(\w+)`/.exec(row)?.[1]);
    expect(named.sort()).toStrictEqual([...settingNames].sort());
  });
});
