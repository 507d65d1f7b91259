/**
 * A stand-in for the Azure Developer CLI: `node azd.ts <file of the world> <words>`. It knows what our scripts and documents type, and takes an
 * environment down as azd's source has it (August 2026: `bicep_provider.go`, `standard_deployments.go`).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { deleteGroup, groupOf } from "./estate.ts";
import type { AzWorld } from "./world.ts";

const [file = "", ...words] = process.argv.slice(2);
const world = JSON.parse(readFileSync(file, "utf8")) as AzWorld;
const values = JSON.parse(readFileSync(`${file}.azd`, "utf8")) as Readonly<Record<string, string>>;

/**
 * The groups that the last deployment made, by their names, all in azd's own subscription. All are listed first, and one that is not there ends it;
 * then they go in an order of chance, here the world's, and the first that does not go ends it.
 */
function down(): void {
  const { estate } = world;
  const groups = estate.deployedGroups.map((name) => groupOf(values["AZURE_SUBSCRIPTION_ID"] ?? "", name));
  for (const group of groups)
    if (!estate.resources.some(({ id }) => id === group))
      throw new Error(`getting resources to delete: listing resource group resources: 404 (${group})`);
  for (const group of groups) deleteGroup(estate, group);
}

const command = words.filter((word) => !word.startsWith("-")).join(" ");
try {
  if (command === "env get-values")
    process.stdout.write(
      Object.entries(values)
        .map(([key, value]) => `${key}="${value}"\n`)
        .join(""),
    );
  else if (command === "down") down();
  else throw new Error(`unknown command "${command}" for "azd"`);
} catch (error) {
  process.stderr.write(`ERROR: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  writeFileSync(file, JSON.stringify(world));
}
