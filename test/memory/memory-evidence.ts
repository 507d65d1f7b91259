import type { Evidence } from "../../src/core/ports.ts";
import { type CrashPlan, crashPlan } from "./crash-plan.ts";

/** Blobs in memory that are written once, open to tests. */
export interface MemoryEvidence extends Evidence {
  readonly blobs: Map<string, string>;
}

export function memoryEvidence(crashes: CrashPlan = crashPlan()): MemoryEvidence {
  const blobs = new Map<string, string>();
  return {
    blobs,
    create: (name, text) =>
      crashes.step("create", () => {
        if (blobs.has(name)) return "exists";
        blobs.set(name, text);
        return "created";
      }),
    read: (name) => crashes.step("read blob", () => blobs.get(name)),
    list: (prefix) =>
      crashes.step("list blobs", () => [...blobs.keys()].filter((name) => name.startsWith(prefix)).sort()),
  };
}
