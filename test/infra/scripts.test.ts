import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { runScript, type Answer } from "./fake-az.ts";

const writes = /\b(create|update|delete|post|patch|put|assign)\b/;

const deployed: readonly Answer[] = [
  { to: "outputs.principalId", says: "11111111-0000-4000-8000-0000000000d0" },
  {
    to: "outputs.storageAccountId",
    says: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st",
  },
  { to: "--query location", says: "westeurope" },
  { to: "graph query", says: "sub-one\nsub-two" },
  { to: "system-topic list --subscription sub-two", says: "evgt-bank\trg-bank" },
];
const watchAll = ["--management-group", "mg-bank", "--from", "main"];

describe.each(["watch-all.sh", "grant-graph.sh", "register-app.sh"])("%s", (name) => {
  it("is a script that bash reads, and stops at the first failure", () => {
    const path = resolve(import.meta.dirname, "../../infra", name);
    execFileSync("bash", ["-n", path]);
    expect(execFileSync("sed", ["-n", "3p", path], { encoding: "utf8" })).toBe("set -euo pipefail\n");
  });

  it("explains itself without asking Azure", () => {
    const { status, stdout, calls } = runScript(name, ["--help"], []);
    expect({ status, calls }).toStrictEqual({ status: 0, calls: [] });
    expect(stdout).toMatch(/^Usage: infra\/[\s\S]*--what-if[\s\S]*Rights needed: /);
  });

  it.each([[["--no-such-thing"]], [[]]])("refuses %j without asking Azure", (args) => {
    expect(runScript(name, args, [])).toMatchObject({ status: 2, calls: [] });
  });
});

describe("watch-all.sh", () => {
  it("assigns the roles once, and makes each subscription watched, with the topic that it has", () => {
    const { status, calls } = runScript("watch-all.sh", watchAll, deployed);
    const deployments = calls.filter((call) => call.includes(" create "));
    expect(status).toBe(0);
    expect(deployments).toHaveLength(3);
    expect(deployments[0]).toMatch(
      /^deployment mg create --management-group-id mg-bank .*principalId=11111111-\S+ mode=enforce endSessions=false/,
    );
    expect(deployments[1]).toMatch(
      /^deployment sub create --subscription sub-one (?!.*existingTopicName).*storageAccounts\/st/,
    );
    expect(deployments[2]).toMatch(
      /--subscription sub-two .*existingTopicName=evgt-bank topicResourceGroupName=rg-bank/,
    );
  });

  it("goes on after a subscription that fails, and fails at the end", () => {
    const broken = [
      { to: "deployment sub create --subscription sub-one", says: "", fails: true as const },
      ...deployed,
    ];
    const { status, calls, stderr } = runScript("watch-all.sh", watchAll, broken);
    expect(status).toBe(2);
    expect(stderr).toContain("1 subscriptions failed");
    expect(calls.at(-1)).toContain("--subscription sub-two");
  });

  it("shows what it would do, and does nothing", () => {
    const { status, calls } = runScript("watch-all.sh", [...watchAll, "--what-if"], deployed);
    expect(status).toBe(0);
    expect(calls.filter((call) => call.includes(" what-if "))).toHaveLength(3);
    expect(calls.filter((call) => writes.test(call))).toStrictEqual([]);
  });

  it("says so when it is pointed at another deployment", () => {
    expect(runScript("watch-all.sh", watchAll, []).stderr).toContain(
      "has no outputs principalId and storageAccountId",
    );
  });
});

describe("grant-graph.sh", () => {
  const answers: readonly Answer[] = [
    { to: "--id 00000003-0000-0000-c000-000000000000", says: "graph-id" },
    { to: "--method get", says: "role-people" },
    { to: "User.Read.All", says: "role-people" },
    { to: "Mail.Send", says: "role-mail" },
  ];
  const args = ["--principal-id", "11111111-0000-4000-8000-0000000000d0", "--people", "--mail"];

  it("grants what was named and is not granted yet", () => {
    const { stdout, calls } = runScript("grant-graph.sh", args, answers);
    expect(stdout).toBe("User.Read.All: granted already\nMail.Send: granted\n");
    expect(calls.filter((call) => writes.test(call))).toStrictEqual([
      expect.stringContaining(
        '{"principalId":"11111111-0000-4000-8000-0000000000d0","resourceId":"graph-id","appRoleId":"role-mail"}',
      ),
    ]);
  });

  it("shows what it would grant, and grants nothing", () => {
    const { stdout, calls } = runScript("grant-graph.sh", [...args, "--what-if"], answers);
    expect(stdout).toContain("Mail.Send: would be granted");
    expect(calls.filter((call) => writes.test(call))).toStrictEqual([]);
  });
});

describe("register-app.sh", () => {
  const args = ["--console-url", "https://func-x.azurewebsites.net/console", "--assign", "jane-id:Operator"];
  const registered: readonly Answer[] = [
    { to: "ad app list", says: "client-id" },
    { to: "ad sp list", says: "service-id" },
  ];

  it("makes the registration without a secret, and gives the role", () => {
    const { stdout, calls } = runScript("register-app.sh", args, [
      { to: "ad app create", says: "client-id" },
      ...registered.slice(1),
    ]);
    expect(stdout).toBe("consoleClientId: client-id\n");
    const made = calls.find((call) => call.startsWith("ad app create")) ?? "";
    expect(made).toContain("--web-redirect-uris https://func-x.azurewebsites.net/.auth/login/aad/callback");
    expect(made).toContain('"value":"Watchdog.Operator"');
    expect(calls.some((call) => /credential|secret/.test(call))).toBe(false);
    expect(calls.at(-1)).toContain('"principalId":"jane-id","resourceId":"service-id"');
  });

  it("makes no second one, and gives no role twice", () => {
    const known = [...registered, { to: "appRoleAssignedTo --query", says: "assigned" }];
    const { calls } = runScript("register-app.sh", args, known);
    expect(calls.filter((call) => /create|post/.test(call))).toStrictEqual([]);
  });

  it("shows what it would make, and makes nothing", () => {
    const { calls } = runScript("register-app.sh", [...args, "--what-if"], registered);
    expect(calls.filter((call) => writes.test(call))).toStrictEqual([]);
  });

  it.each([
    ["--console-url", "http://plain.example"],
    [...args, "--assign", "jane-id:Owner"],
  ])("refuses %s %s", (...wrong) => {
    expect(runScript("register-app.sh", wrong, []).status).toBe(2);
  });
});
