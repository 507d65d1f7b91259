import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { readBicep } from "../../infra/check/bicep-file.ts";
import { readTree } from "../../infra/check/bicep-tree.ts";
import { checkFiles, checkInfra, committedSnapshot } from "../../infra/check/check.ts";
import { actionsIn, readProduct } from "../../infra/check/product.ts";
import { notDeployed } from "../../infra/check/rules/settings.ts";
import { parsePolicy } from "../../src/core/domain/policy.ts";
import { keyFaults } from "./key-faults.ts";
import { languageFaults } from "./language-faults.ts";
import { rightFaults } from "./right-faults.ts";

const parametersSchema = z.object({ parameters: z.record(z.string(), z.object({ value: z.unknown() })) });

const infra = resolve(import.meta.dirname, "../../infra");
const product = readProduct();
const snapshot = await committedSnapshot();
const files = await readTree(infra);

describe("The infrastructure", () => {
  it("has no fault that can be found without Azure", async () => {
    const report = await checkInfra(infra);
    expect(report.findings).toStrictEqual([]);
    expect(report.files).toBeGreaterThan(14);
    expect(report.resources).toBeGreaterThan(40);
  });

  it("leaves out only settings that exist", () => {
    expect(Object.keys(notDeployed).filter((name) => !product.settingNames.includes(name))).toStrictEqual([]);
  });

  it("is given every parameter it needs, and no other, by azd", async () => {
    const given = Object.keys(parametersSchema.parse(JSON.parse(await readFile(join(infra, "main.parameters.json"), "utf8"))).parameters);
    const main = files.find(({ path }) => path === "main.bicep")?.parameters ?? [];
    expect(given.filter((name) => !main.some((parameter) => parameter.name === name))).toStrictEqual([]);
    expect(main.filter(({ name, isRequired }) => isRequired && !given.includes(name))).toStrictEqual([]);
  });

  it("is what azure.yaml deploys, with the directory that the bundle goes to", async () => {
    expect(parse(await readFile(join(infra, "../azure.yaml"), "utf8"))).toMatchObject({
      infra: { provider: "bicep", path: "infra", module: "main" },
      services: { watchdog: { host: "function", dist: "dist/app", hooks: { prepackage: { run: "npm run bundle" } } } },
    });
  });

  it("names its outputs as the scripts ask for them", async () => {
    const scripts = (await readdir(infra)).filter((name) => name.endsWith(".sh"));
    const texts = await Promise.all(scripts.map((name) => readFile(join(infra, name), "utf8")));
    const asked = texts.flatMap((text) => [...text.matchAll(/\$\((?:output|deployed) (\w+)\)/g)].map(([, name = ""]) => name));
    const outputs = files.find(({ path }) => path === "main.bicep")?.outputs ?? new Set();
    expect(asked).toContain("storageAccountId");
    expect(asked.filter((name) => !outputs.has(name))).toStrictEqual([]);
  });

  it("has types for what it uses, and for nothing else", () => {
    const used = new Set(files.flatMap(({ resources }) => resources.map(({ type, version }) => `${type}@${version}`)));
    expect([...Object.keys(snapshot.resources), ...snapshot.unprinted].sort()).toStrictEqual([...used].sort());
  });

  it("deploys a policy that the watchdog reads", async () => {
    expect(parsePolicy(await readFile(join(infra, "watchdog-policy.json"), "utf8"))).toMatchObject({
      policy: { rules: [{ name: "default", ttl: 28_800_000, maxLifetime: 604_800_000 }] },
    });
  });

  it("grants what the code itself says that it calls", () => {
    expect([...product.actions.keys()].sort()).toStrictEqual([
      "microsoft.compute/virtualmachines/read",
      "microsoft.network/bastionhosts/deleteshareablelinks/action",
      "microsoft.network/bastionhosts/deleteshareablelinksbytoken/action",
      "microsoft.network/bastionhosts/disconnectactivesessions/action",
      "microsoft.network/bastionhosts/getactivesessions/action",
      "microsoft.network/bastionhosts/getshareablelinks/action",
      "microsoft.network/bastionhosts/read",
      "microsoft.network/locations/operationresults/read",
    ]);
    const text = 'import { putBastionShareableLink } from "@azure/arm-network/api";';
    expect([...actionsIn([{ path: "src/planted.ts", text }])]).toContainEqual([
      "microsoft.network/bastionhosts/createshareablelinks/action",
      "src/planted.ts",
    ]);
  });
});

describe("The check of the infrastructure", () => {
  it.each([...languageFaults, ...keyFaults, ...rightFaults])("finds %s", async (...[, path, from, to, found]) => {
    const text = await readFile(join(infra, path), "utf8");
    expect(text).toContain(from);
    const planted = await readBicep(path, text.replace(from, to));
    const findings = checkFiles([planted, ...files.filter((file) => file.path !== path)], { snapshot, product });
    expect(findings.map((finding) => `${finding.path} ${finding.rule}: ${finding.message}`)).toStrictEqual(found);
  });

  it("takes a directory, says where the fault is, and fails", async () => {
    const copy = await mkdtemp(join(tmpdir(), "infra-"));
    try {
      await cp(infra, copy, { recursive: true });
      const place = join(copy, "modules/identity.bicep");
      await writeFile(place, (await readFile(place, "utf8")).replace("location: location", "place: location"));
      const check = () => execFileSync(process.execPath, [join(infra, "check/main.ts"), copy], { encoding: "utf8", stdio: "pipe" });
      expect(check).toThrow(
        expect.objectContaining({ status: 1, stdout: expect.stringContaining("modules/identity.bicep:8:3 types: ") as string }),
      );
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });

  it("refuses a directory without Bicep", async () => {
    await expect(checkInfra(import.meta.dirname)).rejects.toThrow("There is no .bicep file");
  });
});
