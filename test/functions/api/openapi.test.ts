import { Ajv2020 } from "ajv/dist/2020.js";
import type { HttpHandler } from "@azure/functions";
import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/config/config.ts";
import { hours } from "../../../src/core/domain/time.ts";
import { bastionsHttp } from "../../../src/functions/api/bastions-http.ts";
import { healthHttp, misconfiguredHttp, statusHttp } from "../../../src/functions/api/status-http.ts";
import { ledgerHttp } from "../../../src/functions/api/ledger-http.ts";
import { linkHttp, linksHttp } from "../../../src/functions/api/links-http.ts";
import { openapiHttp } from "../../../src/functions/api/openapi-http.ts";
import { scanHttp } from "../../../src/functions/api/scan-http.ts";
import { importsOf, sourcesUnder } from "../../house/imports.ts";
import { at } from "../../memory/clock.ts";
import { vmId } from "../../memory/samples.ts";
import { ask } from "./answers.ts";
import { livelyApp, quietApp, type MachineApp } from "./machine-app.ts";

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
let document: Document;
let lively: Awaited<ReturnType<typeof livelyApp>>;
let broken: MachineApp;
beforeAll(async () => {
  lively = await livelyApp();
  broken = quietApp();
  broken.dog.azure.habits.graphFails = true;
  document = JSON.parse(
    (await ask(openapiHttp("1.2.3"), "/api/openapi.json", { app: lively })).body,
  ) as Document;
  ajv.addSchema(document, "api");
});

/** A JSON pointer's segment inside a URI fragment. */
const segment = (text: string) => encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"));

const jsonTypes = ["application/json", "application/problem+json"];

/** What the document says against the answer; nothing if it conforms. */
function complaints(
  path: string,
  method: string,
  { status, headers, body }: Awaited<ReturnType<typeof ask>>,
): unknown {
  const [type = ""] = String(headers.get("content-type")).split(";");
  const isNamed = document.paths[path]?.[method]?.responses[String(status)]?.content?.[type] !== undefined;
  if (!isNamed) return `${method} ${path} never answers ${status} with ${type}`;
  if (!jsonTypes.includes(type)) return undefined;
  const pointer = ["paths", path, method, "responses", String(status), "content", type, "schema"]
    .map(segment)
    .join("/");
  const validate = ajv.getSchema(`api#/${pointer}`);
  if (!validate) return `no schema at ${pointer}`;
  return validate(JSON.parse(body)) === true ? undefined : validate.errors;
}

const statusOf = (app: MachineApp) =>
  statusHttp({
    ...app,
    schedule: "0 */5 * * * *",
    version: "1.2.3",
    startedAt: at("2026-11-21T08:00:00Z"),
    warnings: [{ what: "It lacks something.", fix: "Set it." }],
  });

interface Asked {
  readonly path: string;
  readonly handler: (app: MachineApp) => HttpHandler;
  readonly url?: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly app?: () => MachineApp;
  readonly status: number;
}

const scan = {
  path: "/api/scan",
  handler: scanHttp,
  method: "POST",
  headers: { "content-type": "application/json" },
};
const links = { path: "/api/links", handler: linksHttp };
const link = { path: "/api/links/{id}", handler: linkHttp };
const bastions = { path: "/api/bastions", handler: bastionsHttp };
const ledger = { path: "/api/ledger", handler: ledgerHttp };
const status = { path: "/api/status", handler: statusOf };
const health = { path: "/api/health", handler: (app: MachineApp) => healthHttp(statusOf(app)) };
const misconfigured = () => misconfiguredHttp(new ConfigError(["WATCHDOG_SCOPE is not set"], undefined));
const csv = { headers: { accept: "text/csv" } };
const text = { headers: { accept: "text/plain" } };
const pdf = { headers: { accept: "application/pdf" } };

/** A world in which the next read of the table fails. */
function silentStore(): MachineApp {
  const app = quietApp();
  app.dog.crashes.failAt(1, "before");
  return app;
}

const exchanges: readonly Asked[] = [
  { ...scan, body: "{}", status: 200 },
  { ...scan, body: "", headers: { accept: "text/csv" }, status: 200 },
  { ...scan, body: "", headers: { accept: "text/plain" }, status: 200 },
  { ...scan, body: "[]", status: 400 },
  { ...scan, body: "", ...pdf, status: 406 },
  { ...scan, body: "v".repeat(17_000), status: 413 },
  { ...scan, body: "{}", headers: { "content-type": "text/plain" }, status: 415 },
  { ...scan, body: "{}", app: () => broken, status: 502 },
  { ...links, status: 200 },
  { ...links, url: "?state=revoked-by-watchdog", status: 200 },
  { ...links, url: "?limit=1", status: 200 },
  { ...links, ...csv, status: 200 },
  { ...links, ...text, status: 200 },
  { ...links, url: "?limit=0", status: 400 },
  { ...links, ...pdf, status: 406 },
  { ...links, app: silentStore, status: 502 },
  { ...link, params: { id: "third" }, status: 200 },
  { ...link, params: { id: "first" }, status: 200 },
  { ...link, params: { id: "first" }, ...csv, status: 200 },
  { ...link, params: { id: "x" }, status: 400 },
  { ...link, params: { id: "a".repeat(26) }, status: 404 },
  { ...link, params: { id: "first" }, ...pdf, status: 406 },
  { ...link, params: { id: "first" }, app: silentStore, status: 502 },
  { ...bastions, status: 200 },
  { ...bastions, ...csv, status: 200 },
  { ...bastions, ...text, status: 200 },
  { ...bastions, url: "?vm=x", status: 400 },
  { ...bastions, ...pdf, status: 406 },
  { ...bastions, app: silentStore, status: 502 },
  { ...ledger, url: "?bastion=bas-hub", status: 200 },
  { ...ledger, url: "?bastion=bas-hub", headers: { accept: "application/json" }, status: 200 },
  { ...ledger, url: "?bastion=bas-hub&limit=1", headers: { accept: "application/json" }, status: 200 },
  { ...ledger, url: "?bastion=watchdog", ...csv, status: 200 },
  { ...ledger, status: 400 },
  { ...ledger, url: "?bastion=bas-none", status: 404 },
  { ...ledger, url: "?bastion=bas-hub", ...pdf, status: 406 },
  { ...ledger, url: "?bastion=bas-hub", app: silentStore, status: 502 },
  { ...health, app: quietApp, status: 200 },
  { ...health, app: silentStore, status: 503 },
  { ...health, app: late, status: 503 },
  { ...health, handler: () => healthHttp(misconfigured()), status: 503 },
  { ...status, app: quietApp, status: 200 },
  { ...status, app: silentStore, status: 503 },
  { ...status, app: late, status: 503 },
  { ...status, handler: misconfigured, status: 503 },
  { path: "/api/openapi.json", handler: () => openapiHttp("1.2.3"), status: 200 },
];

function late(): MachineApp {
  const app = quietApp();
  app.dog.clock.advance(hours(1));
  return app;
}

async function exchange({ path, handler, url = "", method = "GET", app: made, params = {}, ...sent }: Asked) {
  const app = made?.() ?? lively;
  const ids: Readonly<Record<string, string>> = { first: lively.first, third: lively.third };
  const { id } = params;
  return ask(handler(app), path + url, {
    app,
    method,
    ...sent,
    params: id === undefined ? {} : { id: ids[id] ?? id },
  });
}

describe("The OpenAPI document", () => {
  it.each(exchanges)("says what $path $url $headers $params answers with $status", async (asked) => {
    const answer = await exchange(asked);
    expect(answer.status).toBe(asked.status);
    expect(complaints(asked.path, (asked.method ?? "GET").toLowerCase(), answer)).toBeUndefined();
  });

  it("names no answer of ours that was not seen here, but the platform's 401", () => {
    const seen = new Set(exchanges.map(({ path, status }) => `${path} ${status}`));
    const named = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.values(item).flatMap(({ responses }) =>
        Object.keys(responses).map((status) => `${path} ${status}`),
      ),
    );
    expect(named.filter((answer) => !answer.endsWith(" 401") && !seen.has(answer))).toStrictEqual([]);
  });

  it("finds fault with an answer that has another field, lacks one, or has another type", async () => {
    const answer = await exchange({ ...links, status: 200 });
    const spoilt = (change: object) =>
      complaints("/api/links", "get", {
        ...answer,
        body: JSON.stringify({ ...(JSON.parse(answer.body) as object), ...change }),
      });
    expect(spoilt({})).toBeUndefined();
    for (const change of [
      { url: "https://bst-…" },
      { found: "two" },
      { found: undefined },
      { readAt: "yesterday" },
      { links: [{}] },
    ])
      expect(spoilt(change)).toBeInstanceOf(Array);
  });

  it("knows every parameter that is read, and not the platform's own", () => {
    const names = document.paths["/api/links"]?.["get"]?.parameters?.map(({ name }) => name);
    expect(names?.toSorted()).toStrictEqual(
      [
        "bastion",
        "closedWithin",
        "continuation",
        "creator",
        "limit",
        "olderThan",
        "owner",
        "rule",
        "sort",
        "state",
        "vm",
        "youngerThan",
      ].toSorted(),
    );
  });

  it("is written by code that no other trigger loads", () => {
    const sources = sourcesUnder("src");
    const importers = (name: string) =>
      sources.filter((source) => importsOf(source).includes(name)).map(({ path }) => path);
    expect(importers("zod-openapi")).toStrictEqual(["src/functions/api/openapi/openapi.ts"]);
    expect(importers("src/functions/api/openapi/openapi.ts")).toStrictEqual([
      "src/functions/api/openapi-http.ts",
    ]);
    expect(sources.find(({ path }) => path === "src/functions/api/openapi-http.ts")?.text).toContain(
      'await import("./openapi/openapi.ts")',
    );
  });

  it("is OpenAPI 3.1 and has no field for a URL or token of a link", () => {
    expect(document.openapi).toBe("3.1.1");
    expect(JSON.stringify(document)).not.toMatch(/"(url|bsl|token)":\{/);
    expect(JSON.stringify(document)).not.toContain(vmId(""));
  });
});
