/** A channel that fails is left alone for a while, as a channel: no alert is to blame, and one of them tries it again. */
import { after, minutes, seconds, type Instant, type Milliseconds } from "../../time.ts";

/** Since when a channel is left alone, and why. */
export interface Pause {
  readonly since: Instant;
  /** When one alert tries it again. */
  readonly until: Instant;
  /** The channel said so itself. */
  readonly isAsked: boolean;
  readonly tries: number;
  readonly why: string;
}

const first = seconds(1);
const longest = minutes(5);

/** What it said of itself: `spread`, from 0 to 1, keeps processes that were all told the same from coming back at one moment. */
export interface Fault {
  readonly why: string;
  readonly retryAfter: Milliseconds | undefined;
  readonly spread: number;
}

/** The pause once it failed, or failed again. */
export function paused(before: Pause | undefined, { why, retryAfter, spread }: Fault, now: Instant): Pause {
  const tries = (before?.tries ?? 0) + 1;
  const wait =
    retryAfter === undefined
      ? Math.min(longest, first * 2 ** Math.min(tries - 1, 20))
      : retryAfter * (1 + spread);
  return {
    since: before?.since ?? now,
    until: after(now, wait),
    isAsked: retryAfter !== undefined,
    tries,
    why,
  };
}

/** So often, and for so long, a high alert tries a channel that said no. */
const insists = { every: seconds(2), for: minutes(1) } as const;

/** When a high alert may try it: at once, then every two seconds for a minute; but never before the time that the channel asked for. */
export function highMayTry(
  pause: Pause,
  tried: { readonly firstAt: Instant; readonly lastAt: Instant } | undefined,
): Instant {
  if (pause.isAsked || tried === undefined) return pause.isAsked ? pause.until : pause.since;
  const next = after(tried.lastAt, insists.every);
  return next < after(tried.firstAt, insists.for) ? next : pause.until;
}
