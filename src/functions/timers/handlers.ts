import type { DigestSettings } from "../../core/flows/settings.ts";
import { anchorTimer } from "./anchor-timer.ts";
import { archiveTimer } from "./archive-timer.ts";
import { digestTimer } from "./digest-timer.ts";
import type { EvidenceApp } from "../invocation.ts";
import { sweepTimer } from "./sweep-timer.ts";
import { witnessTimer, type WitnessApp } from "./witness-timer.ts";

/** What the clock brings. */
export const timerHandlers = (app: EvidenceApp & WitnessApp, when: DigestSettings) => ({
  sweep: sweepTimer(app),
  witness: witnessTimer(app),
  digest: digestTimer(when, app),
  anchor: anchorTimer(app),
  archive: archiveTimer(app),
});
