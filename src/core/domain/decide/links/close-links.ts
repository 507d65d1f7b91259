import {
  attribute,
  clockTolerance,
  longestOperation,
  type Attribution,
} from "../../attribution/attribution.ts";
import type { ClosedBy, ClosedLink, TrackedLink } from "../../links/link.ts";
import type { Signal } from "../../attribution/signal.ts";
import { after, seconds } from "../../time.ts";
import { noStep, signalsOf, type LinkStep, type Situation } from "../situation.ts";
import { closedFacts, departures } from "./departures.ts";

/** Without a report of who deleted it, a link is believed gone only by a second complete listing, at least this much later. */
const secondLook = seconds(10);

const nobodyReported: Attribution = {
  kind: "unknown",
  searched: "deletion",
};

/**
 * Closes the links that a complete listing no longer holds, and says by whom as far as that is reported. One that we asked Azure to delete, or
 * whose deletion an event reports, is closed at once; any other stays in `links` until a second one, begun ten seconds later or more, lacks it.
 */
export function closeLinks(vanished: readonly TrackedLink[], situation: Situation): LinkStep {
  const deletes = signalsOf(situation, "delete");
  const verdicts = vanished.map((link) => ({ link, closing: closing(link, deletes, situation) }));
  const close = verdicts.flatMap(({ closing }) => closing ?? []);
  const missing = verdicts.flatMap(({ link, closing }) =>
    closing ? [] : [{ ...link, missingSince: link.missingSince ?? situation.now }],
  );
  return {
    ...noStep,
    links: missing,
    close,
    alerts: departures(close, situation),
    facts: closedFacts(close, situation),
    looks: missing.map((link) => after(link.missingSince, secondLook)),
  };
}

/** A deleted bastion takes its links with it. Those that people had not been told of are told now. */
export function closeWithBastion(links: readonly TrackedLink[], situation: Situation): LinkStep {
  const actor = attribute(signalsOf(situation, "host-delete"));
  const close = links.map((link): ClosedLink => ({
    link,
    closedAt: situation.now,
    closedBy: "gone-with-bastion",
    actor,
  }));
  const untold = close.filter(({ link }) => !link.announced);
  const alerts = departures(untold, situation);
  return { ...noStep, links: [], close, alerts, facts: closedFacts(close, situation) };
}

const startedAt = ({ observation, now }: Situation) =>
  observation.kind === "listed" ? observation.startedAt : now;

function closing(
  link: TrackedLink,
  deletes: readonly Signal[],
  situation: Situation,
): ClosedLink | undefined {
  const close = (closedBy: ClosedBy, actor: Attribution): ClosedLink => ({
    link,
    closedAt: situation.now,
    closedBy,
    actor,
  });
  if (link.intent) return close("revoked-by-watchdog", nobodyReported);
  const reported = attribute(deletes.filter((signal) => mayHaveDeleted(signal, link, situation)));
  if (reported.kind !== "unknown") return close("deleted-by-other", reported);
  const isSecondLook =
    link.missingSince !== undefined && startedAt(situation) >= after(link.missingSince, secondLook);
  return isSecondLook ? close("deleted-by-other", nobodyReported) : undefined;
}

/** A delete fits if it ended after the link was made and not long before the last listing that still held it. */
function mayHaveDeleted(signal: Signal, link: TrackedLink, { host }: Situation): boolean {
  const lastSeen = Math.max(link.firstSeenAt, link.missingSince === undefined ? (host.checkedAt ?? 0) : 0);
  return (
    signal.occurredAt >= link.createdAt - clockTolerance && signal.occurredAt >= lastSeen - longestOperation
  );
}
