/** One load of an app in a process of its own, as the Functions worker loads it: a core is provided, then the entry is imported. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { localSettings, storageConnectionString } from "../../local/local-settings.ts";

const run = promisify(execFile);

const loadSchema = z.object({ ms: z.number(), cpuMs: z.number(), rss: z.number(), functions: z.number() });

export type Load = z.output<typeof loadSchema>;

/** Plain JavaScript, because stripping types would weigh more than what is measured. An empty entry is bare Node. */
const source = `
const Module = require("node:module");
const entry = process.env.BENCH_ENTRY;
let functions = 0;
const core = {
  registerFunction: () => void (functions += 1), registerHook() {}, log() {}, setProgrammingModel() {}, getProgrammingModel() {},
  Disposable: class {}, version: "3.11.1", hostVersion: "4.1049.0",
};
const original = Module.prototype.require;
Module.prototype.require = function (id) { return id === "@azure/functions-core" ? core : original.apply(this, arguments); };
const begin = performance.now();
const before = process.cpuUsage();
Promise.resolve(entry === "" ? undefined : import(entry)).then(() => {
  const ms = performance.now() - begin;
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1_000, rss: process.memoryUsage.rss(), functions }));
  process.exit(0);
});
`;

/** The discard port: a connection is refused at once. */
const nowhere = { blob: 9, queue: 9, table: 9 };

/** @param entry the file to import; empty for a bare Node */
export async function loadOnce(entry: string): Promise<Load> {
  const env = {
    ...process.env,
    ...localSettings(storageConnectionString(nowhere), "http://127.0.0.1:9"),
    BENCH_ENTRY: entry,
    NODE_OPTIONS: "",
  };
  const { stdout } = await run(process.execPath, ["-e", source], { env });
  return loadSchema.parse(JSON.parse(stdout));
}
