import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { snapshotOf, variantsIn } from "../../infra/check/compile.ts";
import { checkCommitted, checkDeployment } from "../../infra/check/check.ts";
import { readDeployment, readProgram, readVariant, valueAt } from "../../infra/check/deployment.ts";
import { actionsIn, readProduct } from "../../infra/check/product.ts";
import { notDeployed, settingsOf } from "../../infra/check/rules/settings.ts";
import { parsePolicy } from "../../src/core/domain/policy/parse-policy.ts";
import { keyFaults, rightFaults } from "./product-faults.ts";

const infra = resolve(import.meta.dirname, "../../infra");
const product = readProduct();
const { variants, program } = readDeployment(infra);
const { parameters = {}, outputs = {} } = program.template;

async function copyOfInfra(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "infra-"));
  onTestFinished(async () => rm(copy, { recursive: true, force: true }));
  await cp(infra, copy, { recursive: true });
  return copy;
}

describe("The infrastructure", () => {
  it("has no fault that can be found without Azure", () => {
    expect(checkCommitted(infra)).toStrictEqual([]);
    expect(
      variants.filter(({ isWhole }) => isWhole).map(({ resources }) => resources.length > 45),
    ).toStrictEqual(Array(8).fill(true));
  });

  it("leaves out only settings that exist", () => {
    expect(Object.keys(notDeployed).filter((name) => !product.settingNames.includes(name))).toStrictEqual([]);
  });

  it("is given every parameter it needs, and no other, by azd", async () => {
    const azd = JSON.parse(await readFile(join(infra, "main.parameters.json"), "utf8")) as {
      readonly parameters: object;
    };
    const given = Object.keys(azd.parameters);
    const needed = Object.keys(parameters).filter((name) => parameters[name]?.defaultValue === undefined);
    expect(given.filter((name) => !Object.hasOwn(parameters, name))).toStrictEqual([]);
    expect(needed.filter((name) => !given.includes(name))).toStrictEqual([]);
  });

  it("is what azure.yaml deploys, with the directory that the bundle goes to", async () => {
    const refresh = { shell: "sh", run: "bash infra/refresh-secrets.sh", continueOnError: true };
    expect(parse(await readFile(join(infra, "../azure.yaml"), "utf8"))).toMatchObject({
      hooks: { postprovision: refresh, postdeploy: refresh },
      infra: { provider: "bicep", path: "infra", module: "main" },
      services: {
        watchdog: { host: "function", dist: "dist/app", hooks: { prepackage: { run: "npm run bundle" } } },
      },
    });
  });

  it("names its outputs as the scripts ask for them", async () => {
    const scripts = (await readdir(infra)).filter((name) => name.endsWith(".sh"));
    const texts = await Promise.all(scripts.map((name) => readFile(join(infra, name), "utf8")));
    const asked = texts.flatMap((text) =>
      [...text.matchAll(/\$\((?:output|deployed) (\w+)\)/g)].map(([, name = ""]) => name),
    );
    const azdItself = ["AZURE_SUBSCRIPTION_ID"];
    expect(asked).toContain("storageAccountId");
    expect(asked.filter((name) => !Object.hasOwn(outputs, name) && !azdItself.includes(name))).toStrictEqual(
      [],
    );
  });

  it("deploys a policy that the watchdog reads", async () => {
    expect(parsePolicy(await readFile(join(infra, "watchdog-policy.json"), "utf8"))).toMatchObject({
      policy: { rules: [{ name: "default", ttl: 28_800_000, maxLifetime: 864_000_000 }] },
    });
  });

  it("grants what the code itself says that it calls", () => {
    expect([...product.actions.keys()].sort()).toStrictEqual([
      "microsoft.compute/virtualmachines/read",
      "microsoft.compute/virtualmachinescalesets/read",
      "microsoft.insights/eventtypes/values/read",
      "microsoft.network/bastionhosts/deleteshareablelinks/action",
      "microsoft.network/bastionhosts/deleteshareablelinksbytoken/action",
      "microsoft.network/bastionhosts/disconnectactivesessions/action",
      "microsoft.network/bastionhosts/getactivesessions/action",
      "microsoft.network/bastionhosts/getshareablelinks/action",
      "microsoft.network/bastionhosts/read",
      "microsoft.network/locations/operationresults/read",
      "microsoft.network/locations/operations/read",
      "microsoft.resources/subscriptions/read",
      "microsoft.storage/storageaccounts/blobservices/containers/blobs/add/action",
      "microsoft.storage/storageaccounts/blobservices/containers/blobs/read",
    ]);
    const text = 'import { putBastionShareableLink } from "@azure/arm-network/api";';
    expect([...actionsIn([{ path: "src/planted.ts", text }])]).toContainEqual([
      "microsoft.network/bastionhosts/createshareablelinks/action",
      "src/planted.ts",
    ]);
  });

  it("makes an action group of mail addresses, and tells it beside those that are there", () => {
    const told = variants
      .filter(({ isWhole }) => isWhole)
      .map(({ path, resources }) => [
        /variants\/(.*)\.snapshot/.exec(path)?.[1],
        resources
          .filter(({ type }) => type === "Microsoft.Insights/scheduledQueryRules")
          .map(({ properties }) => valueAt(properties, "actions.actionGroups")),
        resources
          .filter(({ type }) => type === "Microsoft.Insights/actionGroups")
          .map(({ properties }) => valueAt(properties, "emailReceivers")),
      ]);
    const rules = <T>(groups: T) => Array<T>(6).fill(groups);
    const receiver = (address: string) => ({
      name: address,
      emailAddress: address,
      useCommonAlertSchema: true,
    });
    const groups =
      "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-watchdog/providers/Microsoft.Insights/actionGroups";
    const theirs =
      "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-security/providers/Microsoft.Insights/actionGroups/ag-security";
    expect(told).toStrictEqual([
      [
        "console-cold",
        rules([`${groups}/func-watchdog-yzohzs2uz2lie-mail`]),
        [[receiver("platform@contoso.example"), receiver("security@contoso.example")]],
      ],
      ...["default", "existing-topic", "management-groups", "observe", "private-network"].map((name) => [
        name,
        rules([]),
        [],
      ]),
      ["security-workspace", rules([theirs]), []],
      ["two-subscriptions", rules([]), []],
    ]);
  });

  it("tells the app how many action groups there are", () => {
    const counted = variants
      .filter(({ isWhole }) => isWhole)
      .map((variant) => [variant.path, settingsOf(variant)?.["WATCHDOG_ACTION_GROUPS"]]);
    const name = (variant: string) => `variants/${variant}.snapshot.json`;
    expect(counted.filter(([, count]) => count !== "0")).toStrictEqual([
      [name("console-cold"), "1"],
      [name("security-workspace"), "1"],
    ]);
  });

  it("fetches its package only where a variant names one", () => {
    const fetched = variants.flatMap(({ path, resources }) =>
      resources
        .filter(({ type }) => type === "Microsoft.Web/sites/extensions")
        .map(({ name, properties }) => [path, name, properties]),
    );
    expect(fetched).toStrictEqual([
      [
        "variants/console-cold.snapshot.json",
        "func-watchdog-yzohzs2uz2lie/onedeploy",
        { packageUri: "https://releases.example/bastion-watchdog.zip", remoteBuild: false },
      ],
    ]);
  });
});

/** The texts that are committed, by path. */
const committed = new Map(
  await Promise.all(
    ["azuredeploy.json", ...variantsIn(infra).flatMap((path) => [path, snapshotOf(path)])].map(
      async (path) => [path, await readFile(join(infra, path), "utf8")] as const,
    ),
  ),
);

describe("The check of what a deployment makes", () => {
  it.each([...keyFaults, ...rightFaults])("finds %s", (...[, from, to, found]) => {
    const planted = new Map([...committed].map(([path, text]) => [path, text.replaceAll(from, to)]));
    const text = (path: string) => planted.get(path) ?? "";
    expect([...planted.values()]).not.toStrictEqual([...committed.values()]);
    const deployment = {
      variants: variantsIn(infra).map((path) =>
        readVariant(snapshotOf(path), text(snapshotOf(path)), text(path)),
      ),
      program: readProgram(text("azuredeploy.json")),
    };
    const findings = checkDeployment(deployment, product).map(({ rule, message }) => `${rule}: ${message}`);
    expect([...new Set(findings)]).toStrictEqual(found);
  });

  it.each([
    [
      "modules/identity.bicep",
      ["azuredeploy.json", "variants/default.snapshot.json", "variants/observe.snapshot.json"],
    ],
    [
      "alerts/poison.kql",
      ["azuredeploy.json", "variants/default.snapshot.json", "variants/observe.snapshot.json"],
    ],
    ["variants/observe.bicepparam", ["variants/observe.snapshot.json"]],
    [
      "management-group-roles.bicep",
      ["variants/management-group-observe.snapshot.json", "variants/management-group-roles.snapshot.json"],
    ],
  ])("refuses what is older than %s", async (path, old) => {
    const copy = await copyOfInfra();
    await writeFile(join(copy, path), `${await readFile(join(copy, path), "utf8")}\n`);
    const findings = checkCommitted(copy);
    expect(findings.map(({ path: where }) => where)).toEqual(expect.arrayContaining(old));
    expect(new Set(findings.map(({ rule, message }) => `${rule}: ${message}`))).toStrictEqual(
      new Set(["sources: older than its sources; run npm run infra:snapshot"]),
    );
  });

  it("refuses a file of Bicep that nothing deploys", async () => {
    const copy = await copyOfInfra();
    await writeFile(join(copy, "modules/idle.bicep"), "param name string\n");
    expect(checkCommitted(copy)).toStrictEqual([
      { path: "modules/idle.bicep", rule: "sources", message: "no variant deploys it, so nobody judges it" },
    ]);
  });
});

/** The check as a command, on a machine that has neither dotnet nor bicep. */
function checkWithoutBicep(...args: readonly string[]): { readonly status: number; readonly output: string } {
  try {
    const output = execFileSync(process.execPath, [join(infra, "check/main.ts"), ...args], {
      encoding: "utf8",
      env: { PATH: "" },
      stdio: "pipe",
    });
    return { status: 0, output };
  } catch (error) {
    const { status, stdout } = error as { readonly status: number; readonly stdout: string };
    return { status, output: stdout };
  }
}

describe("The check without a compiler", () => {
  it("judges what is committed, and says that it did not compile", () => {
    const { status, output } = checkWithoutBicep();
    expect(output).toMatch(
      /^not compiled: no Bicep here \(.*dotnet.*bicep.*\)\n10 variants, \d+ resources: no fault found\n$/,
    );
    expect(status).toBe(0);
  });

  it("fails where it is told to compile", () => {
    expect(checkWithoutBicep("--compile").status).toBe(1);
  });

  it("finds a fault in a directory, says where, and fails", async () => {
    const copy = await copyOfInfra();
    const place = join(copy, "variants/default.snapshot.json");
    await writeFile(
      place,
      (await readFile(place, "utf8")).replace('"publicAccess": "None"', '"publicAccess": "Blob"'),
    );
    const { status, output } = checkWithoutBicep(copy);
    expect(output).toContain("variants/default.snapshot.json keys: publicAccess of ");
    expect(status).toBe(1);
  });
});
