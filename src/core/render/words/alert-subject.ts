import { mainActor, type Alert } from "../../domain/alerts/alert.ts";
import { areExpired, goneSince, momentOf } from "../../domain/alerts/as-of.ts";
import type { TroubleKind } from "../../domain/alerts/trouble.ts";
import { resourceName } from "../../domain/arm-id.ts";
import { knownAs } from "../../domain/attribution/known-names.ts";
import { isTroubled } from "../../domain/alerts/witness-figures.ts";
import { formatDuration, type Instant } from "../../domain/time.ts";
import { expiredWords, goneWords } from "./gone-words.ts";
import { safeText, say } from "../text/safe-text.ts";

/** The words a title is made of. */
export interface TitleSubject {
  readonly one: boolean;
  readonly vm: string;
  /** `3 links`, or `links` where none is known. */
  readonly links: string;
  readonly shareableLinks: string;
  readonly bastion: string;
  readonly actor: string;
  readonly left: string;
  readonly enforced: boolean;
  /** What a trouble was that is over. */
  readonly trouble: string;
  /** It concerns the watchdog itself, and no bastion. */
  readonly isOwn: boolean;
  /** `gone since 2026-11-21 09:10:00 UTC, deleted by omar`, or how it expired; empty where nothing is gone. */
  readonly gone: string;
  /** Somebody was named before, and that does not hold. */
  readonly corrects: boolean;
  /** Of a digest: no subscription's witnesses want somebody. */
  readonly isClear: boolean;
}

const nameInTitle = 64;

/** Of how many bastions several alerts tell, and whose deeds. */
export interface Crowd {
  readonly bastions?: number;
  readonly callers?: number;
}

/** What an alert is about, harmless in a title; what the alert does not name has words of its own. */
export function subjectOf(alert: Alert, { bastions = 1, callers = 1 }: Crowd = {}): TitleSubject {
  const [first] = alert.links;
  return {
    one: alert.linkCount === 1 && first !== undefined,
    vm: safeText(resourceName(first?.vmId ?? ""), nameInTitle),
    links: linksOf(alert.linkCount),
    shareableLinks: linksOf(alert.linkCount).replace("link", "shareable link"),
    bastion: bastions > 1 ? `${bastions} bastions` : bastionOf(alert),
    actor: callers > 1 ? `${callers} callers` : actorOf(alert),
    left: formatDuration(Math.max(0, soonestDeadline(alert) - momentOf(alert))),
    trouble: troubleOf(alert),
    isOwn: alert.bastionId === undefined,
    gone: areExpired(alert) ? expiredWords(alert.links) : goneWords(goneSince(alert)),
    enforced: alert.links.every(({ enforced }) => enforced),
    isClear: isClearIn(alert),
    corrects: alert.notes.some((note) => note.kind === "told-creator" && note.names.length > 0),
  };
}

const isClearIn = ({ digest }: Alert): boolean => !digest?.witnesses.shown.some(isTroubled);

const bastionOf = ({ bastionId }: Alert): string =>
  bastionId === undefined ? "an unnamed bastion" : safeText(resourceName(bastionId), nameInTitle);

function actorOf(alert: Alert): string {
  const actor = mainActor(alert);
  if (actor?.kind === "known") return safeText(knownAs(actor.caller, alert.names), nameInTitle);
  if (actor?.kind !== "ambiguous") return "someone unknown";
  const { candidates, others } = actor;
  return others
    ? say`one of ${candidates.length} callers or someone else`
    : say`one of ${candidates.length} callers`;
}

const troubles: Readonly<Record<TroubleKind, string>> = {
  "revoke-failed": "failed revocations",
  "revocations-held": "held revocations",
};

const troubleOf = ({ notes }: Alert): string =>
  notes.flatMap((note) => {
    if (note.kind === "channel-back") return [say`the channel ${note.channel} accepted no alerts`];
    return note.kind === "trouble-ended" ? [troubles[note.of]] : [];
  })[0] ?? "a trouble";

function linksOf(count: number): string {
  if (count === 0) return "links";
  return count === 1 ? "1 link" : `${count} links`;
}

const soonestDeadline = ({ links, at }: Alert): Instant =>
  links.reduce(
    (soonest, { deadline }) => (deadline < soonest ? deadline : soonest),
    links[0]?.deadline ?? at,
  );
