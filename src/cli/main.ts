#!/usr/bin/env node
/**
 * The `bastion-watchdog` command. Everything it does is in `commands.ts`; here are only this process's streams, environment and exit code.
 */
import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";
import { cliContext } from "./wiring/wiring.ts";

/** Whoever reads us has read enough: `bastion-watchdog ledger export | head`. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const { close, ...terminal } = processTerminal();
const code = await run(process.argv.slice(2), terminal, cliContext(process.env));
close();
// After the last byte, and not when the last timer of an SDK has run out: that can take half a minute.
process.stdout.write("", () => process.exit(code));
