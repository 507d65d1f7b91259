import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll } from "vitest";
import { packageCli } from "../../local/build/package-cli.ts";

/** The command as developers run it; tests run what is shipped, which starts ten times as fast. */
export const source = resolve(import.meta.dirname, "../../src/cli/main.ts");

let built: string | undefined;
const buildIn = scratch();
beforeAll(async () => {
  built = await packageCli(buildIn("cli"));
}, 60_000);

/** The entry of what is shipped. */
export function builtCommand(): string {
  if (built === undefined) throw new Error("The command is built before the tests run, and was not");
  return built;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly aside: string;
}

export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The file to run instead of the built command. */
  readonly entry?: string;
}

/** The command as a process of its own, with nothing of this one's environment but the way to node. */
export async function bastionWatchdog(
  words: readonly string[],
  { environment = {}, input, entry = builtCommand() }: Surroundings = {},
): Promise<Ran> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", entry, ...words], {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
  });
  child.stdin.end(input);
  const [out, aside, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.once("close", done)),
  ]);
  return { code, out, aside };
}

/** A folder for one test file's files. */
export function scratch(): (name: string) => string {
  let folder: string | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bastion-watchdog-"));
  });
  afterAll(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });
  return (name) => join(folder ?? "", name);
}
