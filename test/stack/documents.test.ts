import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { defaultFunctionsPort, defaultSimulatedAzureUrl } from "../../local/local-settings.ts";
import { closedLink } from "../../local/scenario/closed-link.ts";
import { jane } from "../../local/scenario/people.ts";
import { fireSweep } from "../../local/scenario/scene.ts";
import { cardSaying, noSweep, stage, withinInMs } from "./stage.ts";

const root = resolve(import.meta.dirname, "../..");
const page = (path: string): string => readFileSync(resolve(root, path), "utf8");
const on = stage({ settings: noSweep });
const hub = "bas-hub-weu";

/** Runs what a document says, typed into bash, with the ports of this stack. Throws where a command of it fails. */
async function typed(commands: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { functionsUrl, azureUrl, key } = on().stack;
  const here = commands
    .replaceAll(`http://127.0.0.1:${defaultFunctionsPort}`, functionsUrl)
    .replaceAll(defaultSimulatedAzureUrl, azureUrl)
    .replaceAll(/\bcurl /g, "curl --silent --show-error --fail-with-body ");
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", here], {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", KEY: key, URL: functionsUrl, ...env },
  });
  return stdout;
}

/** The fenced commands below a heading, block by block. */
function blocksOf(path: string, heading: string): readonly string[] {
  const [, after = ""] = page(path).split(`\n## ${heading}\n`);
  const [section = ""] = after.split("\n## ");
  return [...section.matchAll(/^```bash\n([^]*?)^```/gm)].map(([, block = ""]) => block);
}

const you = () => ({
  BASTION: on().azure.bastionId(hub),
  VM: on().azure.machineId("vm-staging-01"),
  TOKEN: jane.token,
});

const columns = (line: string) => line.trim().split(/ {2,}/);

describe("What documents tell people to type, typed", () => {
  beforeAll(async () => {
    await fireSweep(on().stack);
    await on().quiet();
  });

  it("docs/local-stack.md opens a link, and a scan shows it", async () => {
    const [open = "", scan = ""] = blocksOf("docs/local-stack.md", "Open a link");
    await typed(open, you());
    await cardSaying(on(), "Shareable link opened: vm-staging-01 is reachable from the internet");
    const out = await typed(scan);
    expect(out).toMatch(/^1 open link on 2 bastions/m);
    const [, header = ""] = /\n(VM +BASTION.*)\n/.exec(page("docs/local-stack.md")) ?? [];
    expect(columns(/^VM .*$/m.exec(out)?.[0] ?? "")).toStrictEqual(columns(header));
  });

  it("the README's first command lists the same link, with the columns that the README shows", async () => {
    const command = "npx node src/cli/main.ts scan";
    expect(page("README.md")).toContain(`\n${command}\n`);
    const out = await typed(`${command} || test $? = 2`, {
      WATCHDOG_ARM_ENDPOINT: on().stack.azureUrl,
      WATCHDOG_LOCAL_TOKEN: you().TOKEN,
    });
    const [, shown = ""] = /```text\n([^]*?)```/.exec(page("README.md")) ?? [];
    const [, , header, ...rows] = out.trimEnd().split("\n").map(columns);
    expect(header).toStrictEqual(columns(/^VM .*$/m.exec(shown)?.[0] ?? ""));
    const told = rows.map(([vm, bastion, , by]) => [vm, bastion, by]);
    expect(told).toStrictEqual([["vm-staging-01", "bas-hub-weu", "jane@contoso.example"]]);
  });

  const rows = [...page("docs/api.md").matchAll(/^\| `((?:GET|POST) [^`]+)`.*\| `([^`]+)` *\|$/gm)];

  it("docs/api.md has a call for each route", () => {
    expect(rows.length).toBeGreaterThan(6);
  });

  it.each(rows.map(([, route = "", call = ""]) => ({ route, call })))(
    "docs/api.md: $route answers",
    async ({ call }) => {
      const [link] = (
        JSON.parse(await typed('curl -H "x-functions-key: $KEY" "$URL/api/links"')) as {
          links: { linkId: string }[];
        }
      ).links;
      const linkId = link?.linkId ?? "";
      expect(linkId).toMatch(/^[a-z2-7]{26}$/);
      const real = call.replace(/[a-z2-7]{26}/, linkId);
      expect(await typed(`curl -H "x-functions-key: $KEY" ${real}`)).not.toBe("");
    },
  );

  it("docs/local-stack.md lets hours pass: the channel is warned, and the link is revoked", async () => {
    const [leaps = ""] = blocksOf("docs/local-stack.md", "Let hours pass");
    const [warned = "", revoked = ""] = leaps.trim().split("\n");
    await on().quiet();
    await typed(warned);
    await cardSaying(on(), "the link to vm-staging-01 will be revoked");
    await on().quiet();
    await typed(revoked);
    await closedLink(on().stack, {
      ...{ bastion: hub, vm: "vm-staging-01" },
      ...{ state: "revoked-by-watchdog", withinInMs },
    });
  });
});
