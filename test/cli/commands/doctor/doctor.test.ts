import { writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { localSettings } from "../../../../local/local-settings.ts";
import { azurite } from "../../../azurite.ts";
import { bastionWatchdog, scratch } from "../../command-line.ts";
import { edge, hub, listAction, olga, onAzure, secretsOf, staging } from "../../on-azure.ts";

const storage = azurite();
const azure = onAzure();
const file = scratch();
const { control, open } = azure;

/** What a deployment on this machine has, asked as Olga. */
function settings(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const access = storage();
  const all = {
    ...localSettings(access.kind === "connection-string" ? access.value : "", azure.url()),
    ...azure.environment(),
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => !name.includes(".") && value !== ""),
  );
}

interface Examined {
  readonly healthy: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly what: string;
    readonly fix: readonly string[];
  }[];
}

async function examine(changes: Readonly<Record<string, string>> = {}, ...words: readonly string[]) {
  const ran = await azure.cli(["doctor", "--json", ...words], { environment: settings(changes) });
  const { healthy, checks } = JSON.parse(ran.out) as Examined;
  const named = (name: string) => checks.find((check) => check.name === name);
  return {
    ...ran,
    healthy,
    named,
    bad: checks.filter(({ outcome }) => outcome === "failed").map(({ name }) => name),
  };
}

afterEach(async () => {
  await control("reset", {});
});

describe("bastion-watchdog doctor", { timeout: 60_000 }, () => {
  it("looks at everything a deployment stands on, finds it well, and changes nothing", async () => {
    await open(hub, staging);
    const { code, out, aside } = await azure.cli(["doctor"], { environment: settings() });
    expect([code, aside]).toStrictEqual([0, "All checks passed, as far as this account can see.\n"]);
    expect(out.split("\n").map((line) => line.split(/ {2,}/)[0])).toStrictEqual([
      "✔ configuration",
      "✔ sign-in",
      "✔ table watchdog",
      "✔ queue activity",
      "✔ queue reconcile",
      "✔ queue reconcile-later",
      "✔ queue alerts",
      "✔ queue sessions",
      "✔ blobs evidence",
      "✔ directory, people",
      "✔ directory, applications",
      "✔ logs MicrosoftAzureBastionAuditLogs",
      "✔ channel teams",
      "✔ channel mail",
      "✔ channel webhook",
      "✔ Resource Graph",
      "✔ links of rg-edge-neu/bas-edge-neu",
      "✔ links of rg-hub-weu/bas-hub-weu",
      "",
    ]);
    expect(out).toContain(
      "as olga@contoso.example 00000000-0000-4000-8000-0000000000aa; the app itself runs as its own identity",
    );
    expect(await control("teams/messages")).toStrictEqual([]);
  });

  it("posts a test alert to every channel only when it is told to", async () => {
    const { code, named } = await examine({}, "--post");
    expect([code, named("channel mail")?.what]).toStrictEqual([
      0,
      "accepted a test alert; check that it appears",
    ]);
    const heard = await Promise.all(["teams/messages", "mail", "hooks"].map((path) => control(path)));
    expect(heard).toMatchObject([[{}], [{}], [{}]]);
    for (const message of heard) expect(JSON.stringify(message)).toContain("A test: nothing happened");
  });

  it("tells which bastion cannot be read, and the command that grants it", async () => {
    await control("denials", [{ bastionId: edge, action: listAction }]);
    const { code, bad, named } = await examine();
    expect([code, bad]).toStrictEqual([2, ["links of rg-edge-neu/bas-edge-neu"]]);
    expect(named("links of rg-edge-neu/bas-edge-neu")?.fix).toStrictEqual([
      `${listAction} is missing:`,
      expect.stringContaining('az role definition create --role-definition \'{"Name":"Bastion Link Scanner"'),
      `az role assignment create --assignee ${olga.oid} --role 'Bastion Link Scanner' --scope '${edge}'`,
    ]);
  });

  it("tells which permission of Graph is missing, and where the directory is off", async () => {
    await control("faults", { graph403: true });
    const { bad, named } = await examine();
    expect(bad).toStrictEqual(["directory, people", "directory, applications"]);
    expect(named("directory, people")?.fix[0]).toContain(
      "User.Read.All: infra/grant-graph.sh --principal-id aaaaaaaa-0000-4000-8000-00000000d09e --people",
    );
    const off = await examine({ WATCHDOG_DIRECTORY: "off" });
    expect([off.code, off.named("directory")?.outcome]).toStrictEqual([0, "skipped"]);
  });

  it("tells which log cannot be read, whose right that takes, and what fills it", async () => {
    await control("faults", { logs403: true });
    const { bad, named } = await examine();
    expect(bad).toStrictEqual(["logs MicrosoftAzureBastionAuditLogs"]);
    expect(named("logs MicrosoftAzureBastionAuditLogs")?.fix).toStrictEqual([
      `If the right is missing: az role assignment create --assignee ${olga.oid} --role 'Log Analytics Reader' --scope ` +
        `"$(az monitor log-analytics workspace list --query "[?customerId=='66666666-0000-4000-8000-00000000000f'].id" --output tsv)"`,
      "If nothing was ever sent there: a diagnostic setting of each bastion, category BastionAuditLogs fills it",
    ]);
    const off = await examine({ WATCHDOG_LOGS_WORKSPACE_ID: "" });
    expect([off.code, off.named("logs")?.outcome]).toStrictEqual([0, "skipped"]);
  });

  it("tells every problem of a configuration, repeats no value, and looks at what it can all the same", async () => {
    const { code, bad, named } = await examine({
      WATCHDOG_MODE: "SECRET",
      WATCHDOG_POLICY: "SECRET",
      WATCHDOG_SCOPE: "",
    });
    expect([code, bad]).toStrictEqual([2, ["configuration"]]);
    expect(named("configuration")?.fix).toHaveLength(3);
    expect(named("configuration")?.fix.join()).toContain("WATCHDOG_SCOPE is not set");
    expect(named("links of rg-hub-weu/bas-hub-weu")?.outcome).toBe("ok");
    expect(azure.printed()).not.toContain("SECRET");
  });

  it("tells of a storage account that cannot be reached, and repeats no key", async () => {
    const nowhere = settings()["AzureWebJobsStorage"]?.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:9") ?? "";
    const { code, bad, named, out } = await examine({ AzureWebJobsStorage: nowhere });
    expect([code, bad.length, bad[0]]).toStrictEqual([2, 7, "table watchdog"]);
    expect(named("queue alerts")?.what).toMatch(/^not reached: /);
    expect(named("queue alerts")?.fix[0]).toContain(
      "Check AzureWebJobsStorage, and the storage account's firewall",
    );
    expect(out).not.toContain("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6");
  });

  it("tells of a key that is not taken", async () => {
    const wrong =
      settings()["AzureWebJobsStorage"]?.replace(
        /AccountKey=[^;]*/,
        `AccountKey=${Buffer.from("wrong").toString("base64")}`,
      ) ?? "";
    const { named } = await examine({ AzureWebJobsStorage: wrong });
    expect(named("table watchdog")).toMatchObject({
      outcome: "failed",
      what: expect.stringMatching(/^not allowed: 403 /) as string,
    });
    expect(named("table watchdog")?.fix[0]).toContain("az storage account show-connection-string");
  });

  it("tells of a scope without bastions, and who could not be asked without a sign-in", async () => {
    await control("estate", { bastions: [], vms: [] });
    const { bad, named } = await examine();
    expect(bad).toStrictEqual(["Resource Graph"]);
    expect(named("Resource Graph")?.fix).toContain(
      `az role assignment create --assignee ${olga.oid} --role 'Reader' --scope '/subscriptions/11111111-0000-4000-8000-000000000001'`,
    );
    const { code, out } = await bastionWatchdog(["doctor"], {
      environment: { AZURE_TOKEN_CREDENTIALS: "AzureCliCredential" },
    });
    expect(code).toBe(2);
    expect(out).toMatch(/✖ sign-in +[^\n]*run `az login`/);
  });

  it("reads the settings of a file, and a policy of another", async () => {
    await writeFile(file("policy.json"), '{"rules":[{"name":"a"},{"name":"b"}]}');
    const values = { ...settings(), WATCHDOG_POLICY: `@${file("policy.json")}` };
    await writeFile(file("local.settings.json"), JSON.stringify({ IsEncrypted: false, Values: values }));
    const { code, out } = await bastionWatchdog(["doctor", "--settings", file("local.settings.json")]);
    expect([code, /configuration +mode enforce, 2 rules, 1 scope\n/.test(out)]).toStrictEqual([0, true]);
  });

  it("never printed a URL or token of a link, nor a channel's secret", async () => {
    await open(hub, staging);
    const secrets = [
      ...(await secretsOf(azure)),
      "local-webhook-secret",
      "local-teams-secret",
      "local-form-key",
    ];
    expect(secrets.length).toBeGreaterThan(4);
    expect(secrets.filter((secret) => azure.printed().includes(secret))).toStrictEqual([]);
  });
});
