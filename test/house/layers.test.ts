import { describe, expect, it } from "vitest";
import { importsOf, sourcesUnder, usesOf, type Source } from "./imports.ts";
import { circlesIn, entriesByFolder, importsAmong, importsBetween, namesWithSeveralHomes } from "./shape.ts";

/**
 * Imports point one way. Each room with the places it may import from; whatever is not listed is forbidden.
 * The first room whose name the path begins with is the file's own.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
  "src/main.ts": ["src/functions/", "src/wiring.ts", "src/config/", "src/lazily.ts", "@azure/functions"],
  "src/lazily.ts": [],
  "src/wiring.ts": ["src/lazily.ts", "src/azure/", "src/core/", "src/config/"],
  "src/config/": ["src/config/", "src/core/domain/", "src/core/flows/settings.ts", "src/azure/", "zod"],
  "src/functions/": [
    "package.json",
    "src/functions/",
    "src/core/",
    "src/config/",
    "@azure/functions",
    "zod",
    "negotiator",
    "croner",
    "zod-openapi",
  ],
  "src/core/domain/policy/reading/": ["src/core/domain/", "zod", "@humanwhocodes/momoa"],
  "src/core/domain/": ["src/core/domain/", "zod", "tinyduration", "canonicalize", "node:crypto"],
  "src/core/ports.ts": ["src/core/domain/"],
  "src/core/flows/": ["src/core/flows/", "src/core/domain/", "src/core/ports.ts", "p-map"],
  "src/core/render/reports/answer-schemas.ts": ["src/core/domain/", "zod"],
  "src/core/render/alert/event-schema.ts": ["src/core/domain/", "zod"],
  "src/core/render/alert/cloud-event.ts": ["src/core/render/", "src/core/domain/", "zod"],
  "src/core/render/": ["src/core/render/", "src/core/domain/"],
  "src/azure/": [
    "src/azure/",
    "src/core/domain/",
    "src/core/ports.ts",
    "@azure/",
    "@microsoft/",
    "zod",
    "p-map",
    "node:",
  ],
  "src/cli/wiring/": ["src/cli/", "src/azure/", "src/core/", "src/config/", "src/wiring.ts", "node:"],
  "src/cli/terminal.ts": ["src/cli/", "node:", "cli-progress"],
  "src/cli/": ["src/cli/", "src/core/", "src/config/", "p-map", "node:"],
  /** The gallery shows the renderers themselves. */
  "local/generate/cards/": ["local/", "src/core/render/", "src/core/domain/"],
  /** The published schema is that of the renderer. */
  "local/generate/event-schema.ts": ["local/", "src/core/render/alert/event-schema.ts"],
  /** The ready queries are those that the product asks. */
  "local/generate/queries.ts": ["local/", "src/azure/log-analytics/queries.ts"],
  /** Settings and help are documented as they are read, facts as they are written. */
  "local/generate/reference/": [
    "local/",
    "src/config/config.ts",
    "src/cli/",
    "src/core/domain/ledger/ledger.ts",
    "src/core/domain/reports/fact-shapes.ts",
    "src/core/render/words/fact-words.ts",
  ],
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

/** What the rooms of Azure's services share: requests, tokens, Resource Manager. None of them knows another but these. */
const shared = ["src/azure/arm/", "src/azure/identity/", "src/azure/http/"];
const serviceOf = (path: string): string | undefined => /^src\/azure\/[^/]+\//.exec(path)?.[0];

function wrongNeighbours(source: Source): readonly string[] {
  const own = serviceOf(source.path);
  if (own === undefined) return [];
  const isStrange = (service: string | undefined) =>
    service !== undefined && service !== own && !shared.includes(service);
  return importsOf(source)
    .filter((name) => isStrange(serviceOf(name)))
    .map((name) => `${source.path} imports ${name}`);
}

/** A room is seen at a glance. */
const mostEntries = 16;
const crowdedFolders = (paths: readonly string[]): readonly string[] =>
  [...entriesByFolder(paths)]
    .filter(([, names]) => names.size > mostEntries)
    .map(([folder, names]) => `${folder} holds ${names.size}`);

const impure =
  /^(Date\.now\(|new Date\(\)|new Date$|Date\(|performance\.now|process\.|globalThis\.|set(Timeout|Interval|Immediate)\(|Math\.random|crypto\.random|randomUUID\(|fetch\()/;
const environment = /^process\.env|^process\["env"\]/;

const impurities = (source: Source): readonly string[] =>
  usesOf(source, impure).map((text) => `${source.path} has ${text}`);
const environmentReads = (source: Source): readonly string[] =>
  usesOf(source, environment).map((text) => `${source.path} has ${text}`);

const sources = sourcesUnder("src", "local");
const core = sources.filter(({ path }) => path.startsWith("src/core/"));

describe("The layers", () => {
  it("import one way only", () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap(wrongImports)).toStrictEqual([]);
  });

  it("let no adapter of one Azure service know another's", () => {
    expect(sources.filter(({ path }) => serviceOf(path) !== undefined).length).toBeGreaterThan(30);
    expect(sources.flatMap(wrongNeighbours)).toStrictEqual([]);
  });

  it("import in no circle, type-only imports included: no file, and no room", () => {
    const imports = importsAmong(sources);
    const folders = [...entriesByFolder([...imports.keys()]).keys()];
    expect(circlesIn(imports)).toStrictEqual([]);
    expect(folders.flatMap((folder) => circlesIn(importsBetween(folder, imports)))).toStrictEqual([]);
  });

  it("are rooms of at most sixteen files and rooms", () => {
    expect(
      crowdedFolders(sources.map(({ path }) => path).filter((path) => path.startsWith("src/"))),
    ).toStrictEqual([]);
  });

  it("export no name from two files of src", () => {
    expect(namesWithSeveralHomes(sources.filter(({ path }) => path.startsWith("src/")))).toStrictEqual([]);
  });

  it("keep clock, chance, environment and waiting out of the core", () => {
    expect(core.length).toBeGreaterThan(30);
    expect(core.flatMap(impurities)).toStrictEqual([]);
  });

  it("read the environment in main.ts only", () => {
    expect(
      sources.filter(({ path }) => /^src\/(?!main\.ts|cli\/)/.test(path)).flatMap(environmentReads),
    ).toStrictEqual([]);
  });
});

describe("The check of the layers", () => {
  it.each([
    [
      "src/core/domain/planted.ts",
      'import { x } from "../flows/watch/sweep.ts";',
      "src/core/flows/watch/sweep.ts",
    ],
    ["src/core/domain/planted.ts", 'import type { Ports } from "../ports.ts";', "src/core/ports.ts"],
    [
      "src/core/domain/decide/planted.ts",
      'import "../../render/alert/adaptive-card.ts";',
      "src/core/render/alert/adaptive-card.ts",
    ],
    ["src/core/domain/planted.ts", 'export * from "../../azure/table/rows.ts";', "src/azure/table/rows.ts"],
    ["src/core/domain/planted.ts", "import fs from 'node:fs';", "node:fs"],
    ["src/core/domain/planted.ts", 'import "picomatch/posix";', "picomatch/posix"],
    [
      "src/core/flows/planted.ts",
      'const table = await import("../../azure/table/watch-table.ts");',
      "src/azure/table/watch-table.ts",
    ],
    [
      "src/core/flows/planted.ts",
      "await import(\n  `../render/text/safe-text.ts`\n);",
      "src/core/render/text/safe-text.ts",
    ],
    ["src/core/flows/planted.ts", "await import(name);", "an import that is computed"],
    ["src/core/flows/planted.ts", 'type A = import("@azure/functions").HttpHandler;', "@azure/functions"],
    ["src/core/flows/planted.ts", 'const { readFile } = require("node:fs/promises");', "node:fs/promises"],
    [
      "src/core/render/planted.ts",
      'import { sweep } from "../flows/watch/sweep.ts";',
      "src/core/flows/watch/sweep.ts",
    ],
    [
      "src/azure/planted.ts",
      'import { sweep } from "../core/flows/watch/sweep.ts";',
      "src/core/flows/watch/sweep.ts",
    ],
    ["src/azure/planted.ts", 'import { readConfig } from "../config/config.ts";', "src/config/config.ts"],
    [
      "src/wiring.ts",
      'import { scanHttp } from "./functions/api/scan-http.ts";',
      "src/functions/api/scan-http.ts",
    ],
    ["src/functions/planted.ts", 'import { wire } from "../wiring.ts";', "src/wiring.ts"],
    [
      "src/functions/planted.ts",
      'import { teamsWorkflow } from "../azure/webhooks/teams-workflow.ts";',
      "src/azure/webhooks/teams-workflow.ts",
    ],
    [
      "src/main.ts",
      'import { reconcile } from "./core/flows/watch/reconcile.ts";',
      "src/core/flows/watch/reconcile.ts",
    ],
    ["local/planted.ts", 'import { at } from "../test/memory/clock.ts";', "test/memory/clock.ts"],
    [
      "local/generate/cards/planted.ts",
      'import "../../../src/azure/webhooks/teams-workflow.ts";',
      "src/azure/webhooks/teams-workflow.ts",
    ],
    [
      "local/deep/planted.ts",
      'import type { Alert } from "../../src/core/domain/alerts/alert.ts";',
      "src/core/domain/alerts/alert.ts",
    ],
  ])("finds what is planted into %s: %s", (path, text, found) => {
    expect(wrongImports({ path, text })).toStrictEqual([`${path} imports ${found}`]);
  });

  it.each([
    [
      "src/azure/graph/planted.ts",
      'import { queues } from "../storage/queues.ts";',
      ["src/azure/storage/queues.ts"],
    ],
    ["src/azure/http/planted.ts", 'type Row = import("../table/rows.ts").Row;', ["src/azure/table/rows.ts"]],
    [
      "src/azure/graph/planted.ts",
      'import "../http/excerpt.ts"; import "./graph-mail.ts"; import "../../core/ports.ts";',
      [],
    ],
    ["src/azure/planted.ts", 'import "./storage/queues.ts";', []],
  ])("holds the services apart in %s: %s", (path, text, found) => {
    expect(wrongNeighbours({ path, text })).toStrictEqual(found.map((name) => `${path} imports ${name}`));
  });

  it("finds circles of files and of rooms", () => {
    const imports = importsAmong([
      { path: "src/a/one.ts", text: 'import type { Two } from "../b/two.ts";' },
      { path: "src/b/two.ts", text: "export interface Two {}" },
      { path: "src/b/three.ts", text: 'import "../a/four.ts";' },
      { path: "src/a/four.ts", text: 'export const load = () => import("./five.ts");' },
      { path: "src/a/five.ts", text: 'type Four = import("./four.ts").Four;' },
    ]);
    expect(circlesIn(imports)).toStrictEqual(["src/a/five.ts, src/a/four.ts"]);
    expect(circlesIn(importsBetween("src", imports))).toStrictEqual(["a, b"]);
    expect(circlesIn(importsBetween("src/b", imports))).toStrictEqual([]);
  });

  it("finds a name with two homes, and none where it is only handed on", () => {
    const [one, two] = ["src/a/one.ts", "src/b/two.ts"];
    expect(
      namesWithSeveralHomes([
        { path: one, text: "export interface Place {}\nexport const placeOf = 1;" },
        {
          path: two,
          text: 'export const Place = 2;\nexport { placeOf } from "../a/one.ts";\nconst other = 3;',
        },
      ]),
    ).toStrictEqual([`Place: ${one}, ${two}`]);
  });

  it("counts files and folders of a room, not what is further down", () => {
    const paths = Array.from({ length: 16 }, (_, index) => `src/room/${index}.ts`);
    expect(crowdedFolders([...paths, "src/room/1.ts"])).toStrictEqual([]);
    expect(crowdedFolders([...paths, "src/room/deep/1.ts", "src/room/deep/2.ts"])).toStrictEqual([
      "src/room holds 17",
    ]);
  });

  it("asks for a room for every file", () => {
    expect(wrongImports({ path: "src/utils/planted.ts", text: "" })).toStrictEqual([
      "src/utils/planted.ts is in no room",
    ]);
  });

  it("takes words in comments and texts for what they are", () => {
    const text =
      '// import "../../azure/table/rows.ts"\nexport const words = \'import "node:fs"; Date.now()\'; /* setTimeout(x) */';
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
    expect(
      impurities({ path: "src/core/flows/planted.ts", text: `export const planted = ${code};` }).length,
    ).toBeGreaterThan(0);
  });

  it.each(["process.env.WATCHDOG_MODE", 'process.env["WATCHDOG_MODE"]', "process.env"])(
    "finds %s outside main.ts",
    (code) => {
      expect(
        environmentReads({ path: "src/wiring.ts", text: `export const planted = ${code};` }).length,
      ).toBeGreaterThan(0);
    },
  );

  it("lets a date be made of a number", () => {
    expect(
      impurities({
        path: "src/core/domain/planted.ts",
        text: "export const day = new Date(0).toISOString() + Date.UTC(2019, 0);",
      }),
    ).toStrictEqual([]);
  });
});
