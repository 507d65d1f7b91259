import { readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unsignedToken } from "../../../local/local-settings.ts";
import { linkIdOf } from "../../../src/core/domain/links/link.ts";
import { until } from "../../eventually.ts";
import { atTerminal } from "../at-terminal.ts";
import { bastionWatchdog, scratch } from "../command-line.ts";
import { database, edge, hub, listAction, olga, onAzure, secretsOf, staging } from "../on-azure.ts";
import { linksByHand } from "../links-by-hand.ts";

const azure = onAzure();
const reader = "00000000-0000-4000-8000-0000000000c1";
const limited = onAzure({
  rights: {
    [reader]: ["Microsoft.Network/bastionHosts/read", listAction, "Microsoft.ResourceGraph/resources/read"],
  },
});
const file = scratch();
const { cli, control, open } = azure;

interface Report {
  readonly complete: boolean;
  readonly bastions: readonly { readonly bastionId: string; readonly read: string }[];
  readonly links: readonly { readonly linkId: string; readonly vmId: string }[];
}
const reportIn = (out: string) => JSON.parse(out) as Report;

afterEach(async () => {
  await control("reset", {});
});

describe("bastion-watchdog scan", { timeout: 60_000 }, () => {
  it("needs a sign-in and nothing else: no setting, no storage, no scope", async () => {
    const token = await open(hub, staging);
    const { code, out, aside } = await cli(["scan"]);
    expect(code).toBe(2);
    expect(out).toMatch(
      /^1 open link on 2 bastions, .* UTC\n\nVM {13}BASTION {6}CREATED .* LINK\nvm-staging-01 {2}bas-hub-weu {2}/,
    );
    expect(out).toContain(linkIdOf(token));
    expect(aside).toContain(
      "DUE and VERDICT are what the default policy says. The watchdog was not asked, and nothing was changed.",
    );
    expect(aside).toContain("No URLs are shown: a link's URL is a password");
    const questions = (await control("requests")) as { method: string; path: string }[];
    expect(questions.map(({ path }) => path.replace(/.*\//, ""))).toStrictEqual(
      expect.arrayContaining(["resources", "getShareableLinks", "getShareableLinks"]),
    );
  });

  it("exits with 0 when everything was read and nothing is open", async () => {
    const { code, out, aside } = await cli(["scan"]);
    expect([code, aside]).toStrictEqual([0, ""]);
    expect(out).toMatch(/^No open links on 2 bastions, /);
  });

  it("exits with 3 when a bastion could not be read, says which right is missing, and the command that grants it", async () => {
    await control("denials", [{ bastionId: edge, action: listAction }]);
    const { code, out, aside } = await cli(["scan"]);
    expect(code).toBe(3);
    expect(out).toContain("This scan is incomplete: there may be more links.");
    expect(aside).toContain(
      `olga@contoso.example may not read the links of bas-edge-neu: ${listAction} is missing.`,
    );
    expect(aside).toContain(
      `az role assignment create --assignee ${olga.oid} --role 'Bastion Link Scanner' --scope '${edge}'`,
    );
  });

  it("exits with 3 when a bastion could not be read, whatever was found, and says in every format what is missing", async () => {
    await open(hub, staging);
    await control("denials", [{ bastionId: edge, action: listAction }]);
    for (const format of ["--csv", "--json"]) {
      const { code, aside } = await cli(["scan", format]);
      expect(code).toBe(3);
      expect(aside).toContain("Not fully read: bas-edge-neu: ");
      expect(aside).toContain("This scan is incomplete: there may be more links.");
    }
    expect((await cli(["scan"])).code).toBe(3);
  });

  it("says on several bastions of a subscription to grant there", async () => {
    await control(
      "denials",
      [hub, edge].map((bastionId) => ({ bastionId, action: "*" })),
    );
    const { aside } = await cli(["scan"]);
    expect(aside).toContain("--scope '/subscriptions/11111111-0000-4000-8000-000000000001'\n");
  });

  it("asks a throttled Azure again before it gives a bastion up", async () => {
    await control("settings", { retryAfterInSeconds: 0 });
    await control("faults", { throttled: 0.3 });
    const runs = [
      await cli(["scan", "--json"]),
      await cli(["scan", "--json"]),
      await cli(["scan", "--json"]),
    ];
    expect(runs.map(({ code, out }) => [code, reportIn(out).complete])).toStrictEqual(
      [1, 2, 3].map(() => [0, true]),
    );
    expect(await control("requests")).toHaveLength(15);
  });

  it("answers JSON whose shape stays", async () => {
    const token = await open(hub, staging, "2026-11-21T08:00:00Z");
    const { code, out } = await cli(["scan", "--json"]);
    expect([code, JSON.parse(out)]).toStrictEqual([
      2,
      {
        scannedAt: expect.stringMatching(/Z$/) as string,
        asOf: expect.stringMatching(/Z$/) as string,
        complete: true,
        problems: [],
        bastions: [hub, edge].sort().map((bastionId) => ({
          bastionId,
          read: "complete",
          live: true,
          asOf: expect.stringMatching(/Z$/) as string,
          remembered: false,
          linkCount: bastionId === hub ? 1 : 0,
          ...(bastionId === hub && { activityLog: { read: "complete" } }),
        })),
        names: [
          {
            id: "11111111-0000-4000-8000-000000000001",
            name: "Contoso Platform",
            asOf: expect.stringMatching(/Z$/) as string,
          },
        ],
        links: [
          {
            linkId: linkIdOf(token),
            bastionId: hub,
            vmId: staging,
            createdAt: "2026-11-21T08:00:00.000Z",
            createdBy: "unknown",
            deadline: "2026-11-21T16:00:00.000Z",
            rule: "default",
            tightenedBy: [],
            verdict: "overdue",
            status: "not known",
            live: true,
            asOf: expect.stringMatching(/Z$/) as string,
          },
        ],
      },
    ]);
  });

  it("answers CSV in which nothing runs as a formula, and text in which nothing moves the cursor", async () => {
    await open(hub, `${staging}\u001b[2J,"=1+1`);
    const { out } = await cli(["scan", "--csv"]);
    expect(out.split("\r\n")[0]).toBe(
      "vmId,bastionId,subscription,createdAt,createdBy,deadline,verdict,rule,tightenedBy,status,used,linkId,live,asOf",
    );
    expect(out.split("\r\n")).toHaveLength(3);
    expect(out + (await cli(["scan"])).out).not.toContain("\u001b");
  });

  it("lists as the person who signed in, however often: the watchdog's share is none of theirs", async () => {
    await open(hub, staging);
    for (let n = 0; n < 2; n += 1) {
      const { out } = await cli(["scan", "--json"]);
      const { bastions } = JSON.parse(out) as { bastions: readonly { live: boolean }[] };
      expect(bastions.map(({ live }) => live)).toStrictEqual([true, true]);
    }
  });

  it("judges by a policy of one's own", async () => {
    await open(hub, database);
    await writeFile(
      file("policy.json"),
      '{"rules":[{"name":"never","match":{"vm":"**/vm-prod-*"},"allow":false}]}',
    );
    const { out, aside } = await cli(["scan", "--policy", file("policy.json")]);
    expect(out).toMatch(/forbidden +never/);
    expect(aside).toContain("DUE and VERDICT are what");
  });

  it.each([
    ["--bastion", "bas-edge-neu", 1],
    ["--bastion", edge, 1],
    ["--resource-group", "rg-hub-weu", 1],
    ["--vm", "vm-staging-01", 1],
    ["--subscription", "11111111-0000-4000-8000-000000000001", 2],
    ["--management-group", "mg-landing-zones", 2],
  ])("looks only where %s says", async (option, value, count) => {
    await open(hub, staging);
    await open(edge, database);
    const { out } = await cli(["scan", option, value, "--json"]);
    expect(reportIn(out).links).toHaveLength(count);
  });

  it("says so when it sees no bastion at all: silence must not look like peace", async () => {
    await control("estate", { bastions: [], vms: [] });
    const { code, aside } = await cli(["scan"]);
    expect([code, aside.includes("No bastions are visible to this account.")]).toStrictEqual([3, true]);
  });

  it.each([
    [["--bastion", "bas-none"], "No bastion visible to this account fits --bastion"],
    [["--subscription", "my subscription"], "--subscription takes a subscription's id"],
    [["--json", "--csv"], "Give --json or --csv, not both"],
    [["--policy", "/no/such/file"], "/no/such/file: there is no such file"],
    [["here"], "scan takes no arguments"],
    [
      ["--since", "yesterday"],
      '--since takes a duration of at most 90 days, such as P7D or PT12H, not "yesterday"',
    ],
    [["--since", "P91D"], "--since takes a duration of at most 90 days"],
    [["--since", "P7D", "--csv"], "--since works with the table and with --json, not with --csv"],
  ])("refuses %j and says why", async (words, why) => {
    const { code, out, aside } = await cli(["scan", ...words]);
    expect([code, out, aside.includes(why)]).toStrictEqual([1, "", true]);
  });

  it("says how to sign in where nobody is, and repeats no token", async () => {
    const { code, aside } = await bastionWatchdog(["scan"], {
      environment: { AZURE_TOKEN_CREDENTIALS: "AzureCliCredential" },
    });
    expect([code, aside.includes("run `az login`"), aside.includes("eyJ")]).toStrictEqual([1, true, false]);
  });
});

describe("bastion-watchdog scan and the Activity Log", { timeout: 60_000 }, () => {
  const person = (name: string, oid: string) =>
    unsignedToken({ ...olga, oid, upn: `${name}@contoso.example`, name, ipaddr: "203.0.113.7" });
  const jane = person("jane", "00000000-0000-4000-8000-0000000000b1");
  const omar = person("omar", "00000000-0000-4000-8000-0000000000b2");
  const ended = async (action: string) =>
    ((await azure.control("activity")) as readonly { readonly operationName: string }[]).filter(
      ({ operationName }) => operationName.toLowerCase().endsWith(`/${action.toLowerCase()}/action`),
    ).length;
  let asked: readonly string[] = [];
  beforeEach(() => {
    asked = [];
  });
  const asks = async (token: string, action: string, body: object) => {
    const answer = await fetch(`${azure.url()}${hub}/${action}?api-version=2024-07-01`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.ok).toBe(true);
    asked = [...asked, action];
    const wanted = asked.filter((one) => one === action).length;
    await until(async () => (await ended(action)) >= wanted);
  };
  const vms = { vms: [{ vm: { id: staging } }] };
  const logAction = "Microsoft.Insights/eventtypes/values/read";
  const creators = async (...words: readonly string[]) => {
    const { out } = await cli(["scan", "--json", ...words]);
    return JSON.parse(out) as {
      readonly links: readonly { readonly createdBy: string }[];
      readonly bastions: readonly {
        readonly activityLog?: { readonly read: string; readonly why?: string };
      }[];
      readonly operations?: readonly {
        readonly operation: string;
        readonly by: string;
        readonly from: string;
      }[];
    };
  };

  it("names who opened each link, and says nothing of anybody where nothing is open", async () => {
    await asks(jane, "createShareableLinks", vms);
    const { links, bastions, operations } = await creators();
    expect(links.map(({ createdBy }) => createdBy)).toStrictEqual(["jane@contoso.example"]);
    expect(bastions.flatMap(({ activityLog }) => activityLog ?? [])).toStrictEqual([{ read: "complete" }]);
    expect(operations).toBeUndefined();
    expect((await cli(["scan"])).out).toContain("jane@contoso.example");
  });

  it("names both where two may have been it", async () => {
    await Promise.all([asks(jane, "createShareableLinks", vms), asks(omar, "createShareableLinks", vms)]);
    const { links } = await creators();
    const [link] = links;
    expect(link?.createdBy).toMatch(
      /^one of (?:jane|omar)@contoso\.example, (?:jane|omar)@contoso\.example$/,
    );
  });

  it("says with --since who created and deleted what is not listed any more", async () => {
    await asks(jane, "createShareableLinks", vms);
    await asks(omar, "deleteShareableLinks", vms);
    const { operations = [] } = await creators("--since", "P7D");
    expect(operations.map(({ operation, by, from }) => [operation, by, from])).toStrictEqual([
      ["create", "jane@contoso.example", "203.0.113.7"],
      ["delete", "omar@contoso.example", "203.0.113.7"],
    ]);
    const { out } = await cli(["scan", "--since", "P7D"]);
    expect(out).toMatch(
      /created .*UTC +bas-hub-weu +jane@contoso\.example +203\.0\.113\.7 +not recorded by Azure/,
    );
  });

  it("says so where the log is silent", async () => {
    await open(hub, staging);
    expect((await cli(["scan"])).out).toContain(
      "The Activity Log has no create operation for 1 link. It keeps 90 days, and new entries take minutes to appear.",
    );
  });

  it("goes on where it may not read the log, says which right is missing, and the command that grants it", async () => {
    await limited.open(hub, staging);
    const token = unsignedToken({ ...olga, appid: reader });
    const { code, out, aside } = await limited.cli(["scan"], {
      environment: { WATCHDOG_LOCAL_TOKEN: token },
    });
    expect(code).toBe(2);
    expect(out).toContain("The Activity Log could not be fully read for bas-hub-weu (");
    expect(aside).toContain(
      `olga@contoso.example may not read the Activity Log of bas-hub-weu: ${logAction} is missing.`,
    );
    expect(aside).toContain(`az role assignment create --assignee ${olga.oid} --role 'Bastion Link Scanner'`);
  });
});

const name = (kind: string, index: number): string => `${kind}-${String(index).padStart(3, "0")}`;

/** Two hundred bastions in as many groups, every tenth with links, forty of them on one so that the list has pages. */
async function largeEstate(): Promise<void> {
  const groups = hub.slice(0, hub.indexOf("/rg-hub-weu"));
  const bastions = Array.from({ length: 200 }, (_, index) => ({
    id: `${groups}/${name("rg", index)}/providers/Microsoft.Network/bastionHosts/${name("bas", index)}`,
  }));
  await control("estate", { bastions, vms: [] });
  await control("settings", { pageSize: 15, latencyInMs: 20 });
  for (let index = 0; index < 200; index += 10) {
    for (let count = index === 50 ? 40 : 1 + (index % 3); count > 0; count -= 1) {
      await open(
        bastions[index]?.id ?? "",
        `${groups}/rg-vm/providers/Microsoft.Compute/virtualMachines/${name("vm", index + count)}`,
      );
    }
  }
}

describe("bastion-watchdog scan of two hundred bastions", { timeout: 60_000 }, () => {
  it("finds exactly the links that Resource Graph and one call a bastion find by hand", async () => {
    await largeEstate();
    const byHand = await linksByHand(azure.url(), azure.environment().WATCHDOG_LOCAL_TOKEN);
    const { code, out, aside } = await cli(["scan", "--json"]);
    expect([code, aside]).toStrictEqual([2, ""]);
    const { complete, bastions, links } = reportIn(out);
    expect([complete, bastions.length]).toStrictEqual([true, 200]);
    expect(links).toHaveLength(76);
    expect(links.map(({ linkId }) => linkId).sort()).toStrictEqual(byHand.map(linkIdOf).sort());
  });

  it("shows a bar at a terminal, takes it away when it has finished, and puts the table where it was sent", async () => {
    await largeEstate();
    const { code, screen } = await atTerminal(["scan"], {
      environment: azure.environment(),
      stdoutTo: file("table.txt"),
    });
    expect(code).toBe(2);
    const shown = [...screen.matchAll(/(\d+) of 200/g)].map(([, done]) => Number(done));
    expect(shown.length).toBeGreaterThan(2);
    expect(shown).toStrictEqual(shown.toSorted((a, b) => a - b));
    expect(screen).toContain("■");
    const table = await readFile(file("table.txt"), "utf8");
    expect(table).toMatch(/^76 open links on 200 bastions/);
    expect(table).not.toMatch(/■|\u001b|of 200/);
    const secrets = await secretsOf(azure);
    expect(secrets.length).toBeGreaterThan(150);
    expect(secrets.filter((secret) => `${screen}${table}${azure.printed()}`.includes(secret))).toStrictEqual(
      [],
    );
  });
});
