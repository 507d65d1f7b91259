/** `npm run check:infra [-- <directory>]`: what can be known of the infrastructure without Azure and without the compiler. */
import { resolve } from "node:path";
import { checkInfra } from "./check.ts";

const directory = resolve(process.argv[2] ?? resolve(import.meta.dirname, ".."));
const { files, resources, unchecked, findings } = await checkInfra(directory);
for (const { path, line, column, rule, message } of findings) console.log(`${path}:${line}:${column} ${rule}: ${message}`);
console.log(`${files} files, ${resources} resources: ${findings.length === 0 ? "no fault found" : `${findings.length} faults`}`);
if (unchecked.length > 0)
  console.log(`Properties not checked, because Microsoft's tool does not print these types: ${unchecked.join(", ")}`);
process.exitCode = findings.length === 0 ? 0 : 1;
