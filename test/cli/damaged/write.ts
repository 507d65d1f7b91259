/** `npm run damaged-ledgers -- <folder>`: every damaged ledger in a folder of its own, with the exit code that whoever checks it must come to. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { damagedLedgers } from "./damages.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Say where to: npm run damaged-ledgers -- <folder>");
const damaged = await damagedLedgers();
for (const [index, { name, verdict, ledger, anchors }] of damaged.entries()) {
  const place = join(folder, String(index + 1).padStart(3, "0"));
  await mkdir(join(place, "anchors"), { recursive: true });
  await writeFile(join(place, "ledger.jsonl"), ledger);
  await writeFile(join(place, "expected.txt"), `${verdict} ${name}\n`);
  for (const [file, text] of anchors) await writeFile(join(place, "anchors", file), text);
}
console.log(`${damaged.length} ledgers in ${folder}`);
