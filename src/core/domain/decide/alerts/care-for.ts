import { withoutLapsed, type MadeLink } from "../../alerts/taken-care-of.ts";
import { deedOf, knownBy } from "../../attribution/attribution.ts";
import type { TrackedLink } from "../../links/link.ts";
import type { HostState } from "../../state/watched.ts";
import { unacknowledged } from "./unacknowledged.ts";
import type { Naming } from "../signals/name-creators.ts";
import type { Situation, Step } from "../situation.ts";

/**
 * Ends the acknowledgements of those who turn out to have, or to have perhaps, made a link of their alert, and tells what nobody acknowledged in time. `links` are
 * those open now.
 */
export function careFor(
  links: readonly TrackedLink[],
  naming: Naming,
  situation: Situation,
): Step & Pick<HostState, "acknowledged" | "awaited"> {
  const { host, now } = situation;
  const { acknowledged, awaited, facts } = withoutLapsed(host, [...links, ...namedClosed(naming)], now);
  const late = unacknowledged({ ...situation, host: { ...host, awaited } });
  return { ...late, acknowledged, facts: [...facts, ...late.facts] };
}

/** Closed links whose creators an event names only now. */
const namedClosed = ({ late, past }: Naming): readonly MadeLink[] =>
  late.flatMap(({ signal }) =>
    past
      .filter(({ creates }) => creates.some(({ eventId }) => eventId === signal.eventId))
      .map(({ linkId, openedAt }) => ({
        linkId,
        firstSeenAt: openedAt,
        attribution: knownBy(deedOf(signal)),
      })),
  );
