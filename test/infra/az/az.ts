/**
 * A stand-in for the Azure CLI: `node az.ts <file of the world> <words>`. It answers as the CLI does: ARM's own JSON for apps on Flex Consumption,
 * `--display-name` by prefix, `--query` by JMESPath, `--output tsv` as knack writes it. It knows the commands that our scripts call, and no other.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import jmespath from "jmespath";
import { commands, type Options } from "./commands.ts";
import { tsv } from "./tsv.ts";
import type { AzWorld } from "./world.ts";

const [file = "", ...words] = process.argv.slice(2);
const world = JSON.parse(readFileSync(file, "utf8")) as AzWorld;

const line = words.join(" ").replaceAll("\n", " ");
appendFileSync(`${file}.calls`, `${line}\n`);

/** The command's words, and what follows each option; some take several values. */
function parse(): { readonly name: string; readonly options: Options } {
  const first = words.findIndex((word) => word.startsWith("--"));
  const rest = first === -1 ? [] : words.slice(first);
  const options: Record<string, string[]> = {};
  let at: string[] = [];
  for (const word of rest) {
    if (/^--[a-z]/.test(word)) options[word.slice(2)] = at = [];
    else at.push(word);
  }
  return { name: (first === -1 ? words : words.slice(0, first)).join(" "), options };
}

const { name, options } = parse();
const command = commands[name];
try {
  if (world.fails.some((part) => line.includes(part)))
    throw new Error("(AuthorizationFailed) may not do this");
  if (!command) throw new Error(`'${name}' is misspelled or not recognized by the system.`);
  const answer: unknown = command(options, world);
  const result: unknown = options["query"] ? jmespath.search(answer, options["query"][0] ?? "") : answer;
  const output = options["output"]?.[0] ?? "json";
  if (output === "tsv") process.stdout.write(tsv(result));
  else if (output !== "none") process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  writeFileSync(file, JSON.stringify(world));
} catch (error) {
  process.stderr.write(`ERROR: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
