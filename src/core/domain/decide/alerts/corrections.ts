import { namesIn, ownerOf, whoKey } from "../../attribution/attribution.ts";
import type { Fact } from "../../ledger/ledger.ts";
import type { TrackedLink } from "../../links/link.ts";
import { after, minutes, type Instant } from "../../time.ts";
import { isToldWrong } from "../told-creator.ts";
import type { Naming } from "../signals/name-creators.ts";
import { changesEnd, reportCreators } from "./report-creators.ts";
import { factsOn, groupBy, namedIn, noStep, type LinkStep, type Situation } from "../situation.ts";

/** So long after one correction of a life the next one is told. */
const pause = minutes(10);

/**
 * Tells what is known of the creators of links that people were told of, where it is not what they were told: an alert that says what that was,
 * once a life in ten minutes, and not while an operation waits for a link of its own, which would change it back; but at once where it ends a link sooner.
 */
export function corrections(links: readonly TrackedLink[], naming: Naming, situation: Situation): LinkStep {
  const { now } = situation;
  const changes = noteChanges(links, naming, now);
  const wrong = changes.links.filter((link) => link.announced && isToldWrong(link));
  const isDue = (link: TrackedLink) => !naming.unsettled.has(link.linkId) && dueFrom(link) <= now;
  const due = wrong
    .map((link) => ({ link, before: naming.before.get(link.linkId) ?? link }))
    .filter((one) => changesEnd(one) || isDue(one.link));
  const reported = reportCreators(due, situation);
  const told = new Map(reported.links.map((link) => [link.linkId, corrected(link, now)]));
  return {
    ...noStep,
    links: changes.links.map((link) => told.get(link.linkId) ?? rightAgain(link)),
    alerts: reported.alerts,
    facts: [...changes.facts, ...reported.facts],
    looks: wrong.flatMap((link) => (dueFrom(link) > now ? [dueFrom(link)] : [])),
  };
}

/** The links with what people believe of those whose creator is another by now, and a fact of each change. */
export function noteChanges(
  links: readonly TrackedLink[],
  { before }: Pick<Naming, "before">,
  now: Instant,
): { readonly links: readonly TrackedLink[]; readonly facts: readonly Fact[] } {
  const changed = new Set(links.filter((link) => link.announced && isChanged(link, before)));
  return {
    links: links.map((link) => (changed.has(link) ? rememberTold(link, before) : link)),
    facts: factsOf([...changed], before, now),
  };
}

const isChanged = ({ linkId, attribution }: TrackedLink, before: Naming["before"]): boolean => {
  const was = before.get(linkId);
  return was !== undefined && whoKey(was.attribution) !== whoKey(attribution);
};

/** Until it is corrected, people believe what the first alert said, or the last correction. */
function rememberTold(link: TrackedLink, before: Naming["before"]): TrackedLink {
  const was = before.get(link.linkId)?.attribution;
  if (!was || link.toldCreator) return link;
  return { ...link, toldCreator: { who: whoKey(was), names: namesIn(was), correctedAt: undefined } };
}

const dueFrom = ({ toldCreator, firstSeenAt }: TrackedLink): Instant =>
  toldCreator?.correctedAt === undefined ? firstSeenAt : after(toldCreator.correctedAt, pause);

const corrected = (link: TrackedLink, now: Instant): TrackedLink => ({
  ...link,
  toldCreator: { who: whoKey(link.attribution), names: namesIn(link.attribution), correctedAt: now },
});

/** What was believed turned out to be right before anybody was told otherwise. */
const rightAgain = (link: TrackedLink): TrackedLink =>
  link.toldCreator && link.toldCreator.correctedAt === undefined && !isToldWrong(link)
    ? { ...link, toldCreator: undefined }
    : link;

function factsOf(changed: readonly TrackedLink[], before: Naming["before"], now: Instant): readonly Fact[] {
  const believed = ({ linkId }: TrackedLink) =>
    ownerOf(before.get(linkId)?.attribution ?? { kind: "unknown", searched: "creation" });
  return groupBy(changed, (link) => `${whoKey(link.attribution)} ${believed(link)}`).flatMap((group) => {
    const [{ attribution }] = group;
    return factsOn(group, {
      at: now,
      kind: "creator-reported",
      ...namedIn(attribution),
      data: { attribution: attribution.kind, believed: believed(group[0]) },
    });
  });
}
