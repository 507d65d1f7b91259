import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What the Azure CLI says to a call that contains these words; `fails`: it ends with an error. */
export interface Answer {
  readonly to: string;
  readonly says: string;
  readonly fails?: true;
}

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every call of `az`, its arguments on one line. */
  readonly calls: readonly string[];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Runs a script of `infra/` with an Azure CLI that records what it is asked and knows these answers, first match first. */
export function runScript(name: string, args: readonly string[], answers: readonly Answer[]): Run {
  const directory = mkdtempSync(join(tmpdir(), "az-"));
  const log = join(directory, "calls");
  const cases = answers.map(
    ({ to, says, fails }) => `  *${quoted(to)}*) printf '%s\\n' ${quoted(says)}; exit ${fails ? 1 : 0} ;;`,
  );
  writeFileSync(
    join(directory, "az"),
    [
      "#!/usr/bin/env bash",
      `line="$(tr '\\n' ' ' <<<"$*")"; printf '%s\\n' "$line" >>${quoted(log)}`,
      'case "$line" in',
      ...cases,
      "esac",
    ].join("\n"),
  );
  chmodSync(join(directory, "az"), 0o755);
  try {
    const env = { ...process.env, PATH: `${directory}:${process.env["PATH"] ?? ""}` };
    const ended = end(() =>
      execFileSync(resolve(import.meta.dirname, "../../infra", name), args, {
        env,
        encoding: "utf8",
        stdio: "pipe",
      }),
    );
    const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    return { ...ended, calls: calls.map((call) => call.trim()) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function end(work: () => string): Omit<Run, "calls"> {
  try {
    return { status: 0, stdout: work(), stderr: "" };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { status, stdout, stderr };
  }
}
