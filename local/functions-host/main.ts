/** `npm run functions -- --port N --lease seconds`: hosts the built app in `dist/app` against the local stack's default places. */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type FunctionsHostOptions, startFunctionsHost } from "./host.ts";
import { defaultFunctionsPort, localSettings } from "../local-settings.ts";
import { runPart } from "../part.ts";
import { withPolicyFile } from "../policy-file.ts";

/** Reads the command line; throws on anything it does not know. Settings that the environment already has win over the local defaults. */
export function functionsOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): FunctionsHostOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: "string" }, lease: { type: "string" }, app: { type: "string" } },
  });
  const defaults = Object.entries(localSettings()).filter(([name]) => environment[name] === undefined);
  const { WATCHDOG_POLICY: policy } = environment;
  return {
    appDirectory: resolve(values.app ?? join(import.meta.dirname, "../../dist/app")),
    settings: { ...Object.fromEntries(defaults), ...(policy && withPolicyFile({ WATCHDOG_POLICY: policy })) },
    port: wholeNumber("--port", values.port ?? String(defaultFunctionsPort), { min: 0, max: 65_535 }),
    leaseInMs: wholeNumber("--lease", values.lease ?? "600", { min: 1, max: 604_800 }) * 1000,
  };
}

function wholeNumber(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
}

if (process.argv[1] === import.meta.filename) {
  await runPart(() => startFunctionsHost(functionsOptions(process.argv.slice(2), process.env)));
}
