import { attribute } from "../../attribution/attribution.ts";
import type { ClosedLink, TrackedLink } from "../../links/link.ts";
import { after } from "../../time.ts";
import { isToldWrong } from "../told-creator.ts";
import { noStep, signalsOf, type LinkStep, type Situation } from "../situation.ts";
import { closedFacts, departures } from "./departures.ts";
import { secondLook, whoClosed } from "./who-closed.ts";

/**
 * Closes the links that a complete listing no longer holds, and says by whom as far as that is reported. One whose deletion Azure accepted
 * from us, or an event reports, is closed at once; any other stays in `links` until a second one, begun ten seconds later or more, lacks it.
 */
export function closeLinks(vanished: readonly TrackedLink[], situation: Situation): LinkStep {
  const verdicts = vanished.map((link) => ({ link, closing: whoClosed(link, situation) }));
  const close = verdicts.flatMap(({ link, closing }): ClosedLink[] =>
    closing ? [{ link, closedAt: situation.now, ...closing }] : [],
  );
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

/** A deleted bastion takes its links with it. Those that people had not been told of, or whose creator they believe to be somebody else, are told now. */
export function closeWithBastion(links: readonly TrackedLink[], situation: Situation): LinkStep {
  const actor = attribute(signalsOf(situation, "host-delete"));
  const close = links.map((link): ClosedLink => ({
    link,
    closedAt: situation.now,
    closedBy: "gone-with-bastion",
    actor,
  }));
  const untold = close.filter(({ link }) => !link.announced || isToldWrong(link));
  const alerts = departures(untold, situation);
  return { ...noStep, links: [], close, alerts, facts: closedFacts(close, situation) };
}
