import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readDeployment } from "../../infra/check/deployment.ts";
import { estateOf, type Estate } from "./az/estate.ts";
import { runTyped } from "./az/run-script.ts";

const root = resolve(import.meta.dirname, "../..");
const { variants } = readDeployment(resolve(root, "infra"));
const here = "00000000-0000-0000-0000-000000000001";
const further = "00000000-0000-0000-0000-000000000002";

/** As much as one deployment can leave: two subscriptions, a topic that was there, policies, a workspace, and what watch-all.sh makes. */
const made = estateOf(
  ["two-subscriptions", "existing-topic", "security-workspace", "management-group-roles"].flatMap((name) =>
    variants.filter(({ path }) => path === `variants/${name}.snapshot.json`),
  ),
);
const idOf = (type: string): string => made.resources.find((one) => one.type === type)?.id ?? "";
const accountOf = (name: string): string =>
  made.resources.find(({ id, type }) => type === "Microsoft.Storage/storageAccounts" && id.includes(name))
    ?.id ?? "";
const identity = idOf("Microsoft.ManagedIdentity/userAssignedIdentities");
const workspace = `/subscriptions/${further}/resourceGroups/rg-security/providers/Microsoft.OperationalInsights/workspaces/log-security`;
const bastion = `/subscriptions/${further}/resourceGroups/rg-hub/providers/Microsoft.Network/bastionHosts/bas-hub`;
const estate: Estate = {
  ...made,
  resources: [
    ...made.resources.map((one) =>
      one.principal === "00000000-0000-0000-0000-0000000000aa" ? { ...one, principal: identity } : one,
    ),
    {
      id: `${bastion}/providers/Microsoft.Insights/diagnosticSettings/bastion-watchdog`,
      type: "Microsoft.Insights/diagnosticSettings",
    },
  ],
};
const azd = {
  AZURE_SUBSCRIPTION_ID: here,
  AZURE_RESOURCE_GROUP: "rg-watchdog",
  WATCHDOG_CONSOLE_CLIENT_ID: "client-id",
  WATCHDOG_EXISTING_TOPIC: "evgt-platform",
  WATCHDOG_TOPIC_RESOURCE_GROUP: "rg-platform-events",
  principalId: identity,
  storageAccountId: accountOf("stwatchdog"),
  evidenceAccountId: accountOf("stevidence"),
};
const world = { estate, applications: [{ appId: "client-id", displayName: "bastion-watchdog" }] };

const groupsIn = ({ resources }: Estate): readonly string[] =>
  resources
    .filter(({ type }) => type === "Microsoft.Resources/resourceGroups")
    .map(({ id }) => id.replace(/^.*subscriptions\/0*(-0*)*-0*(\d)\/resourceGroups/, "$2"));

const page = readFileSync(resolve(root, "docs/deploy.md"), "utf8");
const section = /\n## Remove\n[\s\S]*$/.exec(page)?.[0] ?? "";
const part = (begin: RegExp): string =>
  section
    .split("\n")
    .filter((line) => begin.test(line))
    .join("\n");

/** "`az … --name a`, the same with `--name b`" are two commands. */
function commandsIn(text: string): readonly string[] {
  const commands: string[] = [];
  for (const [, code = ""] of text.matchAll(/`([^`]+)`/g)) {
    if (/^(az|azd) /.test(code)) commands.push(code);
    else if (code.startsWith("--name ")) commands.push((commands.at(-1) ?? "").replace(/--name \S+$/, code));
  }
  return commands;
}

const lazily = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

const set = /```bash\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
const first = commandsIn(part(/^\|/));
const byHand = commandsIn(part(/^\*\*Then either by hand/));
const everything = commandsIn(part(/^\*\*Or everything/));
const groupsAreOthers = (command: string) => command.startsWith("az group delete");
/** What a reader puts in, and how often. */
const typed = [
  set,
  `MG=mg-platform WORKSPACE=${workspace} BASTION=${bastion}`,
  ...first.map((command) => {
    if (!command.includes("$ID")) return command;
    const ids = groupsAreOthers(command) ? further : `${here} ${further}`;
    return `for ID in ${ids}; do ${command}; done`;
  }),
].join("\n");

describe("azd down, as a deployment leaves it", () => {
  const orders = [
    ["rg-watchdog", "rg-watchdog-evidence", "rg-bastion-watchdog-events"],
    ["rg-watchdog-evidence", "rg-bastion-watchdog-events", "rg-watchdog"],
  ];
  it.each([
    [orders[0], ["2/rg-bastion-watchdog-events", "1/rg-bastion-watchdog-events", "1/rg-watchdog-evidence"]],
    [
      orders[1],
      [
        "1/rg-bastion-watchdog-events",
        "1/rg-watchdog",
        "1/rg-watchdog-evidence",
        "2/rg-bastion-watchdog-events",
      ],
    ],
  ])("ends at the lock, in whatever order: %s", async (deployedGroups = [], left) => {
    const run = await runTyped("azd down", { ...world, estate: { ...estate, deployedGroups } }, { azd });
    expect(run.stderr).toContain("(ScopeLocked)");
    expect(groupsIn(run.world.estate).toSorted()).toStrictEqual([...left].sort());
  });

  it("ends with 404 the second time, the lock off or not, and takes nothing", async () => {
    const { world: left } = await runTyped("azd down", world, { azd });
    const again = await runTyped(`${set}\n${everything.join("\n")}`, left, { azd });
    expect(again.stderr).toContain("404");
    expect(again.status).toBe(1);
    expect(groupsIn(again.world.estate)).toStrictEqual(groupsIn(left.estate));
  });

  it("ends with 404 where azd's own subscription is not watched", async () => {
    const resources = estate.resources.filter(
      ({ id }) => !id.startsWith(`/subscriptions/${here}/resourceGroups/rg-bastion-watchdog-events`),
    );
    const run = await runTyped("azd down", { ...world, estate: { ...estate, resources } }, { azd });
    expect(run.stderr).toContain("404");
    expect(run.world.estate.resources.map(({ id }) => id)).toStrictEqual(resources.map(({ id }) => id));
  });

  it("leaves what lies in none of its groups, with the lock off", async () => {
    const run = await runTyped(`${set}\n${everything.join("\n")}`, world, { azd });
    expect(run.status).toBe(0);
    const types = run.world.estate.resources.map(({ type }) => type.replace(/^Microsoft\./, ""));
    expect([...new Set(types)].sort()).toStrictEqual([
      "Authorization/policyAssignments",
      "Authorization/policyDefinitions",
      "Authorization/policySetDefinitions",
      "Authorization/roleAssignments",
      "Authorization/roleDefinitions",
      "EventGrid/systemTopics",
      "EventGrid/systemTopics/eventSubscriptions",
      "Insights/diagnosticSettings",
      "Resources/resourceGroups",
    ]);
    expect(run.world.applications).toHaveLength(1);
  });
});

describe("The way to remove it (docs/deploy.md)", () => {
  it("is what stands there", () => {
    expect([set.split("\n").length - 1, first.length, byHand.length, everything.length]).toStrictEqual([
      1, 19, 2, 3,
    ]);
    expect(everything.at(-1)).toBe("azd down");
  });

  const removed = lazily(() => runTyped(typed, world, { azd }));
  const then = async (commands: readonly string[]) => {
    const { stderr, world: left } = await removed();
    expect(stderr).toBe("");
    const run = await runTyped([set, ...commands].join("\n"), left, { azd });
    expect(run.stderr).toBe("");
    return run.world;
  };

  it("by hand leaves ledger and anchors under their lock, and no command of it is in vain", async () => {
    const { estate: left, applications } = await then(byHand);
    const evidence = `/subscriptions/${here}/resourceGroups/rg-watchdog-evidence`;
    expect(left.resources.filter(({ id }) => !id.startsWith(evidence))).toStrictEqual([]);
    expect(left.resources.map(({ type }) => type)).toContain("Microsoft.Authorization/locks");
    expect(applications).toStrictEqual([]);
  });

  it("or whole leaves nothing but the vault that Azure keeps", async () => {
    const { estate: left } = await then(everything);
    expect(left.resources).toStrictEqual([]);
    expect(left.softDeleted).toStrictEqual([idOf("Microsoft.KeyVault/vaults")]);
  });

  it("begins with the identity's roles: once it is gone, nobody finds them by its name", async () => {
    const late = `${set}\n${everything.join("\n")}\nID=${further}; ${first[0] ?? ""}`;
    const run = await runTyped(late, world, { azd });
    expect(run.stderr).toContain("Cannot find user or service principal in graph database");
    expect(run.status).toBe(1);
  });
});
