/** What a link keeps of the time that its VM was open. */
import type { Actor } from "../attribution/actor.ts";
import type { Instant, Milliseconds } from "../time.ts";

/** More than its lifetime, that an operator gave a VM. */
export interface TimeGiven extends Actor {
  readonly until: Instant;
  readonly why: string;
}

/** How long its VM was open within `window` before a link was made. */
export interface UsedLifetime {
  readonly window: Milliseconds;
  readonly length: Milliseconds;
}

/** What the opening of a link is told with. */
export interface Comeback {
  /** Counted over the last 30 days: how many links the VM had, this one among them. */
  readonly times: number;
  /** It came right after the watchdog took a link of its VM down. */
  readonly afterRevocation: boolean;
  /** When an id that was closed was listed again: the old life goes on. Undefined: a link that is new. */
  readonly goesOnSince: Instant | undefined;
}
