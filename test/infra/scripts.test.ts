import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { runScript, runTyped } from "./az/run-script.ts";
import type { AzWorld, RoleAssignment, Topic } from "./az/world.ts";

const writes = /\b(create|update|delete|post|patch|put|assign|restart)\b/;
const identity = "11111111-0000-4000-8000-0000000000d0";

const topicOf = (subscription: string, name: string, topicType: string): Topic => ({
  ...{ subscription, name, topicType, resourceGroup: `rg-of-${name}` },
  identity: { type: "SystemAssigned" },
});
const deployed: Partial<AzWorld> = {
  deployments: {
    main: {
      principalId: identity,
      clientId: "22222222-0000-4000-8000-0000000000d0",
      storageAccountId: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st",
    },
    other: { principalId: identity },
  },
  subscriptions: ["sub-one", "sub-two", "sub-three", "sub-four"],
  topics: [
    topicOf("sub-one", "evgt-storage", "Microsoft.Storage.StorageAccounts"),
    topicOf("sub-two", "evgt-bank", "Microsoft.Resources.Subscriptions"),
    topicOf("sub-three", "evgt-groups", "microsoft.resources.resourcegroups"),
    topicOf("sub-three", "evgt-lower", "microsoft.resources.subscriptions"),
    topicOf("sub-four", "evgt-bastion-watchdog", "microsoft.resources.subscriptions"),
  ],
};
const watchAll = ["--management-group", "mg-bank", "--from", "main"];

describe.each(["watch-all.sh", "grant-graph.sh", "register-app.sh", "refresh-secrets.sh"])("%s", (name) => {
  it("is a script that bash reads, and stops at the first failure", () => {
    const path = resolve(import.meta.dirname, "../../infra", name);
    execFileSync("bash", ["-n", path]);
    expect(execFileSync("sed", ["-n", "3p", path], { encoding: "utf8" })).toBe("set -euo pipefail\n");
  });

  it("explains itself without asking Azure", async () => {
    const { status, stdout, calls } = await runScript(name, {}, { args: ["--help"] });
    expect({ status, calls }).toStrictEqual({ status: 0, calls: [] });
    expect(stdout).toMatch(/^Usage: infra\/[\s\S]*--what-if[\s\S]*Rights needed: /);
  });

  it.each([[["--no-such-thing"]], [[]]])("refuses %j without asking Azure", async (args) => {
    expect(await runScript(name, {}, { args })).toMatchObject({ status: 2, calls: [] });
  });
});

describe("watch-all.sh", () => {
  it("assigns the roles once, and makes each subscription watched, with the topic that it has", async () => {
    const { status, calls } = await runScript("watch-all.sh", deployed, { args: watchAll });
    const [roles, ...subscriptions] = calls.filter((call) => call.includes(" create "));
    expect(status).toBe(0);
    expect(roles).toMatch(
      /^deployment mg create --management-group-id mg-bank .*principalId=11111111-\S+ mode=enforce endSessions=false/,
    );
    const parameters = (call: string) => / --parameters (.*) --output none$/.exec(call)?.[1]?.split(" ");
    const all = [
      "location=westeurope",
      "principalId=11111111-0000-4000-8000-0000000000d0",
      "clientId=22222222-0000-4000-8000-0000000000d0",
      "storageAccountId=/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st",
    ];
    const existing = (name: string) => [
      ...all,
      `existingTopicName=${name}`,
      `topicResourceGroupName=rg-of-${name}`,
    ];
    expect(
      subscriptions.map((call) => [/--subscription (\S+)/.exec(call)?.[1], parameters(call)]),
    ).toStrictEqual([
      ["sub-one", all],
      ["sub-two", existing("evgt-bank")],
      ["sub-three", existing("evgt-lower")],
      ["sub-four", all],
    ]);
  });

  it("goes on after a subscription that fails, and fails at the end", async () => {
    const broken = { ...deployed, fails: ["deployment sub create --subscription sub-one"] };
    const { status, calls, stderr } = await runScript("watch-all.sh", broken, { args: watchAll });
    expect(status).toBe(2);
    expect(stderr).toContain("1 subscriptions failed");
    expect(calls.at(-1)).toContain("--subscription sub-four");
  });

  it("shows what it would do, and does nothing", async () => {
    const { status, calls } = await runScript("watch-all.sh", deployed, { args: [...watchAll, "--what-if"] });
    expect(status).toBe(0);
    expect(calls.filter((call) => call.includes(" what-if "))).toHaveLength(5);
    expect(calls.filter((call) => writes.test(call))).toStrictEqual([]);
  });

  it("says so when it is pointed at another deployment", async () => {
    const { status, stderr } = await runScript("watch-all.sh", deployed, {
      args: ["--management-group", "mg-bank", "--from", "other"],
    });
    expect(status).toBe(2);
    expect(stderr).toContain("has no outputs principalId, clientId and storageAccountId");
  });
});

const graph = {
  id: "graph-id",
  appId: "00000003-0000-0000-c000-000000000000",
  appRoles: [
    { id: "delegated-mail", value: "Mail.Send", allowedMemberTypes: ["User"] },
    { id: "role-mail", value: "Mail.Send", allowedMemberTypes: ["Application"] },
    { id: "role-people", value: "User.Read.All", allowedMemberTypes: ["Application"] },
  ],
};
const government = {
  name: "AzureUSGovernment",
  endpoints: {
    resourceManager: "https://management.usgovcloudapi.net/",
    microsoftGraphResourceId: "https://graph.microsoft.us/",
  },
};

describe("grant-graph.sh", () => {
  const granted: RoleAssignment = {
    principalId: identity,
    resourceId: "graph-id",
    appRoleId: "role-people",
  };
  const tenant: Partial<AzWorld> = { servicePrincipals: [graph], roleAssignments: [granted] };
  const args = ["--principal-id", identity, "--people", "--mail"];

  it.each([
    ["the public cloud", {}],
    ["the government's", { cloud: government }],
  ])("grants what was named and is not granted yet, in %s", async (_, cloud) => {
    const { stdout, world } = await runScript("grant-graph.sh", { ...tenant, ...cloud }, { args });
    expect(stdout).toBe("User.Read.All: granted already\nMail.Send: granted\n");
    expect(world.roleAssignments).toStrictEqual([
      granted,
      { ...granted, appRoleId: "role-mail", id: "assignment-2" },
    ]);
  });

  it("shows what it would grant, and grants nothing", async () => {
    const { stdout, world } = await runScript("grant-graph.sh", tenant, { args: [...args, "--what-if"] });
    expect(stdout).toContain("Mail.Send: would be granted");
    expect(world.roleAssignments).toStrictEqual([granted]);
  });
});

describe("register-app.sh", () => {
  const args = ["--console-url", "https://func-x.azurewebsites.net/console", "--assign", "jane-id:Operator"];
  const console = { appId: "client-id", displayName: "bastion-watchdog" };
  const trial = { appId: "trial-id", displayName: "bastion-watchdog-test" };
  const service = { id: "service-id", appId: "client-id" };
  const changed = (calls: readonly string[]) => calls.filter((call) => /^ad app (create|update)/.test(call));

  it("makes the registration without a secret, and gives the role", async () => {
    const { stdout, calls, world } = await runScript("register-app.sh", {}, { args });
    expect(stdout).toBe("consoleClientId: made-client-id\n");
    const [made = "", ...more] = changed(calls);
    expect(made).toContain("--web-redirect-uris https://func-x.azurewebsites.net/.auth/login/aad/callback");
    expect(made).toContain('"value":"Watchdog.Operator"');
    expect(more).toStrictEqual([]);
    expect(calls.some((call) => /credential|secret/.test(call))).toBe(false);
    expect(world.roleAssignments).toMatchObject([
      { principalId: "jane-id", resourceId: "service-of-made-client-id" },
    ]);
  });

  it("leaves alone what only begins with the name, or has it in another case", async () => {
    const others = [trial, { appId: "case-id", displayName: "Bastion-Watchdog" }];
    const { stdout, calls, world } = await runScript("register-app.sh", { applications: others }, { args });
    expect(stdout).toBe("consoleClientId: made-client-id\n");
    expect(calls.filter((call) => /trial-id|case-id/.test(call))).toStrictEqual([]);
    expect(world.applications).toHaveLength(3);
  });

  it("would overwrite that one, if it asked by --display-name and took the first", async () => {
    const text = readFileSync(resolve(import.meta.dirname, "../../infra/register-app.sh"), "utf8");
    const careless = `clientId="$(az ad app list --display-name "$name" --query '[0].appId' --output tsv)"\n`;
    const broken = text.replace(/clientId='' found=0\n[\s\S]*?(?=if \[ "\$whatIf")/, careless);
    expect(broken).toContain(careless);
    const world = { applications: [trial], servicePrincipals: [service] };
    const { calls } = await runTyped(broken, world, { args });
    expect(changed(calls)).toMatchObject([expect.stringMatching(/^ad app update --id trial-id /)]);
  });

  it("finds a name with a quote in it", async () => {
    const quoted = { appId: "client-id", displayName: "the bank's watchdog" };
    const { stdout, calls } = await runScript(
      "register-app.sh",
      { applications: [quoted], servicePrincipals: [service] },
      { args: [...args, "--name", "the bank's watchdog"] },
    );
    expect(stdout).toBe("consoleClientId: client-id\n");
    expect(changed(calls)).toMatchObject([expect.stringMatching(/^ad app update --id client-id /)]);
  });

  it("refuses to choose between two of one name, and changes neither", async () => {
    const { status, stderr, calls } = await runScript(
      "register-app.sh",
      { applications: [console, trial, { ...console, appId: "twin-id" }] },
      { args },
    );
    expect(status).toBe(2);
    expect(stderr).toContain("2 app registrations are named 'bastion-watchdog'");
    expect(calls.filter((call) => writes.test(call))).toStrictEqual([]);
  });

  it("makes no second one, and gives no role twice, in whichever cloud", async () => {
    const there = { cloud: government, applications: [trial, console], servicePrincipals: [service] };
    const first = await runScript("register-app.sh", there, { args });
    expect(first.world.roleAssignments).toHaveLength(1);
    const again = await runScript("register-app.sh", first.world, { args });
    expect(again.world).toStrictEqual(first.world);
    expect(again.calls.filter((call) => /create|post/.test(call))).toStrictEqual([]);
  });

  it("shows what it would make, and makes nothing", async () => {
    const { stdout, calls } = await runScript(
      "register-app.sh",
      { applications: [console] },
      { args: [...args, "--what-if"] },
    );
    expect(stdout).toContain("client-id 'bastion-watchdog'");
    expect(calls.filter((call) => writes.test(call))).toStrictEqual([]);
  });

  it.each([
    ["--console-url", "http://plain.example"],
    [...args, "--assign", "jane-id:Owner"],
  ])("refuses %s %s", async (...wrong) => {
    expect((await runScript("register-app.sh", {}, { args: wrong })).status).toBe(2);
  });
});

describe("refresh-secrets.sh", () => {
  const app = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/func-x";
  const quick = { WATCHDOG_REFRESH_PAUSE: "0", WATCHDOG_REFRESH_TRIES: "3" };
  const denied = { "teams-webhook-url": "AccessToKeyVaultDenied", "form-key": "Resolved" };
  const resolved = { "teams-webhook-url": "Resolved", "form-key": "Resolved" };
  const refreshes = (calls: readonly string[]) =>
    calls.filter((call) =>
      call.includes("/config/configreferences/appsettings/refresh?api-version=2022-03-01"),
    );

  it.each([
    ["named", { args: ["--app", app], env: quick }],
    ["that azd gives its hooks", { env: { ...quick, functionAppId: app } }],
    ["that azd knows", { env: quick, azd: { functionAppId: app } }],
  ])("has the secrets of an app %s fetched, and restarts it", async (_, surroundings) => {
    const { status, stdout, calls } = await runScript(
      "refresh-secrets.sh",
      { references: [resolved] },
      surroundings,
    );
    expect(stdout).toContain("teams-webhook-url: Resolved\nform-key: Resolved\n");
    expect(refreshes(calls)).toHaveLength(1);
    expect(calls.at(-1)).toBe(`functionapp restart --ids ${app} --output none`);
    expect(status).toBe(0);
  });

  it("asks again while the role is not believed yet", async () => {
    const { status, calls } = await runScript(
      "refresh-secrets.sh",
      { references: [denied, denied, denied, resolved] },
      { args: ["--app", app], env: quick },
    );
    expect(refreshes(calls)).toHaveLength(3);
    expect(status).toBe(0);
  });

  it("says which secret stays unresolved, and why", async () => {
    const { status, stdout, stderr } = await runScript(
      "refresh-secrets.sh",
      { references: [denied] },
      { args: ["--app", app], env: quick },
    );
    expect(stdout).toContain("teams-webhook-url: AccessToKeyVaultDenied\n");
    expect(stderr).toContain("Key Vault Secrets User");
    expect(status).toBe(1);
  });

  it("leaves an app without secrets as it is", async () => {
    const { status, stdout, calls } = await runScript(
      "refresh-secrets.sh",
      {},
      { args: ["--app", app], env: quick },
    );
    expect(stdout).toBe("The app has no secret in the vault.\n");
    expect(calls.filter((call) => call.includes("restart"))).toStrictEqual([]);
    expect(status).toBe(0);
  });

  it("shows how the references are, and changes nothing", async () => {
    const { stdout, calls } = await runScript(
      "refresh-secrets.sh",
      { references: [denied] },
      { args: ["--app", app, "--what-if"], env: quick },
    );
    expect(stdout).toContain("teams-webhook-url: AccessToKeyVaultDenied\n");
    expect(calls.filter((call) => writes.test(call))).toStrictEqual([]);
  });

  it("refuses what is no app", async () => {
    expect(await runScript("refresh-secrets.sh", {}, { args: ["--app", "func-x"] })).toMatchObject({
      status: 2,
      calls: [],
    });
  });
});
