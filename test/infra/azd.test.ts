import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { readDeployment } from "../../infra/check/deployment.ts";
import { textsInGit } from "../house/files.ts";
import { resolveParameters, type AzdSurroundings } from "./az/azd-parameters.ts";

const infra = resolve(import.meta.dirname, "../../infra");
const { parameters: types = {} } = readDeployment(infra).program.template;
const { parameters: file } = z
  .object({ parameters: z.record(z.string(), z.object({ value: z.string() })) })
  .parse(JSON.parse(readFileSync(resolve(infra, "main.parameters.json"), "utf8")));
const given = (surroundings: AzdSurroundings) => resolveParameters(file, types, surroundings);

const least = { AZURE_ENV_NAME: "watchdog", AZURE_LOCATION: "westeurope" };
const always = {
  environmentName: "watchdog",
  location: "westeurope",
  mode: "enforce",
  timeZone: "UTC",
  topicResourceGroupName: "rg-bastion-watchdog-events",
  keepEvidence: true,
};
const reference = "akvs://00000000-0000-0000-0000-000000000001/kv-team/teams";
const secure = Object.keys(types).filter((name) => types[name]?.type?.toLowerCase() === "securestring");
const variableOf = (name: string): string => /^\$\{(\w+)\}$/.exec(file[name]?.value ?? "")?.[1] ?? "";

describe("What azd deploys", () => {
  it("is Bicep's defaults where its environment says nothing, and no secret", () => {
    expect(given({ environment: least })).toStrictEqual(always);
  });

  it("is the secret that a reference names, and the reference where no secret belongs", () => {
    const environment = { ...least, WATCHDOG_TEAMS_WEBHOOK_URL: reference, WATCHDOG_MAIL_TO: reference };
    expect(given({ environment, secrets: { [reference]: "https://flow.example" } })).toStrictEqual({
      ...always,
      teamsWebhookUrl: "https://flow.example",
      mailTo: reference,
    });
    expect(() => given({ environment })).toThrow("fetching secret value from key vault");
  });

  it("is what the shell says where azd's environment does not, and Bicep's default again for an empty text", () => {
    const shell = { WATCHDOG_MODE: "observe", WATCHDOG_TIME_ZONE: "Europe/Berlin" };
    const environment = { ...least, WATCHDOG_MODE: "enforce", WATCHDOG_WEBHOOK_SECRET_NEXT: "" };
    expect(given({ environment, shell })).toStrictEqual({ ...always, timeZone: "Europe/Berlin" });
  });

  it("takes every secret from a variable of its own, whole, so that it can be a reference", () => {
    expect(secure.map((name) => [name, variableOf(name)])).toStrictEqual([
      ["teamsWebhookUrl", "WATCHDOG_TEAMS_WEBHOOK_URL"],
      ["formKey", "WATCHDOG_FORM_KEY"],
      ["webhookSecret", "WATCHDOG_WEBHOOK_SECRET"],
      ["webhookSecretNext", "WATCHDOG_WEBHOOK_SECRET_NEXT"],
    ]);
  });
});

describe("Before azd changes anything", () => {
  const { hooks } = z
    .object({
      hooks: z.record(z.string(), z.object({ run: z.string(), continueOnError: z.boolean().optional() })),
    })
    .parse(parse(readFileSync(resolve(infra, "../azure.yaml"), "utf8")));
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(resolve(infra, "../package.json"), "utf8")));

  it("the new version judges the policy that Bicep takes, and what it refuses ends the deployment", () => {
    const check = { run: "npm run --silent check:policy" };
    expect([hooks["preprovision"], hooks["predeploy"]]).toStrictEqual([check, check]);
    expect(scripts["check:policy"]).toBe("node src/cli/main.ts policy check infra/watchdog-policy.json");
    expect(readFileSync(resolve(infra, "main.bicep"), "utf8")).toContain(
      "loadTextContent('watchdog-policy.json')",
    );
  });

  it("that is so: a policy of the kind that was taken before ends with another code than 0", () => {
    const folder = mkdtempSync(join(tmpdir(), "policy-"));
    const words = (scripts["check:policy"] ?? "").split(" ").slice(1);
    const judged = [
      '{"rules":[{"name":"a","match":{"vm":"vm-prod-db-01"}}]}',
      '{"rules":[{"name":"a"}]}',
    ].map((policy) => {
      mkdirSync(join(folder, "infra"), { recursive: true });
      writeFileSync(join(folder, "infra/watchdog-policy.json"), policy);
      const [main = "", ...rest] = words;
      return spawnSync(process.execPath, [resolve(infra, "..", main), ...rest], { cwd: folder }).status;
    });
    rmSync(folder, { recursive: true });
    expect(judged).toStrictEqual([2, 0]);
  });
});

/** What would leave a secret in azd's file, in a history or in a process list. */
function leaks(text: string): readonly string[] {
  const names = secure.map(variableOf).join("|");
  const isReference = /^"?(akvs:\/\/|\$\(azd env get-value )|^""/;
  const kept = [...text.matchAll(new RegExp(`azd env set (?:${names})[ =]+(\\S.*)`, "g"))].filter(
    ([, value = ""]) => !isReference.test(value),
  );
  const typed = text.matchAll(new RegExp(`(?<=^|[\\s\`])(?:${secure.join("|")})=\\S+`, "gm"));
  return [...kept, ...typed].map(([words]) => words);
}

describe("What people are told to type", () => {
  it("keeps no secret in clear", () => {
    const told = textsInGit().filter(({ path }) => /\.(md|sh|ya?ml|bicep)$|^\.ci\//.test(path));
    expect(told.some(({ text }) => text.includes("azd env set-secret WATCHDOG_TEAMS_WEBHOOK_URL"))).toBe(
      true,
    );
    expect(told.flatMap(({ path, text }) => leaks(text).map((leak) => `${path}: ${leak}`))).toStrictEqual([]);
  });

  it.each([
    'azd env set WATCHDOG_TEAMS_WEBHOOK_URL "<URL of the Teams flow>"',
    'azd env set WATCHDOG_FORM_KEY "$(openssl rand -base64 48)"',
    'azd env set WATCHDOG_TEAMS_WEBHOOK_URL "$URL"; unset URL',
    "azd env set WATCHDOG_WEBHOOK_SECRET=abc",
    "az deployment sub create --parameters location=westeurope formKey=abc",
  ])("is refused where it says: %s", (line) => {
    expect(leaks(line)).toHaveLength(1);
  });
});
