/** Every shell script of the project, also those that stand in workflows and in azure.yaml, and what shellcheck says of them. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import * as z from "zod";

export interface ShellScript {
  /** From the root, and within a YAML file from its top: `azure.yaml/hooks/postprovision/run`. */
  readonly path: string;
  readonly text: string;
}

/** GitHub gives a step's `run` to bash; `azure.yaml` names the shell of its hooks. */
const runs = z.object({ run: z.string(), shell: z.enum(["bash", "sh"]).default("bash") });
const holdsRuns = /^azure\.yaml$|^\.github\/.*\.ya?ml$/;
const isScript = /^#!.*\b(ba)?sh\n/;

const run = promisify(execFile);

/** What git tracks or would track. */
export async function shellScriptsIn(root: string): Promise<readonly ShellScript[]> {
  const listed = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
  });
  const paths = listed.stdout.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
  const found = paths.map(async (path): Promise<readonly ShellScript[]> => {
    const text = await readFile(join(root, path), "utf8");
    if (holdsRuns.test(path)) return within(path, parse(text));
    return path.endsWith(".sh") || isScript.test(text) ? [{ path, text }] : [];
  });
  return (await Promise.all(found)).flat();
}

function within(path: string, node: unknown): readonly ShellScript[] {
  if (typeof node !== "object" || node === null) return [];
  const { data } = runs.safeParse(node);
  const own = data ? [{ path: `${path}/run`, text: `#!/usr/bin/env ${data.shell}\n${data.run}\n` }] : [];
  return [...own, ...Object.entries(node).flatMap(([key, inner]) => within(`${path}/${key}`, inner))];
}

export interface Judged {
  /** `path:line:column code level: message`. */
  readonly found: readonly string[];
  /** Why nobody judged: there is no shellcheck here. Empty where it did. */
  readonly why: string;
}

const comments = z.object({
  comments: z.array(
    z.object({
      file: z.string(),
      line: z.int(),
      column: z.int(),
      level: z.string(),
      code: z.int(),
      message: z.string(),
    }),
  ),
});

/** At shellcheck's own severity, that is everything but what it leaves to taste. */
export async function judge(scripts: readonly ShellScript[]): Promise<Judged> {
  const copy = await mkdtemp(join(tmpdir(), "shell-"));
  try {
    for (const { path, text } of scripts) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await writeFile(join(copy, path), text);
    }
    const { comments: said } = comments.parse(JSON.parse(await shellcheck(scripts, copy)));
    return {
      why: "",
      found: said.map(
        ({ file, line, column, code, level, message }) =>
          `${file}:${line}:${column} SC${code} ${level}: ${message}`,
      ),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      return { found: [], why: (error as Error).message };
    throw error;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** What it prints; it exits with 1 where it found something. */
async function shellcheck(scripts: readonly ShellScript[], cwd: string): Promise<string> {
  const words = ["--norc", "--format=json1", "--", ...scripts.map(({ path }) => path)];
  const { stdout } = await run("shellcheck", words, { cwd }).catch((error: unknown) => {
    const { code, stdout: printed } = error as { readonly code: unknown; readonly stdout?: string };
    if (code !== 1 || printed === undefined) throw error;
    return { stdout: printed };
  });
  return stdout;
}
