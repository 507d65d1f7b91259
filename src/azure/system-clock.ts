import { instant } from "../core/domain/time.ts";
import type { Clock } from "../core/ports.ts";

/** The machine's clock. Whoever is to be tested takes a `Clock` and falls back to this one. */
export const systemClock: Clock = { now: () => instant(Date.now()) };
