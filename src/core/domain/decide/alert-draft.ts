import { actorKey, actorOfAll } from "../alerts/alert-actor.ts";
import type { AlertDraft } from "../alerts/alert.ts";
import { loudest, traitsOf, type AlertKind, type Severity } from "../alerts/alert-kinds.ts";
import type { Note } from "../alerts/note.ts";
import { peopleIn } from "../attribution/attribution.ts";
import { matchEntries } from "../links/entries.ts";
import type { ListedLink, TrackedLink } from "../links/link.ts";
import type { Verdict } from "../policy/policy.ts";
import { lifetimeNotes } from "./lifetime-notes.ts";
import { possibleByTag, tagNotes } from "./tags.ts";
import { toldNotes } from "./told-creator.ts";
import { groupBy, verdictOn, type Situation } from "./situation.ts";

/** So many links in one alert are worth more than a glance. */
const many = 5;

type Some<Item> = readonly [Item, ...Item[]];

/**
 * What links are told together: those that share creator, severity, channels, and whether the policy allows and revokes them. What is said of
 * an alert then holds of each link in it; what may still differ, it says of each.
 */
export const sharingKey = (kind: AlertKind, link: TrackedLink, situation: Situation): string => {
  const { channels, fallback } = verdictOn(link, situation);
  return JSON.stringify([
    actorKey(link.attribution),
    severityOf(kind, link, situation),
    channels,
    fallback,
    link.allowed,
    link.enforced,
    notesOn(kind, link, situation),
  ]);
};

/** One alert for all links that can be told together. */
export const alertsOf = (
  kind: AlertKind,
  links: readonly TrackedLink[],
  situation: Situation,
): readonly AlertDraft[] =>
  groupBy(links, (link) => sharingKey(kind, link, situation)).map((group) =>
    draftAlert(kind, group, situation),
  );

/**
 * An alert about links that go together, as the policy judges them at `situation.now`. It is as loud as the loudest of them, and names a creator
 * only if it is everybody's. It has no number yet: `commitOf` gives it one.
 */
export function draftAlert(kind: AlertKind, links: Some<TrackedLink>, situation: Situation): AlertDraft {
  const verdicts = links.map((link) => verdictOn(link, situation));
  const creator = actorOfAll(links.map(({ attribution }) => attribution));
  return {
    kind,
    severity: loudest([
      ...links.map((link) => severityOf(kind, link, situation)),
      ...(links.length >= many && rises(kind, links, situation) ? (["high"] as const) : []),
    ]),
    at: situation.now,
    links,
    actors: creator ? { creator } : {},
    notes: [
      ...notesOn(kind, links[0], situation),
      ...(traitsOf(kind).links === "found" ? lifetimeNotes(links, situation) : []),
      ...(isListIncomplete(situation) ? [{ kind: "list-incomplete" } as const] : []),
    ],
    channels: [...new Set(verdicts.flatMap(({ channels }) => channels))],
    fallback: [...new Set(verdicts.flatMap(({ fallback }) => fallback))],
  };
}

/** Many are loud only where no rule said how loud each is. */
const rises = (kind: AlertKind, links: Some<TrackedLink>, situation: Situation): boolean =>
  traitsOf(kind).rises === true && links.some((link) => verdictOn(link, situation).severity === undefined);

/**
 * What follows from the kind, from a verdict that forbids the link, and from a guest who made it, or may have. A rule says how loud the openings of its links
 * are; it makes no forbidden one quieter, and nothing else louder.
 */
function severityOf(kind: AlertKind, link: TrackedLink, situation: Situation): Severity {
  const { severity, isFixed, rises, links } = traitsOf(kind);
  if (isFixed) return severity;
  const isGuests = peopleIn(link.attribution).some((caller) => caller.kind === "guest");
  const asked = ({ severity: wanted, allowed }: Pick<Verdict, "severity" | "allowed">): Severity => {
    const own = rises && (!allowed || isGuests) ? "high" : severity;
    if (!(links === "found" || mentionsTags(kind)) || wanted === undefined) return own;
    return allowed ? wanted : loudest([wanted, own]);
  };
  const now = asked({ ...verdictOn(link, situation), allowed: link.allowed });
  const possible = mentionsTags(kind) ? possibleByTag(link, situation) : [];
  const isOpen = traitsOf(kind).links === "found" && creatorNotes(link, situation).length > 0;
  return loudest([
    now,
    ...possible.map(({ verdict }) => asked(verdict)),
    ...(isOpen ? (["high"] as const) : []),
  ]);
}

/** Where the tags of its VM decide how bad a link is, and they are not known. */
const mentionsTags = (kind: AlertKind): boolean =>
  traitsOf(kind).links === "found" || kind === "tags-unknown";

/** What holds of each link of an alert, because no others share it. */
const notesOn = (kind: AlertKind, link: TrackedLink, situation: Situation): readonly Note[] => [
  ...(kind === "creator-reported" || traitsOf(kind).links === "gone" ? toldNotes(link) : []),
  ...(mentionsTags(kind) ? tagNotes(link, situation) : []),
  ...(mentionsCreator(kind) ? creatorNotes(link, situation) : []),
];

/** Before it is revoked for what its creator decides. */
const mentionsCreator = (kind: AlertKind): boolean =>
  traitsOf(kind).links === "found" || kind === "creator-reported" || kind === "expiring";

function creatorNotes(link: TrackedLink, situation: Situation): readonly Note[] {
  const creatorDecides = link.allowed ? undefined : verdictOn(link, situation).creatorDecides;
  return creatorDecides ? [{ kind: "creator-decides", ...creatorDecides }] : [];
}

/** There may be links that nobody has seen yet: a page of the list did not arrive. */
const isListIncomplete = ({ observation }: Situation): boolean =>
  observation.kind === "listed" && !observation.listing.complete;

/** There may be links that are not remembered: on a page that did not arrive, or listed without a URL until now. */
export const mayHoldMore = (situation: Situation): boolean =>
  isListIncomplete(situation) ||
  (situation.observation.kind === "listed" && newHolesIn(situation).length > 0);

const newHolesIn = ({ observation, watched, now }: Situation): readonly ListedLink[] =>
  observation.kind === "listed" ? matchEntries(observation.listing, watched.links, now).newHoles : [];
