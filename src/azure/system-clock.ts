import { setTimeout as passing } from "node:timers/promises";
import { instant, type Milliseconds } from "../core/domain/time.ts";
import type { Clock } from "../core/ports.ts";

/** The machine's clock. Whoever is to be tested takes a `Clock` and falls back to this one. */
export const systemClock: Clock = { now: () => instant(Date.now()) };

/** Resolves after that long. */
export const sleep = async (length: Milliseconds): Promise<void> => {
  await passing(Math.max(0, length));
};
