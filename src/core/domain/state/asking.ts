import { latest, seconds, type Instant, type Milliseconds } from "../time.ts";
import { isTooFar } from "./reach.ts";

/**
 * What is left for those who only want to know, and what they asked lately: of one subscription, or of Resource Graph. Enforcement neither
 * reads nor writes it.
 */
export interface Asking {
  /** Asks that were left at `at`; since then more came. */
  readonly left: number;
  readonly at: Instant;
  /** When each thing was last asked about, as far back as it counts. */
  readonly asked: Readonly<Record<string, Instant>>;
}

/** How much may be asked: so many asks at once, and so many more with each second. */
interface Allowance {
  readonly atOnce: number;
  readonly perSecond: number;
}

/** `key`: what is asked about; undefined where the same may be asked again at once. */
export interface Ask {
  readonly key: string | undefined;
  readonly allowance: Allowance;
}

/** ARM's write bucket is 200 requests a subscription and identity, refilled with 10 a second. Those who ask have half of either. */
export const looksAllowed: Allowance = { atOnce: 100, perSecond: 5 };
/** Resource Graph takes 15 questions in five seconds from an identity. */
export const queriesAllowed: Allowance = { atOnce: 5, perSecond: 0.5 };

/** One thing is asked about once in this time, whoever asks. */
export const askedAgainAfter: Milliseconds = seconds(30);

/** Whether somebody asked at that moment, and lately enough for the answer to do for others. */
export const isAnsweredBy = (moment: Instant | undefined, now: Instant): boolean =>
  moment !== undefined && moment > now - askedAgainAfter && !isTooFar(moment, "past", now);

/** What is left at a moment. `at` never goes back: two clocks that differ would else fill it up between them. */
function refilled(asking: Asking | undefined, { atOnce, perSecond }: Allowance, now: Instant): Asking {
  if (!asking || isTooFar(asking.at, "past", now)) return { left: atOnce, at: now, asked: {} };
  const more = (Math.max(0, now - asking.at) / seconds(1)) * perSecond;
  const counting = Object.entries(asking.asked).filter(([, moment]) => isAnsweredBy(moment, now));
  return {
    left: Math.min(atOnce, Math.max(0, asking.left) + more),
    at: latest(asking.at, now),
    asked: Object.fromEntries(counting),
  };
}

/** Undefined where nothing may be asked now; else what is remembered once it was. */
export function takeAsk(
  asking: Asking | undefined,
  { key, allowance }: Ask,
  now: Instant,
): Asking | undefined {
  const { left, at, asked } = refilled(asking, allowance, now);
  if (left < 1 || (key !== undefined && asked[key] !== undefined)) return undefined;
  return { left: left - 1, at, asked: key === undefined ? asked : { ...asked, [key]: now } };
}

/** Two memories of the same asks as one that allows no more than either. */
export function stricter(
  [one, other]: readonly [Asking | undefined, Asking | undefined],
  allowance: Allowance,
  now: Instant,
): Asking {
  const [a, b] = [refilled(one, allowance, now), refilled(other, allowance, now)];
  return { left: Math.min(a.left, b.left), at: latest(a.at, b.at), asked: { ...a.asked, ...b.asked } };
}
