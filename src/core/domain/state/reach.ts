import { giveUpAfter, sendLease } from "../alerts/outbox.ts";
import { hours, minutes, seconds, type Instant, type Milliseconds } from "../time.ts";

/** What a clock may differ from another. */
export const clocksDiffer = minutes(2);

/**
 * How far ahead the writer of a stored moment can have put it. What lies further was written by nobody who could, and counts as absent; what cannot
 * be absent, as now. How far a link's end, an extension and time that was given reach is for the policy to say (`decide/links/too-far.ts`).
 */
export const reach = {
  /** When something was seen, told or done. */
  past: 0,
  /** How long one worker may be busy with a bastion. Longer than the longest listing: else two would take it from each other while Azure is slow. */
  claim: seconds(90),
  /** How long a delete counts as under way at most. */
  deleteLease: hours(1),
  /** How long a send may be under way before somebody else tries the same alert again. */
  sendLease,
  /** How long an alert waits for a channel that did not take it; then it is given up. */
  sendWait: giveUpAfter,
  /** How long the breaker lets everything through that a person released: long enough for every held link to be judged again, short enough that nobody forgets it open. */
  release: minutes(15),
  /** How long Azure's wish to be left alone is followed at most. */
  retryAfter: hours(1),
} as const satisfies Readonly<Record<string, Milliseconds>>;

/** What a moment is, for how far it may lie ahead. */
export type Reach = keyof typeof reach;

/** Whether a moment lies further ahead than its writer can have put it. */
export const isTooFar = (moment: Instant | undefined, kind: Reach, now: Instant): boolean =>
  moment !== undefined && moment > now + reach[kind] + clocksDiffer;
