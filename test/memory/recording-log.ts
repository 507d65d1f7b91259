import type { Log, LogFields } from "../../src/core/ports.ts";

interface LogEntry {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields | undefined;
}

/** A log that keeps what it is told. */
export interface RecordingLog extends Log {
  readonly entries: readonly LogEntry[];
  /** Everything as one text, to search for what must never be logged. */
  text(): string;
}

export function recordingLog(): RecordingLog {
  const entries: LogEntry[] = [];
  const keep = (level: LogEntry["level"]) => (message: string, fields?: LogFields) => {
    entries.push({ level, message, fields });
  };
  return {
    entries,
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
    text: () => JSON.stringify(entries),
  };
}
