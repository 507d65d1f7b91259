/**
 * `npm run check:infra [-- [--compile] [<directory>]]`: what can be known of the infrastructure without Azure. `--compile` fails where there is no
 * compiler; without it what is committed is judged, which is as good while it is not older than its sources.
 * `npm run infra:snapshot`: compiles, and writes what is committed.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { findBicep } from "./bicep.ts";
import { checkCommitted, checkCompiled } from "./check.ts";
import { readDeployment } from "./deployment.ts";

const { values, positionals } = parseArgs({
  options: { compile: { type: "boolean", default: false }, write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const directory = resolve(positionals[0] ?? resolve(import.meta.dirname, ".."));
const { command, why } = await findBicep();
const compiled = command === undefined ? undefined : await checkCompiled(command, directory, values);
console.log(compiled ? `compiled by Bicep ${compiled.version}` : `not compiled: no Bicep here (${why})`);
const found = [...(compiled?.findings ?? []), ...checkCommitted(directory)];
for (const { path, rule, message } of found) console.log(`${path} ${rule}: ${message}`);
const { variants } = readDeployment(directory);
const resources = variants.reduce((sum, variant) => sum + variant.resources.length, 0);
console.log(
  `${variants.length} variants, ${resources} resources: ${found.length === 0 ? "no fault found" : `${found.length} faults`}`,
);
process.exitCode = found.length > 0 || ((values.compile || values.write) && !compiled) ? 1 : 0;
