import { endsIn } from "../../alerts/acknowledgement.ts";
import { withoutLapsed, type MadeLink } from "../../alerts/taken-care-of.ts";
import { deedOf, knownBy } from "../../attribution/attribution.ts";
import type { ClosedLink, TrackedLink } from "../../links/link.ts";
import type { HostState } from "../../state/watched.ts";
import { unacknowledged } from "./unacknowledged.ts";
import type { Naming } from "../signals/name-creators.ts";
import type { Situation, Step } from "../situation.ts";

/**
 * Ends the acknowledgements of those who turn out to have, or to have perhaps, made a link of their alert, and tells what nobody acknowledged in time. `open` are
 * the links that are open now, `close` those that this decision closes.
 */
export function careFor(
  { open, close }: { readonly open: readonly TrackedLink[]; readonly close: readonly ClosedLink[] },
  naming: Naming,
  situation: Situation,
): Step & Pick<HostState, "acknowledged" | "awaited"> {
  const { host, now } = situation;
  const { acknowledged, awaited, facts } = withoutLapsed(host, [...open, ...namedClosed(naming)], now);
  const closing = close.map(({ link, closedBy }) => ({ linkId: link.linkId, life: link.life, closedBy }));
  const late = unacknowledged(
    { ...situation, host: { ...host, awaited } },
    endsIn([...closing, ...host.past]),
  );
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
