import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { azWorld, type AzWorld } from "./world.ts";

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every call of `az`, its arguments on one line. */
  readonly calls: readonly string[];
  /** What is there afterwards. */
  readonly world: AzWorld;
}

interface Surroundings {
  readonly args?: readonly string[];
  /** Beside `PATH`. */
  readonly env?: Readonly<Record<string, string>>;
  /** What `azd env get-values` prints; without it there is no azd. */
  readonly azd?: Readonly<Record<string, string>>;
  /** Further commands, each a line of bash. */
  readonly commands?: Readonly<Record<string, string>>;
}

/** Runs a script of `infra/` with a fake Azure CLI that knows, and changes, this world. */
export const runScript = (
  name: string,
  given: Partial<AzWorld>,
  surroundings: Surroundings = {},
): Promise<Run> => run(resolve(import.meta.dirname, "../../../infra", name), given, surroundings);

/** The same with what a person types into bash. It goes on after a failure, as a person would; the status is that of the last command. */
export const runTyped = (
  text: string,
  given: Partial<AzWorld>,
  surroundings: Surroundings = {},
): Promise<Run> =>
  run("bash", given, {
    ...surroundings,
    args: ["--norc", "-u", "-c", text, "typed", ...(surroundings.args ?? [])],
  });

async function run(
  program: string,
  given: Partial<AzWorld>,
  { args = [], env = {}, azd, commands = {} }: Surroundings,
): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), "az-"));
  const file = join(directory, "world.json");
  await writeFile(file, JSON.stringify(azWorld(given)));
  const node = `exec "${process.execPath}" --disable-warning=ExperimentalWarning`;
  await writeFile(`${file}.azd`, JSON.stringify(azd ?? {}));
  await install(directory, "az", `${node} "${join(import.meta.dirname, "az.ts")}" "${file}" "$@"`);
  const azdScript = join(import.meta.dirname, "azd.ts");
  await install(directory, "azd", azd ? `${node} "${azdScript}" "${file}" "$@"` : "exit 127");
  for (const [command, body] of Object.entries(commands)) await install(directory, command, body);
  try {
    const path = `${directory}:${process.env["PATH"] ?? ""}`;
    const ended = await end(promisify(execFile)(program, args, { env: { PATH: path, ...env } }));
    const calls = existsSync(`${file}.calls`) ? await readFile(`${file}.calls`, "utf8") : "";
    const world = JSON.parse(await readFile(file, "utf8")) as AzWorld;
    return { ...ended, calls: calls.split("\n").filter((call) => call !== ""), world };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function install(directory: string, name: string, body: string): Promise<void> {
  await writeFile(join(directory, name), `#!/usr/bin/env bash\n${body}\n`);
  await chmod(join(directory, name), 0o755);
}

type Ended = Pick<Run, "status" | "stdout" | "stderr">;

const end = (running: Promise<{ readonly stdout: string; readonly stderr: string }>): Promise<Ended> =>
  running.then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { status: code, stdout, stderr };
    },
  );
