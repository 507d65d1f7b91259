/** `npm run bench [-- --quick] [-- --only <name>]`: every figure beside its floor, as a table here and as JSON in `bench/results.json`. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { burst } from "./burst.ts";
import { coldStart } from "./cold-start.ts";
import { demo } from "./demo.ts";
import { eventToAlert } from "./event-to-alert.ts";
import type { Figure } from "./figures.ts";
import { growth } from "./growth.ts";
import { hostileInput } from "./hostile-input.ts";
import { ledgerVerify } from "./ledger-verify.ts";
import { manyRules } from "./many-rules.ts";
import { policyCost } from "./policy.ts";
import { revocation } from "./revocation.ts";
import { scriptsWay } from "./scripts-way.ts";
import { quick, whole, type Size } from "./size.ts";
import { sweep } from "./sweep.ts";
import { tableOf } from "./table.ts";
import { witnessCost } from "./witness.ts";

type Bench = (size: Size) => Promise<readonly Figure[]>;

const benches: Readonly<Record<string, Bench>> = {
  "cold-start": coldStart,
  "event-to-alert": eventToAlert,
  burst,
  sweep,
  growth,
  witness: witnessCost,
  revocation,
  "scripts-way": scriptsWay,
  "ledger-verify": ledgerVerify,
  "hostile-input": hostileInput,
  policy: policyCost,
  "many-rules": manyRules,
  demo,
};

const { values } = parseArgs({
  options: { quick: { type: "boolean" }, only: { type: "string", multiple: true } },
});
const wanted = values.only ?? Object.keys(benches);
const size = values.quick === true ? quick : whole;

const figures: Figure[] = [];
for (const name of wanted) {
  const bench = benches[name];
  if (!bench)
    throw new Error(`There is no benchmark "${name}"; there are ${Object.keys(benches).join(", ")}`);
  const begin = performance.now();
  const measured = await bench(size);
  console.log(`\n${name} (${((performance.now() - begin) / 1_000).toFixed(0)} s)\n${tableOf(measured)}`);
  figures.push(...measured);
}
await writeFile(join(import.meta.dirname, "results.json"), `${JSON.stringify(figures, null, 2)}\n`);
const missed = figures.filter(({ ok }) => ok === false);
console.log(`\n${figures.length} figures, ${missed.length} of them miss their goal: bench/results.json`);
