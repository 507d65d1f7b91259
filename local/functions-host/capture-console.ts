import { format } from "node:util";
import type { LogLevel } from "./rpc.ts";

const levels: Readonly<Record<string, LogLevel>> = {
  debug: "debug",
  log: "information",
  info: "information",
  warn: "warning",
  error: "error",
  trace: "trace",
};

/** Makes the app's `console` speak through the host's log, one entry per call, formatted as Node does it. */
export function captureConsole(log: (level: LogLevel, message: string) => void): void {
  for (const [method, level] of Object.entries(levels)) {
    const write = (...args: unknown[]) => {
      log(level, format(...args));
    };
    Object.assign(console, { [method]: write });
  }
}
