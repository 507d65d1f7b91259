#!/usr/bin/env node
/**
 * The `bastion-watchdog` command. Everything it does is in `commands.ts`; here are only this process's streams, environment and exit code.
 */
import { once } from "node:events";
import type { Terminal } from "./command.ts";
import { run } from "./run.ts";
import { cliWorld } from "./wiring.ts";

const isWatched = process.stderr.isTTY;
const clearLine = isWatched ? "\r\u001B[K" : "";

const terminal: Terminal = {
  out: async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, "drain");
  },
  aside: (line) => process.stderr.write(`${clearLine}${line}\n`),
  progress: (line) => {
    if (isWatched) process.stderr.write(`${clearLine}${line.slice(0, process.stderr.columns - 1)}`);
  },
};

/** Whoever reads us has read enough: `bastion-watchdog ledger export | head`. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

process.exitCode = await run(process.argv.slice(2), terminal, cliWorld(process.env));
if (isWatched) process.stderr.write(clearLine);
