import type { AlertDraft } from "../../alerts/alert.ts";
import type { AlertKind } from "../../alerts/alert-kinds.ts";
import type { Note } from "../../alerts/note.ts";
import { deedsOf } from "../../attribution/attribution.ts";
import type { TrackedLink } from "../../links/link.ts";
import { isSpent } from "../../links/lives.ts";
import { after, minutes, seconds, type Instant } from "../../time.ts";
import { draftAlert, sharingKey } from "../alert-draft.ts";
import { ifByCreator } from "../links/notice.ts";
import type { Naming } from "../signals/name-creators.ts";
import {
  concat,
  factsOn,
  groupBy,
  namedIn,
  noStep,
  verdictOn,
  type LinkStep,
  type Situation,
} from "../situation.ts";
import { corrections } from "./corrections.ts";

/** A link younger than this may wait a moment for its event, so that the first card can name the creator. */
const fresh = minutes(2);
/** How long: by the time a link is listed its operation is about to end. */
const eventPatience = seconds(15);

/** Tells people of links and of who made them: one alert for all links of one kind by one creator, however many were made in one call. */
export function announce(links: readonly TrackedLink[], naming: Naming, situation: Situation): LinkStep {
  const corrected = corrections(links, naming, situation);
  const waiting = new Set(links.filter((link) => isWaiting(link, situation.now)));
  const toAnnounce = corrected.links.filter((link) => !link.announced && !waiting.has(link));
  const groups = groupBy(toAnnounce, (link) => groupKey(link, situation));
  const alerts = groups.map((group) => announcement(group, situation));
  const severities = new Map(
    groups.flatMap((group, index) => group.map((link) => [link, alerts[index]?.severity] as const)),
  );
  const step = {
    ...noStep,
    alerts,
    facts: groups.flatMap((group) => announced(group, situation)),
    looks: waiting.size > 0 ? [after(situation.now, eventPatience)] : [],
  };
  return {
    ...concat([step, corrected]),
    links: corrected.links.map((link) =>
      toAnnounce.includes(link) ? { ...told(link, situation), openedAs: severities.get(link) } : link,
    ),
  };
}

/** Who is told of a forbidden link, or of one that its rule warns of all its life, is told of its end with it: nothing more comes before it is revoked. */
const told = (link: TrackedLink, situation: Situation): TrackedLink => ({
  ...link,
  announced: true,
  notice: isNoticeItself(link, situation)
    ? {
        at: situation.now,
        end: link.deadline,
        enforced: link.enforced,
        ...ifByCreator(link, situation),
      }
    : undefined,
});

function isNoticeItself(link: TrackedLink, situation: Situation): boolean {
  if (!link.allowed) return true;
  const { warnBefore, ttl } = verdictOn(link, situation);
  return link.enforced && warnBefore >= ttl;
}

const isWaiting = (link: TrackedLink, now: Instant): boolean =>
  !link.announced &&
  link.attribution.kind === "unknown" &&
  link.firstSeenAt - link.createdAt < fresh &&
  now < after(link.firstSeenAt, eventPatience);

const groupKey = (link: TrackedLink, situation: Situation): string =>
  [
    kindOf(link, situation),
    JSON.stringify(notesOn(link, situation)),
    sharingKey(kindOf(link, situation), link, situation),
  ].join("|");

function announcement(group: readonly [TrackedLink, ...TrackedLink[]], situation: Situation): AlertDraft {
  const draft = draftAlert(kindOf(group[0], situation), group, situation);
  return { ...draft, notes: [...(draft.notes ?? []), ...notesOn(group[0], situation)] };
}

function notesOn(link: TrackedLink, { host, now }: Situation): readonly Note[] {
  const because = withoutUrl(link, now);
  const isLate = deedsOf(link.attribution).some(({ eventId }) => host.toldCreates.includes(eventId));
  return [
    ...(because === undefined ? [] : [{ kind: "without-url", because } as const]),
    ...(isLate ? [{ kind: "listed-late" } as const] : []),
  ];
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

const announced = (group: readonly [TrackedLink, ...TrackedLink[]], situation: Situation) =>
  factsOn(group, {
    at: situation.now,
    kind: "link-announced",
    ...namedIn(group[0].attribution),
    data: { as: kindOf(group[0], situation), ...ifByCreator(group[0], situation) },
  });
