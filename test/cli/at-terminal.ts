import { spawn } from "node:child_process";
import { builtCommand, type Surroundings } from "./command-line.ts";

export interface Screen {
  readonly code: number | null;
  /** Every byte that the terminal got, whichever stream it came by. */
  readonly screen: string;
}

/** Quoted for `sh`: whatever it holds is one word. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * The built command at a real pseudo-terminal of 100 columns, which util-linux's `script` provides on every Debian. `input` is typed once `after` shows.
 * With `stdoutTo` only standard error is the terminal.
 */
export async function atTerminal(
  words: readonly string[],
  {
    environment = {},
    input = "",
    after = "",
    stdoutTo,
  }: Surroundings & { readonly after?: string; readonly stdoutTo?: string } = {},
): Promise<Screen> {
  const command = [process.execPath, builtCommand(), ...words].map(quoted).join(" ");
  const line = `stty cols 100; ${command}${stdoutTo === undefined ? "" : ` > ${quoted(stdoutTo)}`}`;
  const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
    env: { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color", SHELL: "/bin/sh", ...environment },
  });
  let screen = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const isNew = !screen.includes(after) || screen === "";
    screen += text;
    if (input !== "" && isNew && screen.includes(after)) child.stdin.write(input);
  });
  const code = await new Promise<number | null>((done, fail) =>
    child.once("close", done).once("error", fail),
  );
  return { code, screen };
}
