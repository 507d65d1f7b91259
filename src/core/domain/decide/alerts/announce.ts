import type { AlertDraft } from "../../alerts/alert.ts";
import type { AlertKind } from "../../alerts/alert-kinds.ts";
import type { Attribution } from "../../attribution/attribution.ts";
import type { TrackedLink } from "../../links/link.ts";
import { isSpent } from "../../links/lives.ts";
import { callerKey } from "../../attribution/signal.ts";
import { after, minutes, type Instant } from "../../time.ts";
import { confirmed, createsIn } from "../signals/activity-log.ts";
import { draftAlert, mayHoldMore, sharingKey } from "../alert-draft.ts";
import { eventPatience, nameCreators } from "../signals/name-creators.ts";
import {
  factsOn,
  groupBy,
  knownCaller,
  noStep,
  signalsOf,
  verdictOn,
  type LinkStep,
  type Situation,
} from "../situation.ts";
import { ifByCreator } from "../links/notice.ts";
import { rejudge } from "../links/rejudge.ts";
import { reportCreators, type NamedLate } from "./report-creators.ts";

/** A link younger than this may wait a moment for its event, so that the first card can name the creator. */
const fresh = minutes(2);

/** Names creators and tells people: one alert for all links of one kind by one creator, however many were made in one call. */
export function announce(links: readonly TrackedLink[], situation: Situation): LinkStep {
  const named = nameCreators(links, createsIn(links, situation));
  const judged = named.links.map((link, index) =>
    confirmed(link === links[index] ? link : rejudge(link, situation), situation),
  );
  const waiting = new Set(judged.filter((link) => isWaiting(link, situation.now)));
  const toAnnounce = judged.filter((link) => !link.announced && !waiting.has(link));
  const reported = reportCreators(namedLate(links, judged), situation);
  const lateOf = new Map(reported.links.map((link) => [link.linkId, link]));
  const groups = groupBy(toAnnounce, (link) => groupKey(link, situation));
  return {
    ...noStep,
    links: judged.map((link) =>
      toAnnounce.includes(link) ? told(link, situation) : (lateOf.get(link.linkId) ?? link),
    ),
    // The rest of one call's links may be on a page that did not arrive, or come with a URL later: its signal is kept for them.
    spent: mayHoldMore(situation)
      ? []
      : signalsOf(situation, "create").filter((signal) => named.explained.includes(signal)),
    alerts: [...groups.map((group) => announcement(group, situation)), ...reported.alerts],
    facts: [
      ...groups.flatMap((group) => announced(group, situation)),
      ...groupBy(reported.links, (link) => attributionKey(link.attribution)).flatMap((group) =>
        creatorReported(group, situation.now),
      ),
      ...reported.facts,
      ...groupBy(newlyConfirmed(links, judged), (link) => attributionKey(link.attribution)).flatMap((group) =>
        creatorConfirmed(group, situation.now),
      ),
    ],
    looks: waiting.size > 0 ? [after(situation.now, eventPatience)] : [],
  };
}

/** People were told of them before, by another name or by none. */
const namedLate = (before: readonly TrackedLink[], now: readonly TrackedLink[]): readonly NamedLate[] =>
  now.flatMap((link, index) => {
    const one = before[index];
    return one && link.announced && isNews(one.attribution, link.attribution) ? [{ before: one, link }] : [];
  });

/** Who is told of a forbidden link is told of its end with it: nothing more comes before it is revoked. */
const told = (link: TrackedLink, situation: Situation): TrackedLink => ({
  ...link,
  announced: true,
  notice: link.allowed
    ? undefined
    : {
        at: situation.now,
        end: link.deadline,
        enforced: link.enforced,
        ...ifByCreator(link, situation),
      },
});

/** Another operation of the same caller is no news. */
const isNews = (before: Attribution | undefined, now: Attribution): boolean =>
  before !== now && (before?.kind !== now.kind || attributionKey(before) !== attributionKey(now));

const isWaiting = (link: TrackedLink, now: Instant): boolean =>
  !link.announced &&
  link.attribution.kind === "unknown" &&
  link.firstSeenAt - link.createdAt < fresh &&
  now < after(link.firstSeenAt, eventPatience);

const groupKey = (link: TrackedLink, situation: Situation): string =>
  [
    kindOf(link, situation),
    withoutUrl(link, situation.now),
    sharingKey(kindOf(link, situation), link, situation),
  ].join("|");

function announcement(group: readonly [TrackedLink, ...TrackedLink[]], situation: Situation): AlertDraft {
  const draft = draftAlert(kindOf(group[0], situation), group, situation);
  const because = withoutUrl(group[0], situation.now);
  const notes = because === undefined ? [] : [{ kind: "without-url", because } as const];
  return { ...draft, notes: [...(draft.notes ?? []), ...notes] };
}

/** How long a URL may be on its way. */
const urlPatience = minutes(30);

/** Why Azure lists it without its URL; undefined where it has one. */
function withoutUrl({ hole, createdAt, nativeExpiry }: TrackedLink, now: Instant) {
  if (hole === undefined) return undefined;
  if (now < after(createdAt, urlPatience)) return "new";
  return nativeExpiry !== undefined && nativeExpiry <= now ? "expired" : "unknown";
}

function kindOf(link: TrackedLink, situation: Situation): AlertKind {
  if (isReCreated(link, situation)) return "re-created";
  if (link.attribution.kind !== "unknown") return "created";
  return link.preexisting ? "preexisting" : "unannounced";
}

/** Right after the watchdog took a link of its VM down, or with the VM's lifetime spent. */
const isReCreated = (link: TrackedLink, situation: Situation): boolean =>
  link.comeback?.afterRevocation === true || isSpent(link, verdictOn(link, situation).maxLifetime);

const attributionKey = (attribution: Attribution): string => {
  if (attribution.kind === "known") return callerKey(attribution.caller) ?? attribution.eventId;
  return attribution.kind === "ambiguous"
    ? attribution.candidates.map((caller) => callerKey(caller) ?? "?").join()
    : "";
};

const announced = (group: readonly [TrackedLink, ...TrackedLink[]], situation: Situation) =>
  factsOn(group, {
    at: situation.now,
    kind: "link-announced",
    actor: knownCaller(group[0].attribution),
    data: { as: kindOf(group[0], situation), ...ifByCreator(group[0], situation) },
  });

const creatorReported = (group: readonly [TrackedLink, ...TrackedLink[]], now: Instant) =>
  factsOn(group, {
    at: now,
    kind: "creator-reported",
    actor: knownCaller(group[0].attribution),
    data: { attribution: group[0].attribution.kind },
  });

const isConfirmed = ({ attribution }: TrackedLink): boolean =>
  attribution.kind === "known" && attribution.confirmed === true;

const newlyConfirmed = (
  before: readonly TrackedLink[],
  now: readonly TrackedLink[],
): readonly TrackedLink[] =>
  now.filter((link, index) => isConfirmed(link) && !(before[index] && isConfirmed(before[index])));

const creatorConfirmed = (group: readonly [TrackedLink, ...TrackedLink[]], now: Instant) =>
  factsOn(group, { at: now, kind: "creator-confirmed", actor: knownCaller(group[0].attribution), data: {} });
