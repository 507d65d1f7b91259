/**
 * `node test/simulation/mutate.ts [--adversary] [part of a name]`: breaks a copy of the program in one place at a time, and sees whether that is noticed;
 * with `--adversary` by the adversary's histories alone, of what takes away a decision that answers an adversary.
 */
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { movesAgainst } from "./adversary/decisions.ts";
import { breakIn, copyOf, root } from "./broken-program.ts";
import { mutations, type Mutation } from "./mutations.ts";
import type { Finding } from "./probe.ts";

const { values, positionals } = parseArgs({
  options: { adversary: { type: "boolean", default: false } },
  allowPositionals: true,
});
const readme = join(import.meta.dirname, "README.md");
const mark = { begin: "<!-- mutations -->", end: "<!-- /mutations -->" };

interface Result {
  readonly mutation: Mutation;
  readonly finding: Finding | undefined;
}

const parts = ["src", "test", "local", "package.json", "tsconfig.json"];

async function probe(copy: string, { name }: Mutation): Promise<Finding | undefined> {
  const program = [join(copy, "test/simulation/probe.ts"), ...(values.adversary ? ["--against", name] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: copy, timeout: 1_800_000 });
  return (JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") as Finding | null) ?? undefined;
}

async function tryOne(mutation: Mutation): Promise<Result> {
  const copy = copyOf(whole, parts);
  try {
    breakIn(copy, mutation);
    const finding = await probe(copy, mutation);
    process.stdout.write(
      `${finding ? `${finding.promise} by ${finding.by}` : "NOT NOTICED"}: ${mutation.name}\n`,
    );
    return { mutation, finding };
  } catch (error) {
    process.stdout.write(`COULD NOT BE TRIED: ${mutation.name}: ${String(error).slice(0, 500)}\n`);
    return { mutation, finding: undefined };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

const notNoticed = "**not noticed**";

/** The cells of an old row after its name: promise, found by, evidence, and the promise that the adversary's histories saw broken. */
const cellsOf = (row = ""): readonly string[] => row.split(/ *(?<!\\)\| */).slice(2, 6);

const none: Finding = { promise: notNoticed, by: "", evidence: "" };

function rowOf({ mutation: { name }, finding = none }: Result, old: string | undefined): string {
  const before = cellsOf(old);
  const { promise, by, evidence } = finding;
  const cells = values.adversary
    ? [...before.slice(0, 3), promise]
    : [promise, by, cell(evidence.slice(0, 140)), before[3] ?? ""];
  return `| ${[cell(name), ...cells].join(" | ")} |`;
}

/** What was tried now takes the place of its old row; the others stay. */
function keepTable(results: readonly Result[]): void {
  const [before = "", rest = ""] = readFileSync(readme, "utf8").split(mark.begin);
  const [old = "", after = ""] = rest.split(mark.end);
  const rows = mutations.flatMap((mutation) => {
    const result = results.find((one) => one.mutation === mutation);
    const before = old.split("\n").find((line) => line.startsWith(`| ${cell(mutation.name)} |`));
    return result ? rowOf(result, before) : (before ?? []);
  });
  const table = [
    "| broken on purpose | promise that caught it | found by | evidence | by the adversary |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
  writeFileSync(readme, `${before}${mark.begin}\n\n${table}\n\n${mark.end}${after}`);
}

const whole = copyOf(root, parts);
const wanted = positionals[0] ?? "";
const queue = mutations.filter(
  ({ name }) => name.includes(wanted) && (!values.adversary || movesAgainst(name).length > 0),
);
const results: Result[] = [];
const worker = async (): Promise<void> => {
  for (let next = queue.shift(); next; next = queue.shift()) results.push(await tryOne(next));
};
await Promise.all([worker(), worker()]);
const inOrder = mutations.flatMap((mutation) => results.filter((result) => result.mutation === mutation));
rmSync(whole, { recursive: true, force: true });
keepTable(inOrder);
process.exit(inOrder.every(({ finding }) => finding) ? 0 : 1);
