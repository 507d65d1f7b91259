/** One part of the local stack as a process of its own: started, listened to, stopped, or killed without a word. */
import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

const root = resolve(import.meta.dirname, "../..");
const preloads = ["../clock/follow.ts", "end-with-parent.ts"].flatMap((file) => [
  "--import",
  join(import.meta.dirname, file),
]);
const readyWithinInMs = 30_000;
const graceInMs = 12_000;
const tailLines = 20;

export interface ChildOptions<Announcement> {
  /** What people call the part. */
  readonly name: string;
  /** Its script under the project's root, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What its ready line must hold. */
  readonly ready: z.ZodType<Announcement>;
}

export interface Child<Announcement> {
  readonly name: string;
  readonly pid: number | undefined;
  readonly announcement: Announcement;
  /** Everything it has printed but the ready line, oldest first. */
  readonly lines: readonly string[];
  /** Resolves when the process has ended, with why; `onPurpose` when it was told to by `stop` or `kill`. */
  readonly ended: Promise<{ readonly why: string; readonly onPurpose: boolean }>;
  /** SIGTERM, and SIGKILL for who does not listen. Stopping twice is harmless. */
  stop(): Promise<void>;
  /** SIGKILL: nothing is finished, nothing is put away. */
  kill(): Promise<void>;
}

/** Resolves with the part's ready line. A part that ends before it, or is not ready in time, is a failure that says what it printed. */
export async function startChild<Announcement>(
  options: ChildOptions<Announcement>,
): Promise<Child<Announcement>> {
  const child = spawned(options);
  const lines: string[] = [];
  const ended = endOf(child);
  const firstLine = readOutput(child, lines);
  const tooLate = delay(readyWithinInMs, `was not ready within ${readyWithinInMs / 1000} s`, { ref: false });
  const first = await Promise.race([
    firstLine,
    ended.then((why) => ({ why })),
    tooLate.then((why) => ({ why })),
  ]);
  const announced = typeof first === "string" ? options.ready.safeParse(parseJson(first)) : undefined;
  if (!announced?.success) {
    child.kill("SIGKILL");
    throw new Error(failure(options.name, whyNotReady(first), lines));
  }
  let onPurpose = false;
  const purposely = (end: typeof stop) => () => {
    onPurpose = true;
    return end(child, ended);
  };
  return {
    name: options.name,
    pid: child.pid,
    announcement: announced.data,
    lines,
    ended: ended.then((why) => ({ why, onPurpose })),
    stop: purposely(stop),
    kill: purposely(kill),
  };
}

function spawned({ command: [script, ...args], environment }: ChildOptions<unknown>) {
  const words = ["--disable-warning=ExperimentalWarning", ...preloads, join(root, script), ...args];
  return spawn(process.execPath, words, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
}

/** A part's failure as people should read it: which, why, and the end of what it printed. */
export function failure(name: string, why: string, lines: readonly string[]): string {
  const tail = lines.slice(-tailLines).map((line) => `    ${line}`);
  return [`${name} ${why}.`, ...(tail.length > 0 ? ["  The last it printed:", ...tail] : [])].join("\n");
}

const whyNotReady = (first: string | { readonly why: string }): string =>
  typeof first === "string" ? `announced itself in words that cannot be read: ${first}` : first.why;

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((settle) => {
    child.once("error", (error) => {
      settle(`could not be started: ${error.message}`);
    });
    child.once("close", (code, signal) => {
      settle(signal === null ? `ended with exit code ${code ?? "unknown"}` : `was ended by ${signal}`);
    });
  });
}

/** Resolves with the first line of stdout; everything else is kept. */
function readOutput(child: ChildProcess, lines: string[]): Promise<string> {
  const keep = (line: string) => void lines.push(line);
  if (child.stderr) createInterface({ input: child.stderr }).on("line", keep);
  return new Promise((settle) => {
    if (!child.stdout) return;
    const out = createInterface({ input: child.stdout });
    out.once("line", settle).once("line", () => out.on("line", keep));
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isOver = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null || pid === undefined;

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (isOver(child)) return;
  const given = new AbortController();
  child.kill("SIGTERM");
  const patience = delay(graceInMs, "late", { signal: given.signal }).catch(() => "given");
  if ((await Promise.race([ended.then(() => "ended"), patience])) === "late") child.kill("SIGKILL");
  given.abort();
  await ended;
}

async function kill(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (isOver(child)) return;
  child.kill("SIGKILL");
  await ended;
}
