import type { DigestSettings } from "../../core/flows/settings.ts";
import { anchorTimer } from "./anchor-timer.ts";
import { archiveTimer } from "./archive-timer.ts";
import { digestTimer } from "./digest-timer.ts";
import type { EvidenceApp } from "../invocation.ts";
import { sweepTimer } from "./sweep-timer.ts";

/** What the clock brings. */
export const timerHandlers = (app: EvidenceApp, when: DigestSettings) => ({
  sweep: sweepTimer(app),
  digest: digestTimer(when, app),
  anchor: anchorTimer(app),
  archive: archiveTimer(app),
});
