/**
 * `node local/generate/policy-schema.ts`: writes `infra/policy.schema.json`, made of the schema that the program itself reads policies with. It asks the
 * command line for it, because nothing in here imports the product.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";

const root = resolve(import.meta.dirname, "../..");
const target = join(root, "infra/policy.schema.json");

/** What the file must hold, formatted like everything else here. */
export async function policySchemaFile(): Promise<string> {
  const json = execFileSync(process.execPath, [join(root, "src/cli/main.ts"), "policy", "schema"], {
    encoding: "utf8",
  });
  return format(json, { ...(await resolveConfig(target)), filepath: target });
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(target, await policySchemaFile());
  console.log("infra/policy.schema.json");
}
