import type { TimerHandler } from "@azure/functions";
import { archive } from "../../core/flows/scheduled/archive.ts";
import { evidencePortsOf, type EvidenceApp } from "../invocation.ts";

/** Every day: verifies every ledger, archives what is older than the retention, prunes what is only history. Whatever failed throws at the end. */
export const archiveTimer =
  (app: EvidenceApp): TimerHandler =>
  async (_timer, context) => {
    await archive(evidencePortsOf(app, context), app.settings);
  };
