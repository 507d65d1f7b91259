import { after, hours, instant, seconds, type Instant, type Milliseconds } from "../time.ts";

/** How fast a channel may be sent to, by all instances together. */
export interface RateLimit {
  readonly messages: number;
  readonly within: Milliseconds;
}

/**
 * Webhooks of Teams take 4 messages a second and 60 in half a minute. Four in two seconds keeps both, and
 * leaves a second for what lies between taking a slot and the message's arrival: clocks that differ, a slow
 * network.
 */
export const webhookRateLimit: RateLimit = { messages: 4, within: seconds(2) };

/** What is remembered of a channel. */
export interface Turns {
  /** When it was sent to, as far back as it counts. */
  readonly taken: readonly Instant[];
  /** The last turn that somebody who had to wait was told. */
  readonly promised: Instant | undefined;
}

/** A channel that was never sent to, or whose stored turns cannot be read. */
export const noTurns: Turns = { taken: [], promised: undefined };

/**
 * Whether one may send now, or in how long it is worth asking again. Nothing is reserved: whoever comes back
 * asks like everybody.
 */
export type Slot = { readonly kind: "taken" } | { readonly kind: "wait"; readonly wait: Milliseconds };

/** The longest queue that is believed: a promise beyond it was made by a clock that is wrong. */
const longestQueue = hours(1);

/**
 * Takes a slot, or a turn in the queue for one. Those who wait are told turns one after another, so that they
 * do not all come back at once.
 */
export function takeTurn(
  { taken, promised }: Turns,
  { messages, within }: RateLimit,
  now: Instant,
): { readonly slot: Slot; readonly turns: Turns } {
  const counting = taken.filter((moment) => Math.abs(now - moment) < within);
  if (counting.length < messages)
    return { slot: { kind: "taken" }, turns: { taken: [...counting, now], promised } };
  const free = instant(Math.min(...counting) + within);
  const isInUse = promised !== undefined && promised >= now && promised < now + longestQueue;
  const turn = isInUse ? after(promised, within / messages) : free;
  return {
    slot: { kind: "wait", wait: Math.max(turn, free) - now },
    turns: { taken: counting, promised: turn },
  };
}
