import { ownTolerance } from "../core/domain/attribution/fit.ts";
import { parseInstant, after, instant, seconds, type Milliseconds } from "../core/domain/time.ts";
import type { Clock } from "../core/ports.ts";
import { systemClock } from "./system-clock.ts";

/** A clock that is put right by the `Date` header of what Resource Manager answers. */
export interface AzureClock extends Clock {
  /** To be called as a request leaves; what it gives, with the `Date` of the answer as it arrives. */
  asking(): (date: string | undefined) => void;
}

const mostHeard = 5;
/** An answer that took longer says too little of when it was written. */
const longestAnswer = seconds(2);
/** HTTP dates have whole seconds: the moment was, on average, half of one later. */
const halfSecond: Milliseconds = 500;

/**
 * The machine's clock; where it is more than five seconds off Azure's, Azure's time. By how much it is off is the median of the last five `Date`
 * headers whose answers took under two seconds.
 */
export function azureClock(machine: Clock = systemClock): AzureClock {
  let heard: readonly Milliseconds[] = [];
  const median = () => [...heard].sort((a, b) => a - b)[Math.floor(heard.length / 2)] ?? 0;
  const isOff = (offset: Milliseconds) => Math.abs(offset) > ownTolerance;
  return {
    now: () => after(machine.now(), isOff(median()) ? median() : 0),
    offBy: () => (heard.length === mostHeard && heard.every(isOff) ? median() : undefined),
    asking: () => {
      const sentAt = machine.now();
      return (date) => {
        const [arrivedAt, written] = [machine.now(), parseInstant(date ?? "")];
        const took = arrivedAt - sentAt;
        if (written === undefined || took < 0 || took >= longestAnswer) return;
        const ours = instant(sentAt + took / 2);
        heard = [Math.round(written + halfSecond - ours), ...heard].slice(0, mostHeard);
      };
    },
  };
}
