import { callerKey, isSameCaller, peopleKey, type Caller, type Signal } from "../../attribution/signal.ts";
import type { PastLink, TrackedLink } from "../../links/link.ts";
import type { HostState } from "../../state/watched.ts";
import { hours } from "../../time.ts";
import type { Situation } from "../situation.ts";

/** Links that are open, and those that are closed. */
interface Links {
  readonly open: readonly TrackedLink[];
  readonly past: readonly PastLink[];
}

/** The reads of a list that people are to hear of: by anybody who does not read only their own links, once an hour. */
export const newsIn = (reads: readonly Signal[], links: Links, situation: Situation): readonly Signal[] =>
  reads.filter((signal) => !readsOnlyTheirOwn(signal, links, situation) && !wasToldLately(signal, situation));

/**
 * Whether no link of anybody else is open, or was when it was read and comes back when the feature is on again: the Az module reads the list right after creating, and
 * whoever made a link has its URL anyway. What is open where no list tells is anybody's.
 */
const readsOnlyTheirOwn = (signal: Signal, { open, past }: Links, situation: Situation): boolean =>
  isListKnown(situation) &&
  open.every(
    ({ attribution }) => attribution.kind === "known" && isSameCaller(attribution.caller, signal.caller),
  ) &&
  past.every((link) => !comesBack(link, signal) || isMadeBy(signal.caller, link));

const comesBack = ({ closedBy, closedAt }: PastLink, { occurredAt }: Signal): boolean =>
  closedBy === "switched-off" && closedAt >= occurredAt;

const isMadeBy = (caller: Caller, { creates }: PastLink): boolean =>
  creates.length > 0 && creates.every(({ who }) => who === callerKey(caller));

const isListKnown = ({ observation }: Situation): boolean =>
  observation.kind === "not-looked" || (observation.kind === "listed" && observation.listing.complete);

const wasToldLately = ({ caller }: Signal, { host, now }: Situation): boolean =>
  host.toldReaders.some((told) => told.caller === peopleKey([caller]) && told.at > now - hours(1));

/** Whether the next such signal of its caller is news, though it shares the row of this one: of it nobody was told, or it may have changed something more. */
export const isHeardAgain = (
  { operation, caller, shares }: Signal,
  { toldReaders }: Pick<HostState, "toldReaders">,
): boolean =>
  shares !== undefined &&
  (operation === "host-write" ||
    (operation === "read" && !toldReaders.some((told) => told.caller === peopleKey([caller]))));
