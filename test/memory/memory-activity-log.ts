import type { ActivityLog, LogAnswer } from "../../src/core/ports.ts";

/** An Activity Log that has these records, whatever it is asked for. */
export const memoryActivityLog = (...records: readonly unknown[]): ActivityLog => ({
  read: (): Promise<LogAnswer> => Promise.resolve({ kind: "read", records, complete: true, why: undefined }),
});
