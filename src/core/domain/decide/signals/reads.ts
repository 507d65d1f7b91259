import { isSameCaller, peopleKey, type Signal } from "../../attribution/signal.ts";
import type { TrackedLink } from "../../links/link.ts";
import type { HostState } from "../../state/watched.ts";
import { hours } from "../../time.ts";
import type { Situation } from "../situation.ts";

/** The reads of a list that people are to hear of: by anybody who does not read only their own links, once an hour. */
export const newsIn = (
  reads: readonly Signal[],
  open: readonly TrackedLink[],
  situation: Situation,
): readonly Signal[] =>
  reads.filter((signal) => !readsOnlyTheirOwn(signal, open, situation) && !wasToldLately(signal, situation));

/**
 * Whether no link of anybody else is open: the Az module reads the list right after creating, and whoever made a link has its URL anyway. What is
 * open where no list tells is anybody's.
 */
const readsOnlyTheirOwn = (signal: Signal, links: readonly TrackedLink[], situation: Situation): boolean =>
  isListKnown(situation) &&
  links.every(
    ({ attribution }) => attribution.kind === "known" && isSameCaller(attribution.caller, signal.caller),
  );

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
