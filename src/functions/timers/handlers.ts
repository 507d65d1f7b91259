import type { Config } from "../../config/config.ts";
import { anchorTimer } from "./anchor-timer.ts";
import { archiveTimer } from "./archive-timer.ts";
import { digestTimer } from "./digest-timer.ts";
import type { EvidenceApp } from "../invocation.ts";
import { sweepTimer, type SweepTimes } from "./sweep-timer.ts";
import { witnessTimer, type WitnessApp } from "./witness-timer.ts";

/** What the clock brings. */
export const timerHandlers = (
  app: EvidenceApp & WitnessApp,
  { digest, ...times }: SweepTimes & Pick<Config, "digest">,
) => ({
  sweep: sweepTimer(app, times),
  witness: witnessTimer(app),
  digest: digestTimer(digest, app),
  anchor: anchorTimer(app),
  archive: archiveTimer(app),
});
