import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { bundleOptions } from "../../local/build/bundle-options.ts";

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const folder = ".github/workflows/";
const workflows = readdirSync(new URL(`../../${folder}`, import.meta.url)).map((name) => folder + name);
const versions = z.record(z.string(), z.string());
const manifest = z
  .object({
    engines: z.object({ node: z.string() }),
    devDependencies: versions,
    optionalDependencies: versions,
  })
  .parse(JSON.parse(text("package.json")));
const lock = z
  .object({ packages: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(text("package-lock.json")));

/** npm installs the one whose `os` and `cpu` fit, and links its `bin`, without running a script. */
const carriers = Object.entries(manifest.optionalDependencies);
const carrier = z.object({
  version: z.string(),
  integrity: z.string().startsWith("sha512-"),
  os: z.enum(["darwin", "linux", "win32"]),
  cpu: z.enum(["arm64", "x64"]),
  bin: z.strictObject({ node: z.string() }),
  hasInstallScript: z.undefined().optional(),
});
const locked = carriers.map(([name]) => carrier.parse(lock.packages[`node_modules/${name}`]));

describe("The Node of this project", () => {
  it("comes for every platform as a locked binary that no script installs", () => {
    expect(locked.map(({ os, cpu }) => `${os} ${cpu}`).sort()).toStrictEqual([
      "darwin arm64",
      "darwin x64",
      "linux arm64",
      "linux x64",
      "win32 x64",
    ]);
    expect(locked.map(({ version }) => version)).toStrictEqual(carriers.map(([, version]) => version));
  });

  it("runs these tests, whichever Node the machine has", () => {
    const here = locked.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
    expect(process.version).toMatch(`v${here?.version ?? "24."}`);
  });

  it.each([
    ["what it asks of a machine", [manifest.engines.node.replace(">=", "")]],
    ["every platform's binary", carriers.map(([, version]) => version)],
    ["the types", [manifest.devDependencies["@types/node"] ?? ""]],
    ["the bundles", [bundleOptions.target.replace("node", "")]],
    [
      "the app in Azure",
      [...text("infra/modules/function-app.bicep").matchAll(/name: 'node', version: '(\d+)'/g)].map(
        ([, v]) => v,
      ),
    ],
    [
      "the workflows",
      workflows.flatMap((path) => [...text(path).matchAll(/node-version: (\d+)/g)]).map(([, v]) => v),
    ],
  ])("is 24 for %s", (_, found) => {
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((version) => version?.split(".")[0] !== "24")).toStrictEqual([]);
  });

  it("is all that CI and workflows install: no package runs a script", () => {
    const installs = [".ci/run", ...workflows].flatMap(
      (path) => text(path).match(/(?<=^|run: )npm ci.*/gm) ?? [],
    );
    expect(installs.length).toBeGreaterThan(2);
    expect(new Set(installs)).toStrictEqual(new Set(["npm ci --ignore-scripts"]));
  });
});
