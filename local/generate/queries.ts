/** `npm run queries`: writes `infra/queries`, the text of the queries that the program itself asks. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { kqlFile, loggingBastions, signIns } from "../../src/azure/log-analytics/queries.ts";

/** What each file must hold. */
export const queryFiles: Readonly<Record<string, string>> = {
  "bastion-sign-ins.kql": kqlFile(signIns),
  "bastions-that-log.kql": kqlFile(loggingBastions),
};

if (process.argv[1] === import.meta.filename) {
  for (const [name, text] of Object.entries(queryFiles))
    writeFileSync(join(resolve(import.meta.dirname, "../../infra/queries"), name), text);
  console.log(`infra/queries: ${Object.keys(queryFiles).join(", ")}`);
}
