import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unsignedToken } from "../../../local/local-settings.ts";
import { pipeline } from "../../../local/scenario/people.ts";
import { guidFrom } from "../../../local/simulated-azure/estate.ts";
import { until } from "../../eventually.ts";
import { pathWithAz, signedInAs } from "../az-on-path.ts";
import { bastionWatchdog, scratch } from "../command-line.ts";
import { olga, onAzure, secretsOf, type OnAzure } from "../on-azure.ts";

const logAction = "Microsoft.Insights/eventtypes/values/read";
const reader = "00000000-0000-4000-8000-0000000000c1";
const azure = onAzure();
const limited = onAzure({
  rights: {
    [reader]: [
      "Microsoft.Network/bastionHosts/read",
      "Microsoft.Network/bastionHosts/getShareableLinks/action",
      "Microsoft.Resources/subscriptions/read",
    ],
  },
});
const file = scratch();

const group = "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg";
const bastion = (name: string) => `${group}/providers/Microsoft.Network/bastionHosts/${name}`;
const vm = (name: string) => `${group}/providers/Microsoft.Compute/virtualMachines/${name}`;
const person = (name: string, oid: string) =>
  unsignedToken({ oid, upn: `${name}@contoso.example`, name, ipaddr: "203.0.113.7" });
const jane = person("jane", "00000000-0000-4000-8000-0000000000b1");
const omar = person("omar", "00000000-0000-4000-8000-0000000000b2");
/** Two bastions, and a link that this one opened as one does: by Azure's own call. */
async function opened(
  { url, control }: OnAzure,
  token: string,
  [name, on = "bas-hub"]: readonly [vm: string, bastion?: string],
): Promise<void> {
  const before = ((await control("activity")) as readonly unknown[]).length;
  const answer = await fetch(`${url()}${bastion(on)}/createShareableLinks?api-version=2024-07-01`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ vms: [{ vm: { id: vm(name) } }] }),
  });
  expect(answer.ok).toBe(true);
  await until(async () => ((await control("activity")) as readonly unknown[]).length > before);
}

/** `az login` and nothing else: no setting but which Azure is meant, which is the stand-in. */
const scan = async (
  { url }: OnAzure,
  claims: Readonly<Record<string, unknown>> = olga,
  words: readonly string[] = [],
) =>
  bastionWatchdog(["scan", ...words], {
    environment: {
      PATH: await pathWithAz(file("az"), signedInAs(claims)),
      AZURE_TOKEN_CREDENTIALS: "AzureCliCredential",
      WATCHDOG_ARM_ENDPOINT: url(),
      WATCHDOG_GRAPH_ENDPOINT: url(),
    },
  });

/** Moments and ids differ from run to run, and are as long as one another. */
const still = (text: string) =>
  text
    .replaceAll(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC/g, "YYYY-MM-DD hh:mm:ss UTC")
    .replaceAll(/\b[a-z2-7]{26}\b/g, "link")
    .replaceAll(/in 8 h|in 7 h 59 min/g, "in 8 h");

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
const sample = /npx node src\/cli\/main\.ts scan\n```\n\n```text\n([^`]+)```/.exec(readme)?.[1] ?? "";

describe("The first `scan`, after `az login`", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    const estate = {
      bastions: ["bas-hub", "bas-dmz"].map((name) => ({ id: bastion(name) })),
      vms: ["vm-1", "vm-2"].map((name) => ({ id: vm(name) })),
    };
    for (const one of [azure, limited]) await one.control("estate", estate);
  });
  afterEach(async () => {
    for (const one of [azure, limited]) await one.control("reset", {});
  });

  it("prints what the README shows: who opened each link", async () => {
    await opened(azure, jane, ["vm-1"]);
    await opened(azure, omar, ["vm-2", "bas-dmz"]);
    const { code, out, aside } = await scan(azure);
    expect(code).toBe(2);
    expect(still(out)).toBe(still(sample));
    expect(sample).toMatch(/vm-1 .* jane@contoso\.example .*\nvm-2 .* omar@contoso\.example /);
    expect((await secretsOf(azure)).filter((secret) => `${out}${aside}`.includes(secret))).toStrictEqual([]);
  });

  it("calls software by the directory's name, and says in JSON which id that is", async () => {
    await opened(azure, pipeline.token, ["vm-1"]);
    expect((await scan(azure)).out).toMatch(/vm-1 .* app sp-deploy-pipeline +in /);
    const { links, names } = JSON.parse((await scan(azure, olga, ["--json"])).out) as {
      readonly links: readonly { readonly createdBy: string }[];
      readonly names: readonly { readonly id: string; readonly name: string }[];
    };
    expect(links.map(({ createdBy }) => createdBy)).toStrictEqual([guidFrom("app-deploy")]);
    expect(names.map(({ id, name }) => [id, name])).toStrictEqual([
      [guidFrom("app-deploy"), "sp-deploy-pipeline"],
      ["11111111-0000-4000-8000-000000000001", "Contoso Platform"],
    ]);
  });

  it("shows the id where the directory refuses, and goes on", async () => {
    await azure.control("faults", { graph403: true });
    await opened(azure, pipeline.token, ["vm-1"]);
    const { code, out } = await scan(azure);
    expect([code, out.includes(guidFrom("app-deploy"))]).toStrictEqual([2, true]);
  });

  it("says which subscription where there are several, by its name", async () => {
    const elsewhere = bastion("bas-far").replace("000000000001/", "000000000002/");
    await azure.control("estate", {
      bastions: [{ id: bastion("bas-hub") }, { id: elsewhere }],
      vms: [{ id: vm("vm-1") }],
    });
    await opened(azure, jane, ["vm-1"]);
    expect((await scan(azure)).out).toMatch(
      /BASTION {2}SUBSCRIPTION {6}CREATED .*\nvm-1 {2}bas-hub {2}Contoso Platform {2}/,
    );
    expect((await scan(azure, olga, ["--csv"])).out).toContain(`${bastion("bas-hub")},Contoso Platform,`);
  });

  it("names nobody where the log is silent, and says since when it might speak", async () => {
    await azure.control("settings", { ingestionDelayInMs: 600_000 });
    await opened(azure, jane, ["vm-1"]);
    const { code, out } = await scan(azure);
    expect(code).toBe(2);
    expect(out).toMatch(/vm-1 .* UTC {2}unknown +in /);
    expect(out).toContain(
      "The Activity Log has no create operation for 1 link. It keeps 90 days, and new entries take minutes to appear.",
    );
  });

  it("names nobody where the log is forbidden, and says which right is missing and how to grant it", async () => {
    await opened(limited, jane, ["vm-1"]);
    const { code, out, aside } = await scan(limited, { ...olga, appid: reader });
    expect(code).toBe(2);
    expect(out).toMatch(/vm-1 .* UTC {2}unknown +in /);
    expect(out).toContain("The Activity Log could not be fully read for bas-hub (");
    expect(aside).toContain(
      `olga@contoso.example may not read the Activity Log of bas-hub: ${logAction} is missing.`,
    );
    expect(aside).toContain(`az role assignment create --assignee ${olga.oid} `);
  });

  it("asks a throttled log again, names nobody where that does not help, and says why", async () => {
    await azure.control("settings", { retryAfterInSeconds: 0 });
    await azure.control("faults", { activityLogThrottled: true });
    await opened(azure, jane, ["vm-1"]);
    const { code, out } = await scan(azure);
    expect(code).toBe(2);
    expect(out).toMatch(/vm-1 .* UTC {2}unknown +in /);
    expect(out).toMatch(/The Activity Log could not be fully read for bas-hub \(.*429.*tried \d times.*\)\./);
    await azure.control("faults", { activityLogThrottled: false });
    expect((await scan(azure)).out).toContain("jane@contoso.example");
  });
});
