import { describe, expect, it } from "vitest";
import { importsOf, sourcesUnder, usesOf, type Source } from "./imports.ts";

/**
 * DESIGN §4: imports point one way. Each room with the places it may import from; whatever is not listed is forbidden.
 * The first room whose name the path begins with is the file's own.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
  "src/main.ts": ["src/functions/", "src/wiring.ts", "src/config.ts", "src/lazily.ts", "@azure/functions"],
  "src/lazily.ts": [],
  "src/wiring.ts": ["src/lazily.ts", "src/azure/", "src/core/", "src/config.ts"],
  "src/config.ts": ["src/core/domain/", "src/core/flows/settings.ts", "src/azure/", "zod"],
  "src/functions/": [
    "package.json",
    "src/functions/",
    "src/core/",
    "src/config.ts",
    "@azure/functions",
    "zod",
    "negotiator",
    "croner",
    "zod-openapi",
  ],
  "src/core/domain/messages.ts": ["src/core/domain/", "src/core/ports.ts", "zod"],
  "src/core/domain/": ["src/core/domain/", "zod", "tinyduration", "canonicalize", "node:crypto"],
  "src/core/ports.ts": ["src/core/domain/"],
  "src/core/flows/": ["src/core/flows/", "src/core/domain/", "src/core/ports.ts"],
  "src/core/render/": ["src/core/render/", "src/core/domain/"],
  "src/azure/": ["src/azure/", "src/core/domain/", "src/core/ports.ts", "@azure/", "@microsoft/", "zod", "node:"],
  "src/cli/wiring": ["src/cli/", "src/azure/", "src/core/", "src/config.ts", "src/wiring.ts", "node:"],
  "src/cli/terminal.ts": ["src/cli/", "node:", "cli-progress"],
  "src/cli/": ["src/cli/", "src/core/", "src/config.ts", "node:"],
  /** The gallery shows the renderers themselves. */
  "local/cards/": ["local/", "src/core/render/", "src/core/domain/"],
  /** The ready queries are those that the product asks. */
  "local/queries.ts": ["local/", "src/azure/log-queries.ts"],
  "local/": ["local/", "dist/"],
};

function wrongImports(source: Source): readonly string[] {
  const room = Object.keys(rooms).find((name) => source.path.startsWith(name));
  if (room === undefined) return [`${source.path} is in no room`];
  /** What stands in for Azure may use any package, and loads the built app by its path. */
  const isForeign = (name: string) => room.startsWith("local/") && !/^(src|test|bench)\//.test(name);
  const isAllowed = (name: string) =>
    (rooms[room] ?? []).some((place) => name === place || (/[/:]$/.test(place) && name.startsWith(place)));
  return importsOf(source)
    .filter((name) => !isAllowed(name) && !isForeign(name))
    .map((name) => `${source.path} imports ${name}`);
}

const impure =
  /^(Date\.now\(|new Date\(\)|new Date$|Date\(|performance\.now|process\.|globalThis\.|set(Timeout|Interval|Immediate)\(|Math\.random|crypto\.random|randomUUID\(|fetch\()/;
const environment = /^process\.env|^process\["env"\]/;

const impurities = (source: Source): readonly string[] => usesOf(source, impure).map((text) => `${source.path} has ${text}`);
const environmentReads = (source: Source): readonly string[] => usesOf(source, environment).map((text) => `${source.path} has ${text}`);

const sources = sourcesUnder("src", "local");
const core = sources.filter(({ path }) => path.startsWith("src/core/"));

describe("The layers", () => {
  it("import one way only", () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap(wrongImports)).toStrictEqual([]);
  });

  it("keep clock, chance, environment and waiting out of the core", () => {
    expect(core.length).toBeGreaterThan(30);
    expect(core.flatMap(impurities)).toStrictEqual([]);
  });

  it("read the environment in main.ts only", () => {
    expect(sources.filter(({ path }) => /^src\/(?!main\.ts|cli\/)/.test(path)).flatMap(environmentReads)).toStrictEqual([]);
  });
});

describe("The check of the layers", () => {
  it.each([
    ["src/core/domain/planted.ts", 'import { x } from "../flows/sweep.ts";', "src/core/flows/sweep.ts"],
    ["src/core/domain/planted.ts", 'import type { Ports } from "../ports.ts";', "src/core/ports.ts"],
    ["src/core/domain/decide/planted.ts", 'import "../../render/adaptive-card.ts";', "src/core/render/adaptive-card.ts"],
    ["src/core/domain/planted.ts", 'export * from "../../azure/rows.ts";', "src/azure/rows.ts"],
    ["src/core/domain/planted.ts", "import fs from 'node:fs';", "node:fs"],
    ["src/core/domain/planted.ts", 'import "picomatch/posix";', "picomatch/posix"],
    ["src/core/flows/planted.ts", 'const table = await import("../../azure/watch-table.ts");', "src/azure/watch-table.ts"],
    ["src/core/flows/planted.ts", "await import(\n  `../render/safe-text.ts`\n);", "src/core/render/safe-text.ts"],
    ["src/core/flows/planted.ts", "await import(name);", "an import that is computed"],
    ["src/core/flows/planted.ts", 'type A = import("@azure/functions").HttpHandler;', "@azure/functions"],
    ["src/core/flows/planted.ts", 'const { readFile } = require("node:fs/promises");', "node:fs/promises"],
    ["src/core/render/planted.ts", 'import { sweep } from "../flows/sweep.ts";', "src/core/flows/sweep.ts"],
    ["src/azure/planted.ts", 'import { sweep } from "../core/flows/sweep.ts";', "src/core/flows/sweep.ts"],
    ["src/azure/planted.ts", 'import { readConfig } from "../config.ts";', "src/config.ts"],
    ["src/wiring.ts", 'import { scanHttp } from "./functions/scan-http.ts";', "src/functions/scan-http.ts"],
    ["src/functions/planted.ts", 'import { wire } from "../wiring.ts";', "src/wiring.ts"],
    ["src/functions/planted.ts", 'import { teamsWorkflow } from "../azure/teams-workflow.ts";', "src/azure/teams-workflow.ts"],
    ["src/main.ts", 'import { reconcile } from "./core/flows/reconcile.ts";', "src/core/flows/reconcile.ts"],
    ["local/planted.ts", 'import { at } from "../test/memory/clock.ts";', "test/memory/clock.ts"],
    ["local/cards/planted.ts", 'import { teamsWorkflow } from "../../src/azure/teams-workflow.ts";', "src/azure/teams-workflow.ts"],
    ["local/deep/planted.ts", 'import type { Alert } from "../../src/core/domain/alert.ts";', "src/core/domain/alert.ts"],
  ])("finds what is planted into %s: %s", (path, text, found) => {
    expect(wrongImports({ path, text })).toStrictEqual([`${path} imports ${found}`]);
  });

  it("asks for a room for every file", () => {
    expect(wrongImports({ path: "src/utils/planted.ts", text: "" })).toStrictEqual(["src/utils/planted.ts is in no room"]);
  });

  it("takes words in comments and texts for what they are", () => {
    const text = '// import "../../azure/rows.ts"\nexport const words = \'import "node:fs"; Date.now()\'; /* setTimeout(x) */';
    const source = { path: "src/core/domain/planted.ts", text };
    expect([...wrongImports(source), ...impurities(source)]).toStrictEqual([]);
  });

  it.each([
    "Date.now()",
    "new Date()",
    "performance.now()",
    "process.env",
    "process.hrtime()",
    "Math.random()",
    "setTimeout(go, 1)",
    "fetch(url)",
  ])("finds %s in the core", (code) => {
    expect(impurities({ path: "src/core/flows/planted.ts", text: `export const planted = ${code};` }).length).toBeGreaterThan(0);
  });

  it.each(["process.env.WATCHDOG_MODE", 'process.env["WATCHDOG_MODE"]', "process.env"])("finds %s outside main.ts", (code) => {
    expect(environmentReads({ path: "src/wiring.ts", text: `export const planted = ${code};` }).length).toBeGreaterThan(0);
  });

  it("lets a date be made of a number", () => {
    expect(
      impurities({ path: "src/core/domain/planted.ts", text: "export const day = new Date(0).toISOString() + Date.UTC(2019, 0);" }),
    ).toStrictEqual([]);
  });
});
