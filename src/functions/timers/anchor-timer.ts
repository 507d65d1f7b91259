import type { TimerHandler } from "@azure/functions";
import { anchor } from "../../core/flows/scheduled/anchor.ts";
import { noteAccepted } from "../../core/flows/scheduled/note-accepted.ts";
import { evidencePortsOf, type EvidenceApp } from "../invocation.ts";

/** Every hour: which alerts channels accepted into the ledgers, and then where all ledgers stand into the evidence container. A failure throws, so that the platform shows it red. */
export const anchorTimer =
  (app: EvidenceApp): TimerHandler =>
  async (_timer, context) => {
    const ports = evidencePortsOf(app, context);
    try {
      await noteAccepted(ports, app.settings);
    } finally {
      await anchor(ports, app.settings);
    }
  };
