import type { LogEntry, LogLevel } from "./rpc.ts";

export type Log = (entry: LogEntry) => void;

/** One line per entry, whatever the message holds: a stack's lines are joined by ` ⏎ `. */
export function formatLogEntry({ level, functionName, message }: LogEntry): string {
  return `${level} ${functionName}: ${message.trimEnd().replace(/\s*\n\s*/g, " ⏎ ")}`;
}

/** The default log: stderr, because stdout belongs to the ready line. */
export const logToStderr: Log = (entry) => {
  console.error(formatLogEntry(entry));
};

/** The host's own voice in a log. */
export function hostLog(log: Log, functionName = "host"): (level: LogLevel, message: string) => void {
  return (level, message) => {
    log({ level, functionName, message });
  };
}
