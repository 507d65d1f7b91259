import type { AlertDraft } from "../../alerts/alert.ts";
import type { TrackedLink } from "../../links/link.ts";
import { isoInstant } from "../../time.ts";
import { alertsOf, draftAlert } from "../alert-draft.ts";
import { isLapsed } from "../links/deadline.ts";
import { hasNotice, ifByCreator, warned } from "../links/notice.ts";
import { factsOn, noStep, type LinkStep, type Situation } from "../situation.ts";

/** A link of which people were told, before and after others were named as its creator. */
export interface NamedLate {
  readonly before: TrackedLink;
  readonly link: TrackedLink;
}

/**
 * Tells who is said to have made these links now. Loud where that forbids a link that was allowed, which is its notice as well, or where it ends an extension: whoever
 * gave it may have made the link. `links` of the answer are all of them, in their order.
 */
export function reportCreators(named: readonly NamedLate[], situation: Situation): LinkStep {
  const told = named.map((one) => ({
    ...one,
    link: isForbiddenNow(one) ? noticed(one.link, situation) : one.link,
  }));
  const lapsed = told.filter(isLapsedNow);
  const forbidden = told.filter((one) => isForbiddenNow(one) && !lapsed.includes(one));
  const others = told.filter((one) => !lapsed.includes(one) && !forbidden.includes(one));
  const linksOf = (some: readonly NamedLate[]) => some.map(({ link }) => link);
  return {
    ...noStep,
    links: linksOf(told),
    alerts: [
      ...linksOf(lapsed).map((link) => lapsedAlert(link, situation)),
      ...alertsOf("creator-reported", linksOf(forbidden), situation).map(loud),
      ...alertsOf("creator-reported", linksOf(others), situation),
    ],
    facts: [
      ...linksOf(lapsed).flatMap((link) => lapsedFact(link, situation)),
      ...linksOf(told.filter(isForbiddenNow)).flatMap((link) => warnedFact(link, situation)),
    ],
  };
}

/** Whether it forbids the link, or ends an extension of it. */
export const changesEnd = (one: NamedLate): boolean => isForbiddenNow(one) || isLapsedNow(one);

const isForbiddenNow = ({ before, link }: NamedLate): boolean => before.allowed && !link.allowed;

const isLapsedNow = ({ before, link }: NamedLate): boolean => isLapsed(link) && !isLapsed(before);

const noticed = (link: TrackedLink, situation: Situation): TrackedLink =>
  hasNotice(link) || link.intent || link.demanded ? link : warned(link, situation);

const loud = (draft: AlertDraft): AlertDraft => ({ ...draft, severity: "high" });

function lapsedAlert(link: TrackedLink, situation: Situation): AlertDraft {
  const draft = loud(draftAlert("creator-reported", [link], situation));
  if (!link.extension) return draft;
  const { by, until } = link.extension;
  return { ...draft, notes: [{ kind: "extension-lapsed", by, until }, ...(draft.notes ?? [])] };
}

const lapsedFact = (link: TrackedLink, { now }: Situation) =>
  factsOn([link], {
    at: now,
    kind: "extension-lapsed",
    actor: undefined,
    data: link.extension ? { by: link.extension.by, until: isoInstant(link.extension.until) } : {},
  });

const warnedFact = (link: TrackedLink, situation: Situation) =>
  factsOn([link], {
    at: situation.now,
    kind: "link-warned",
    actor: undefined,
    data: ifByCreator(link, situation),
  });
