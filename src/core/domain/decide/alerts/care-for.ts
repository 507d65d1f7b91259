import { withoutLapsed, type Made } from "../../alerts/taken-care-of.ts";
import { attribute, fits } from "../../attribution/attribution.ts";
import type { TrackedLink } from "../../links/link.ts";
import type { HostState } from "../../state/watched.ts";
import { unacknowledged } from "./unacknowledged.ts";
import { signalsOf, type Situation, type Step } from "../situation.ts";

/**
 * Ends the acknowledgements of those who turn out to have, or to have perhaps, made a link of their alert, and tells what nobody acknowledged in time. `links` are
 * those open now.
 */
export function careFor(
  links: readonly TrackedLink[],
  situation: Situation,
): Step & Pick<HostState, "acknowledged" | "awaited"> {
  const { host, now } = situation;
  const { acknowledged, awaited, facts } = withoutLapsed(host, [...links, ...closedUnnamed(situation)], now);
  const late = unacknowledged({ ...situation, host: { ...host, awaited } });
  return { ...late, acknowledged, facts: [...facts, ...late.facts] };
}

/** Closed links whose creator was not known: an event that comes only now may name them. */
const closedUnnamed = (situation: Situation): readonly Made[] =>
  signalsOf(situation, "create").flatMap((signal) =>
    situation.host.past
      .filter(({ unnamed, openedAt }) => unnamed && fits(openedAt, signal))
      .map(({ linkId, openedAt }) => ({ linkId, firstSeenAt: openedAt, attribution: attribute([signal]) })),
  );
