import { isBuiltin } from "node:module";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageApp } from "../../../local/build/package-app.ts";

const entrySource = `
import { app } from "@azure/functions";
app.http("lazy", { handler: async () => ({ body: (await import("./late.ts")).late }) });
app.http("other", { handler: async () => ({ body: (await import("./later.ts")).later }) });
`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "package-app-"));
  await writeFile(join(directory, "entry.ts"), entrySource);
  await writeFile(join(directory, "shared.ts"), `export const shared = "shared".repeat(2);`);
  await writeFile(
    join(directory, "late.ts"),
    `import { shared } from "./shared.ts"; export const late = "late " + shared;`,
  );
  await writeFile(
    join(directory, "later.ts"),
    `import { shared } from "./shared.ts"; export const later = "later " + shared;`,
  );
});
afterAll(() => rm(directory, { recursive: true }));

const build = (name: string) =>
  packageApp({ entry: join(directory, "entry.ts"), outdir: join(directory, name) });

const contents = async (app: string, files: readonly string[]) =>
  Promise.all(files.map((file) => readFile(join(app, file), "utf8")));

/** What a bundle imports by name from outside itself. Its one `require` is behind a helper, so the packager has to name that. */
function bareImports(code: string): readonly string[] {
  const named = [
    ...code.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["']([^"'./][^"']*)["']/g),
  ].map((match) => match[1] ?? "");
  return [...new Set(named)].filter((name) => !isBuiltin(name));
}

describe("the package", () => {
  it("holds the bundle, its lazy chunks, package.json and host.json, and nothing else", async () => {
    const { files, bytes } = await build("whole");
    expect(files.filter((file) => !file.startsWith("chunks/"))).toEqual([
      "host.json",
      "main.js",
      "package.json",
    ]);
    expect(files.filter((file) => /^chunks\/(late|later|chunk)-\w+\.js$/.test(file))).toHaveLength(
      files.length - 3,
    );
    expect(files.some((file) => file.startsWith("chunks/late-"))).toBe(true);
    expect(bytes).toBeLessThan(200_000);
  });

  it("says how the worker starts it", async () => {
    const { directory: app } = await build("manifest");
    expect(JSON.parse(await readFile(join(app, "package.json"), "utf8"))).toEqual({
      name: "bastion-watchdog",
      version: "0.2.0",
      type: "module",
      main: "main.js",
    });
    expect(await readFile(join(app, "host.json"), "utf8")).toBe(await readFile("host.json", "utf8"));
  });

  it("holds the version of the project, and nothing else of its package.json", async () => {
    const entry = join(directory, "versioned.ts");
    await writeFile(
      entry,
      `import manifest from "${resolve("package.json")}" with { type: "json" }; console.log(manifest);`,
    );
    const { directory: app } = await packageApp({ entry, outdir: join(directory, "versioned") });
    const code = await readFile(join(app, "main.js"), "utf8");
    expect(/\{version:"([^"]*)"\}/.exec(code)?.[1]).toBe("0.2.0");
    expect(code).not.toMatch(/devDependencies|scripts|vitest/);
  });

  it("leaves only @azure/functions-core for the worker to provide", async () => {
    const { directory: app, files, externals } = await build("closed");
    const code = await contents(
      app,
      files.filter((file) => file.endsWith(".js")),
    );
    expect(externals).toEqual(["@azure/functions-core"]);
    expect(bareImports(code.join("\n"))).toEqual([]);
    expect(code.join("\n")).toContain('("@azure/functions-core")');
  });

  it("is the same on every build", async () => {
    const [first, second] = await Promise.all([build("first"), build("second")]);
    expect(second.files).toEqual(first.files);
    expect(await contents(second.directory, second.files)).toEqual(
      await contents(first.directory, first.files),
    );
  });

  it("replaces whatever was there, and leaves no draft behind", async () => {
    await mkdir(join(directory, "replaced/chunks"), { recursive: true });
    await writeFile(join(directory, "replaced/chunks/old-ABC.js"), "old");
    const { files } = await build("replaced");
    expect(files.some((file) => file.includes("old-"))).toBe(false);
    expect(await readdir(join(directory, "replaced"))).toEqual([
      "chunks",
      "host.json",
      "main.js",
      "package.json",
    ]);
    expect((await readdir(directory)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("survives being built by many at once", async () => {
    await mkdir(join(directory, "crowded"), { recursive: true });
    await writeFile(join(directory, "crowded/stale.js"), "old");
    const builds = await Promise.all(Array.from({ length: 6 }, () => build("crowded")));
    expect(await readdir(join(directory, "crowded"))).toEqual([
      "chunks",
      "host.json",
      "main.js",
      "package.json",
    ]);
    expect(new Set(builds.map((app) => app.bytes)).size).toBe(1);
  });

  it("that does not compile is an error, and what was there stays", async () => {
    await build("kept");
    await writeFile(join(directory, "broken.ts"), "export const = 1;");
    await expect(
      packageApp({ entry: join(directory, "broken.ts"), outdir: join(directory, "kept") }),
    ).rejects.toThrow("Build failed");
    expect(await readdir(join(directory, "kept"))).toEqual([
      "chunks",
      "host.json",
      "main.js",
      "package.json",
    ]);
  });
});

/** The real worker: hooks `require`, then `import()`s the entry. Registrations land in the core it provides; outside it the package only warns. */
const workerSource = `
const Module = require("node:module");
const { parentPort, workerData } = require("node:worker_threads");
const registered = [];
const core = { registerFunction: (metadata) => registered.push(metadata.name), setProgrammingModel: () => {}, registerHook: () => {}, log: () => {} };
const original = Module.prototype.require;
Module.prototype.require = function (id) { return id === "@azure/functions-core" ? core : original.apply(this, arguments); };
import(workerData).then(() => parentPort.postMessage(registered), (error) => parentPort.postMessage(String(error)));
`;

it("the entry loads by import() with nothing but a core, as the real worker loads it", async () => {
  const { directory: app } = await build("contract");
  const worker = new Worker(workerSource, {
    eval: true,
    workerData: pathToFileURL(join(app, "main.js")).href,
  });
  const message = await new Promise((resolve) => worker.once("message", resolve));
  await worker.terminate();
  expect(message).toEqual(["lazy", "other"]);
});
