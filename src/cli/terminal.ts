/** This process's streams as a command sees them. */
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import cliProgress from "cli-progress";
import type { Terminal } from "./command.ts";

const clearLine = "\r\u001B[K";

/** What the command gets, and `close`, which leaves the last line as it was found. */
export function processTerminal(): Terminal & { readonly close: () => void } {
  const isWatched = process.stderr.isTTY;
  const bar = progressBar();
  const clear = () => {
    bar.stop();
    if (isWatched) process.stderr.write(clearLine);
  };
  return {
    print: async (text) => {
      clear();
      if (!process.stdout.write(text)) await once(process.stdout, "drain");
    },
    note: (line) => {
      clear();
      process.stderr.write(`${line}\n`);
    },
    progress: (line) => {
      if (isWatched) process.stderr.write(`${clearLine}${line.slice(0, process.stderr.columns - 1)}`);
    },
    bar: (done, total) => {
      if (isWatched) bar.show(done, total);
    },
    ask: async (question) => {
      clear();
      return isWatched && process.stdin.isTTY ? answerTo(question) : undefined;
    },
    close: clear,
  };
}

function progressBar() {
  const format = "{bar} {value} of {total}, {duration_formatted}";
  const bar = new cliProgress.SingleBar(
    { format, stream: process.stderr, clearOnComplete: true },
    cliProgress.Presets.rect,
  );
  return {
    show: (done: number, total: number) => {
      if (bar.isActive) bar.update(done);
      else bar.start(total, done);
    },
    stop: () => {
      if (bar.isActive) bar.stop();
    },
  };
}

/** An end of input (Ctrl-D) is an empty answer. */
async function answerTo(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await Promise.race([lines.question(question), once(lines, "close").then(() => "")]);
  } finally {
    lines.close();
  }
}
