import type { LinkId } from "../links/link.ts";
import { hours, type Instant } from "../time.ts";

/** A delete of a link that was asked for, and when that was committed; `linkId` undefined: by a version that did not write it down. */
export interface CountedRevocation {
  readonly linkId: LinkId | undefined;
  readonly at: Instant;
}

/** Those that the breaker still counts: later than an hour before `now`. */
export const lastHour = (counted: readonly CountedRevocation[], now: Instant): readonly CountedRevocation[] =>
  counted.filter(({ at }) => at > now - hours(1));

/** How many links: each once, however often it was asked for. */
export const linksIn = (counted: readonly CountedRevocation[]): number =>
  new Set(counted.map(({ linkId }, index) => linkId ?? index)).size;
