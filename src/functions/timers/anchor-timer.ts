import type { TimerHandler } from "@azure/functions";
import { anchor } from "../../core/flows/scheduled/anchor.ts";
import { evidencePortsOf, type EvidenceApp } from "../invocation.ts";

/** Every hour: one hash over all chain heads into the evidence container. A failure throws, so that the platform shows it red. */
export const anchorTimer =
  (app: EvidenceApp): TimerHandler =>
  async (_timer, context) => {
    await anchor(evidencePortsOf(app, context), app.settings);
  };
